"""What names a table or a list: captions, units, and lines that end with a colon."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.types import Block, BlockKind

_CAPTION = re.compile(
    r"(?:table|tab\.|exhibit|schedule|tabelle|tableau|tabla|cuadro|tabella|tabela|tabel|tablo|bảng|таблица|πίνακας"
    r"|جدول|तालिका|ตาราง|表)\s*(?:\d|[A-Z][.\d]|[IVX]+\b)",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\(?(?:[^\W\d]|[\s$€£¥,%/.])*\b(?:thousands?|millions?|billions?|tausend|teur|mio|mrd|millionen|milliarden|milliers"
    r"|milliards|miles|millones|milhões|milioni|migliaia|тыс|млн|млрд)\b\.?[^.!?:]{0,70}\.?\)?$",
    re.IGNORECASE,
)
_LONGEST_UNIT = 100
_LONGEST_CAPTION = 200
_FURTHEST_CAPTION = 3
_CONTINUED = re.compile(r"\bcont(?:inued|['’]?d|\.)?\)?\s*$", re.IGNORECASE)


def names_of_table(said: Callable[[Block], str], blocks: Sequence[Block], place: int) -> list[str]:
    """The caption and the unit of the table that begins at `blocks[place]`, from top to bottom.

    They stand above it; a caption may stand below it as well. A line that ends with a colon is as good as a caption.

    Args:
        said: the text of a block.
        blocks: of the page, without running heads.
        place: of the table's first block.
    """
    names: list[str] = []
    for above in reversed(blocks[max(0, place - _FURTHEST_CAPTION) : place]):
        content = said(above) if above.table is None else ""
        is_name = _is_caption(content) or _introduces(content)
        if not is_name and not _is_unit(content):
            break
        names.insert(0, content)
        if is_name:
            return names
    after = place
    while after < len(blocks) and blocks[after].table == blocks[place].table:
        after += 1
    if after < len(blocks) and blocks[after].table is None and _is_caption(content := said(blocks[after])):
        names.insert(0, content)
    return names


def name_of_list(said: Callable[[Block], str], before: Block | None) -> str:
    """What introduces the list that begins behind a block: "The keeper had to bring:"; nothing where it does not."""
    if before is None or before.kind not in (BlockKind.PARAGRAPH, BlockKind.HEADING):
        return ""
    content = said(before)
    return content if _introduces(content) else ""


def is_continuation(content: str) -> bool:
    """True for a line that says that the table below it goes on: "Table 3 (continued)"."""
    return len(content) <= _LONGEST_CAPTION and (_is_caption(content) or _CONTINUED.search(content) is not None)


def _is_caption(content: str) -> bool:
    return len(content) <= _LONGEST_CAPTION and _CAPTION.match(content) is not None


def _is_unit(content: str) -> bool:
    return 0 < len(content) <= _LONGEST_UNIT and _UNIT.match(content) is not None


def _introduces(content: str) -> bool:
    return len(content) <= _LONGEST_CAPTION and content.endswith((":", "："))
