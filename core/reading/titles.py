"""Titles that name a document: what programs write by themselves, or scanners as file names, does not count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from core.heading_numbers import heading_number
from core.reading.headings import BELOW_OUTLINE, RUN_IN_LEVEL
from core.types import Heading

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
# Words that say what kind of file it is, or which version, and not what it is about.
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        "annual article attachment book booklet brochure copy deck doc document download draft edition eng english fax"
        " file final flyer fulltext guide handout leaflet main manual new online original paper pdf preprint print"
        " presentation published report rev revised scan signed slides ssrn arxiv template updated version web",
    )
)
_HEX = re.compile(r"^[0-9a-f]{8,}$", re.IGNORECASE)
_NO_HEADING = re.compile(
    r"(abstract|introduction|summary|(executive )?overview|foreword|preface|index|agenda|zusammenfassung|einleitung"
    r"|inhalt|r[ée]sum[ée]|sommaire|resumen|[íi]ndice|introducci[óo]n)\W*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_TITLE_LIMIT = 160


def title_from_file_name(path: Path) -> str:
    """`Standard_benefits-details.pdf` → `Standard benefits details`."""
    title = " ".join(re.sub(r"[_\-]+", " ", path.stem).split()) or path.name
    return title[:1].upper() + title[1:] if title.islower() else title


def is_telling_name(title: str) -> bool:
    """Whether a title made of a file name says what the file is."""
    words = [word.casefold() for word in _WORD.findall(title)]
    return not _GENERIC.issuperset(words) and not _NO_NAME.match(title) and not _HEX.match(title)


def title_of_headings(headings: Sequence[Heading]) -> str:
    """The heading of a first page that is its title: the first of the largest; nothing where none is real."""
    real = [heading for heading in headings if is_title(heading.text) and not _NO_HEADING.match(heading.text)]
    named = [heading for heading in real if not heading_number(heading.text)] or real
    # Those that the outline has not are as large as their level says; its levels say nothing of that.
    looks = [(heading.level - BELOW_OUTLINE if heading.level > BELOW_OUTLINE else heading.level) for heading in named]
    best = min(looks, default=RUN_IN_LEVEL)
    return named[looks.index(best)].text if best < RUN_IN_LEVEL else ""


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
    """A title on one line without marks of notes, cut where it is very long."""
    return " ".join(text.split())[:_TITLE_LIMIT].rstrip("∗*†‡§¶ ")
