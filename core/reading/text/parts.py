"""Blocks → parts: what stands for a page where a document has none. Equal blocks always give equal parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.reading.text.blocks import Block
from core.types import Heading, OutlineEntry, Page, PageSource

# Characters. A part is about a printed page or two: short enough to be a place, long enough for whole chunks.
LONGEST_PART = 6000
# A heading of the first two levels opens a new part only once the one before it has this much.
_SHORTEST_PART = 1500
_SHORTEST_CHAPTER = 400
# Lower headings open one from here, so that a part that must end anyway ends well.
_GOOD_LENGTH = 3000
_HIGH_LEVEL = 2
# Blocks are set apart by an empty line; inside a block there is none.
BLOCK_SEPARATOR = "\n\n"
_MOST_OUTLINE_ENTRIES = 5000


_PART_LABEL = "§ "


def part_label(index: int) -> str:
    """How a part is named: `§ 3` for the third."""
    return f"{_PART_LABEL}{index + 1}"


def is_part_label(label: str) -> bool:
    """Whether a label names a part, and so is not the number of a page."""
    return label.startswith(_PART_LABEL)


def cut_into_parts(sections: Iterable[Sequence[Block]]) -> tuple[Page, ...]:
    """Lay blocks out in parts.

    Args:
        sections: the chapters of the document.

    Returns:
        At least one part; without any text it is one empty part that says so.
    """
    parts: list[list[Block]] = []
    for section in sections:
        _cut_section(section, parts)
    if not parts:
        return (Page(0, part_label(0), "", PageSource.EMPTY, "There is no text in this file."),)
    return tuple(_page(index, blocks) for index, blocks in enumerate(parts))


def outline_of(parts: Iterable[Page]) -> tuple[OutlineEntry, ...]:
    """The headings of all parts as the document's outline."""
    entries = [OutlineEntry(heading.text, part.index, heading.level) for part in parts for heading in part.headings]
    return tuple(entries[:_MOST_OUTLINE_ENTRIES])


def with_headings(parts: Iterable[Page], outline: Sequence[OutlineEntry]) -> tuple[Page, ...]:
    """Give parts that come from the library their headings back, which it keeps as the document's outline.

    Args:
        parts: text alone.
        outline: as `outline_of` made it.
    """
    titles: dict[int, list[OutlineEntry]] = {}
    for entry in outline:
        titles.setdefault(entry.page_index, []).append(entry)
    return tuple(
        Page(p.index, p.label, p.text, p.source, p.reason, _find_headings(p.text, titles.get(p.index, ())))
        for p in parts
    )


def block_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each block in the text of a part."""
    start = 0
    for block in text.split(BLOCK_SEPARATOR):
        if block:
            yield start, start + len(block)
        start += len(block) + len(BLOCK_SEPARATOR)


def _find_headings(text: str, entries: Sequence[OutlineEntry]) -> tuple[Heading, ...]:
    """The blocks that say what the entries say, in order."""
    found: list[Heading] = []
    waiting = iter(entries)
    entry = next(waiting, None)
    for start, end in block_spans(text):
        if entry is None:
            break
        if text[start:end] == entry.title:
            found.append(Heading(start, entry.level, entry.title))
            entry = next(waiting, None)
    return tuple(found)


def _cut_section(section: Sequence[Block], parts: list[list[Block]]) -> None:
    """Add a chapter's blocks to the parts; the chapter before it goes on in its part only where that is very short."""
    blocks = [piece for block in section for piece in _split_long(block)]
    current: list[Block] = []
    if blocks and parts and _length(parts[-1]) < _SHORTEST_CHAPTER:
        current = parts.pop()
    length = _length(current)
    for block in blocks:
        if current and _opens_part(block, length):
            headings = _trailing_headings(current)
            kept = current[: len(current) - headings]
            if kept:
                parts.append(kept)
                current = current[len(kept) :]
                length = _length(current)
        current.append(block)
        length += len(block.text) + len(BLOCK_SEPARATOR)
    if current:
        parts.append(current)


def _opens_part(block: Block, length: int) -> bool:
    if length + len(block.text) > LONGEST_PART:
        return True
    if not block.level:
        return False
    return length >= (_SHORTEST_PART if block.level <= _HIGH_LEVEL else _GOOD_LENGTH)


def _trailing_headings(blocks: Sequence[Block]) -> int:
    """How many headings stand at the end: they belong to what follows."""
    count = 0
    for block in reversed(blocks):
        if not block.level:
            break
        count += 1
    return count


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) + len(BLOCK_SEPARATOR) for block in blocks)


def _split_long(block: Block) -> Iterator[Block]:
    """Cut a block that is longer than a part: at a line break, else after a sentence, else at a space."""
    text = block.text
    while len(text) > LONGEST_PART:
        cut = _last_border(text[:LONGEST_PART])
        yield Block(text[:cut].rstrip(), block.level)
        text = text[cut:].lstrip()
    if text:
        yield Block(text, block.level)


def _last_border(text: str) -> int:
    least = len(text) // 2
    for border in ("\n", ". ", "。", " "):
        at = text.rfind(border)
        if at >= least:
            return at + len(border)
    return len(text)


def _page(index: int, blocks: Sequence[Block]) -> Page:
    headings: list[Heading] = []
    start = 0
    for block in blocks:
        if block.level:
            headings.append(Heading(start, block.level, block.text))
        start += len(block.text) + len(BLOCK_SEPARATOR)
    text = BLOCK_SEPARATOR.join(block.text for block in blocks)
    return Page(index, part_label(index), text, PageSource.TEXT, headings=tuple(headings))
