"""Titles that name a document: what programs write by themselves, or scanners as file names, does not count."""

from __future__ import annotations

import re
from pathlib import Path

# Titles that programs write by themselves and that name nothing.
_NO_TITLE = re.compile(
    r"^(untitled|(annual|quarterly|interim) report$|form 10.?[kq]?$|(table of )?contents$|united states$"
    r"|microsoft (word|powerpoint|excel)\b|powerpoint presentation$|pr[äa]e?sentation\d*$|document\d*$|book\d*$"
    r"|(slide|folie|page|seite) ?\d*$|no slide title$|title$|print$|cover( page)?$)",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r"\.(pdf|docx?|odt|rtf|pptx?|odp|xlsx?|ods|indd|pmd|tex|dvi|qxp|qxd|cdr|ai|ps|eps|html?|txt|pub|vsdx?|gfp)$",
    re.IGNORECASE,
)
# A drive, a share, an address, or folders one in the other; "Income/expense" and "10/28/2022" are none.
_PATH = re.compile(r"[a-z]:[\\/]|\\\\|file:|https?:|www\.|^[~/]|[^\s\\/]+\\[^\s\\/]+|(?:[^\s/\d]+/){2,}", re.IGNORECASE)
# File names that scanners, cameras, downloads and content systems give.
_NO_NAME = re.compile(
    r"^(scan|img|image|dsc|doc|document|file|untitled|download|print|fax|page|unknown)[ \d()]*$", re.IGNORECASE
)
_HEX = re.compile(r"^[0-9a-f]{8,}$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
_TITLE_LIMIT = 160


def title_from_file_name(path: Path) -> str:
    """`Standard_benefits-details.pdf` → `Standard benefits details`."""
    title = " ".join(re.sub(r"[_\-]+", " ", path.stem).split()) or path.name
    return title[:1].upper() + title[1:] if title.islower() else title


def is_telling_name(title: str) -> bool:
    """Whether a title made of a file name says what the file is."""
    return bool(_WORD.search(title)) and not _NO_NAME.match(title) and not _HEX.match(title)


def is_file_name(text: str) -> bool:
    """Whether a title is the name or the path of a file."""
    return _FILE_NAME.search(text.strip()) is not None or _PATH.search(text) is not None


def is_title(text: str) -> bool:
    """Whether a title found inside a document says what it is."""
    text = text.strip()
    if len(text) < 4 or _NO_TITLE.match(text) or is_file_name(text):
        return False
    return sum(c.isalnum() for c in text) >= 0.5 * len(text) and sum(c.isalpha() for c in text) >= 0.3 * len(text)


def tidy_title(text: str) -> str:
    """A title on one line, cut where it is very long."""
    return " ".join(text.split())[:_TITLE_LIMIT]
