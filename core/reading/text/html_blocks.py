"""An HTML tree → blocks. Nothing is executed, fetched or expanded: of the tree, only the words are taken.

What is no reading matter (scripts, styles, navigation, form fields, hidden elements) is left out. The walk is flat
(`iterwalk`), so that no depth of nesting reaches Python's stack.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from core.reading.text.blocks import Block
from core.reading.text.html_tables import is_data_table, table_rows

# Elements that begin and end a block, as the HTML standard's rendering section displays them.
_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu ol p pre search section summary table "
    "tbody td tfoot th thead tr ul"
)
# Elements whose words are not the page's.
_DROPPED_NAMES = (
    "annotation annotation-xml applet audio button canvas datalist embed head iframe input map meter nav noscript "
    "object progress rp rt script select style svg template textarea video"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_DROPPED = frozenset(_DROPPED_NAMES.split())
_NAVIGATION_ROLES = frozenset({"navigation", "search", "menu", "menubar", "toolbar", "doc-toc", "doc-backlink"})
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_HEADING = re.compile(r"h([1-6])")
_LONGEST_HEADING = 200
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BACK_LINKS = frozenset({"↑", "↩", "↩︎", "⤴", "^", "⏎"})
_NOTE_MARK = re.compile(r"[\[(]?(\d{1,4}|[*†‡§¶]{1,3}|[a-z])[\])]?", re.IGNORECASE)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Has no width and allows no line break, and yet ends a word for whoever counts words.
_WORD_JOINER = "\u2060"
_FILE_NAME = re.compile(r"^\S+\.(png|jpe?g|gif|svg|webp|bmp|tiff?|emf|wmf)$", re.IGNORECASE)
_LONGEST_ALT = 1000
# Bullets of nested lists; the reading view indents by them.
BULLETS = ("• ", "◦ ", "▪ ")
# Stands for a line break until white space is tidied.
_BREAK = "\u2028"
# Soft hyphens and byte order marks are not part of the words.
_INVISIBLE = str.maketrans("", "", "\u00ad\ufeff\x00")


def local_name(element: Any) -> str:
    """The tag without its namespace, in lower case; nothing for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def html_blocks(root: Any) -> tuple[Block, ...]:
    """The blocks of an element and all that is in it, in reading order.

    Args:
        root: an lxml element, of an HTML or an XHTML tree without comments.
    """
    builder = _Builder()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            builder.end(element, is_root=element is root)
        elif not builder.start(element):
            walk.skip_subtree()
    builder.flush()
    return tuple(builder.blocks)


class _Builder:
    """Collects inline text, and closes a block wherever an element begins or ends one."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._inline: list[str] = []
        self._marker = ""
        self._level = 0
        self._preformatted = 0
        self._lists: list[int | None] = []  # the next number of each open list, None where it has bullets

    def start(self, element: Any) -> bool:
        """Enter an element; returns False where nothing below it is wanted."""
        tag = local_name(element)
        if tag == "table" and is_data_table(element):
            self.flush()
            self.blocks += [Block(row) for row in table_rows(element, _cell_text)]
            return False
        if not tag or _is_dropped(element, tag):
            return False
        if tag in _BLOCKS:
            self.flush()
        if tag == "br":
            self._inline.append(_BREAK)
        elif tag == "img":
            self._inline.append(_alternative(element))
        elif tag == "a" and (mark := _note_mark(element)) is not None:
            self._inline.append(mark)
            return False
        elif tag in ("ul", "ol", "menu", "dir"):
            self._lists.append(_first_number(element) if tag == "ol" else None)
        elif tag == "li":
            self._marker = self._next_marker(element)
        elif tag == "pre":
            self._preformatted += 1
        self._level = _heading_level(element, tag) or self._level
        self._inline.append(element.text or "")
        return True

    def end(self, element: Any, *, is_root: bool) -> None:
        """Leave an element."""
        tag = local_name(element)
        if tag in _BLOCKS:
            self.flush()
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif tag == "li":
            self._marker = ""
        elif tag in ("ul", "ol", "menu", "dir") and self._lists:
            self._lists.pop()
        if _heading_level(element, tag):
            self._level = 0
        if not is_root:
            self._inline.append(element.tail or "")

    def flush(self) -> None:
        """Close the block that is open, if it has text."""
        raw = "".join(self._inline).translate(_INVISIBLE)
        self._inline.clear()
        text = _tidy_lines(raw) if self._preformatted else _tidy_words(raw)
        if not text:
            return
        if self._level and len(text) <= _LONGEST_HEADING:
            self.blocks.append(Block(" ".join(text.split()), self._level))
        else:
            self.blocks.append(Block(self._marker + text))
        self._marker = ""

    def _next_marker(self, element: Any) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return BULLETS[min(max(len(self._lists), 1), len(BULLETS)) - 1]
        number = _whole_number(element.get("value"), number)
        self._lists[-1] = number + 1
        return f"{number}. "


def _cell_text(cell: Any) -> str:
    """A table cell on one line."""
    return " ".join(" ".join(block.text.split()) for block in html_blocks(cell))


def _is_dropped(element: Any, tag: str) -> bool:
    if tag in _DROPPED or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if element.get("role") in _NAVIGATION_ROLES or _HIDING_STYLE.search(element.get("style") or ""):
        return True
    return tag == "a" and "".join(element.itertext()).strip() in _BACK_LINKS


def _heading_level(element: Any, tag: str) -> int:
    if match := _HEADING.fullmatch(tag):
        return int(match[1])
    if element.get("role") == "heading":
        return min(max(_whole_number(element.get("aria-level"), 2), 1), 6)
    return 0


def _note_mark(element: Any) -> str | None:
    """A reference to a footnote, raised, and apart from the word before it; None for other links.

    Not `[1]`, which is how answers mark their sources.
    """
    parent = element.getparent()
    in_sup = parent is not None and local_name(parent) == "sup"
    kinds = f"{element.get('role') or ''} {element.get('epub:type') or ''} {element.get(_EPUB_TYPE) or ''}"
    if not (in_sup or "noteref" in kinds or any(local_name(child) == "sup" for child in element)):
        return None
    match = _NOTE_MARK.fullmatch("".join(element.itertext()).strip())
    if match is None or "#" not in (element.get("href") or "#"):
        return None
    return _WORD_JOINER + match[1].translate(_RAISED)


def _alternative(element: Any) -> str:
    """What a picture says of itself, unless that is a file's name."""
    text = " ".join((element.get("alt") or "").split())
    return f" [{text[:_LONGEST_ALT]}] " if len(text) > 2 and not _FILE_NAME.match(text) else " "


def _first_number(element: Any) -> int:
    return _whole_number(element.get("start"), 1)


def _whole_number(text: str | None, default: int) -> int:
    try:
        return int(text) if text and len(text) < 8 else default
    except ValueError:
        return default


def _tidy_words(raw: str) -> str:
    lines = (" ".join(line.split()) for line in raw.split(_BREAK))
    return "\n".join(line for line in lines if line)


def _tidy_lines(raw: str) -> str:
    """Preformatted text: lines stay lines, and keep the space at their beginning."""
    lines = [line.expandtabs(4).rstrip() for line in raw.replace(_BREAK, "\n").splitlines()]
    return "\n".join(line for line in lines if line).strip()
