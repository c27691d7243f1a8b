"""A page's blocks → text as people and models read it, with the way back to the page for each of its characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from core.captions import name_of_list, names_of_table
from core.chunking.text_writer import NOWHERE, TextWriter
from core.chunking.tidy_text import tidy
from core.sentences import sentence_language, sentence_spans
from core.types import CELL_BORDER, Block, BlockKind, Heading, Page, Spans, TextRun

_SAYS_SOMETHING = re.compile(r"[^\W\d_]{3}")
_LONGEST_RUNNING = 80
# A point of a list is kept in one piece up to this length.
_LONGEST_POINT = 400

_PARTED = (BlockKind.PARAGRAPH, BlockKind.FOOTNOTE, BlockKind.ANNOTATION)


@dataclass(frozen=True, slots=True)
class Unit:
    """What a chunk is made of: a sentence, a row of a table, a point of a list.

    Attributes:
        start, end: its span in the text.
        heading: that it is, if it is one.
        group: number of the list or table that it belongs to; groups stay together where they fit into one chunk.
        lead: the caption and header of its table, or what introduces its list; it goes before it where a chunk begins
            with it.
        part: 0 for the body of the page; other parts never share a chunk with it.
    """

    start: int
    end: int
    heading: Heading | None = None
    group: int | None = None
    lead: str = ""
    part: int = 0


@dataclass(frozen=True, slots=True)
class PageText:
    """Text of a page in reading order.

    Attributes:
        offsets: for each character its index on the page, or `NOWHERE`.
        units: in order; only white space lies between them.
        running: what the page's running heads and feet say, numbers of pages left out.
    """

    text: str
    offsets: Sequence[int]
    units: tuple[Unit, ...]
    running: str = ""

    def runs(self, start: int, end: int, shift: int = 0) -> tuple[TextRun, ...]:
        """Where each stretch of `text[start:end]` stands on the page, if a chunk's text has it `shift` further on."""
        offsets = np.asarray(self.offsets[start:end], np.int64)
        firsts = [0, *(np.flatnonzero(np.diff(offsets) != 1) + 1).tolist()]
        return tuple(
            TextRun(first + shift, int(offsets[first]), after - first)
            for first, after in pairwise([*firsts, end - start])
            if offsets[first] != NOWHERE
        )


def page_text(page: Page) -> PageText:
    """The text of a page, from its blocks where it has any, else from its lines."""
    return _from_blocks(page) if page.blocks else _from_lines(page)


def _from_lines(page: Page) -> PageText:
    tidied = tidy(page.text, breaks=[heading.char_start for heading in page.headings])
    headings = list(page.headings)
    units: list[Unit] = []
    for start, end in sentence_spans(tidied.text, sentence_language(page.text)):
        heading = None
        while headings and headings[0].char_start <= tidied.offsets[start]:
            heading = headings.pop(0)
        units.append(Unit(start, end, heading))
    return PageText(tidied.text, tidied.offsets, tuple(units))


def _from_blocks(page: Page) -> PageText:
    writer = TextWriter(page.text)
    headings = {heading.char_start: heading for heading in page.headings}
    blocks = [block for block in page.blocks if block.kind is not BlockKind.RUNNING_HEAD]
    leads = _table_leads(page, blocks)
    list_lead = ""
    language = sentence_language(page.text)
    units: list[Unit] = []
    group = -1
    before: Block | None = None
    for block, table_lead in zip(blocks, leads, strict=True):
        start = writer.begin_block()
        for number, line in enumerate(block.lines):
            writer.add_line(line, (CELL_BORDER if number else "") if block.table is not None else None)
        end = writer.length
        if end <= start:
            continue
        if not _is_same_group(before, block):
            group += 1
            list_lead = name_of_list(partial(_said, page.text), before)
        lead = list_lead if block.kind is BlockKind.LIST_ITEM else table_lead
        units += _units(writer, block, start, end, headings.get(block.char_start), group, lead, language)
        before = block
    return PageText(writer.text, writer.offsets, tuple(units), _running(page))


def _running(page: Page) -> str:
    """The first words of the running heads and feet, whole lines of them; numbers of pages say nothing."""
    said = ""
    for block in page.blocks:
        if block.kind is BlockKind.RUNNING_HEAD:
            for text in (_plain(page.text, line) for line in block.lines):
                longer = f"{said} {text}".strip()
                if _SAYS_SOMETHING.search(text) and text not in said and len(longer) <= _LONGEST_RUNNING:
                    said = longer
    return said


def _units(
    writer: TextWriter,
    block: Block,
    start: int,
    end: int,
    heading: Heading | None,
    group: int,
    lead: str,
    language: str,
) -> list[Unit]:
    part = {BlockKind.FORM_FIELD: 1, BlockKind.ANNOTATION: 2}.get(block.kind, 0)
    if block.table is not None:
        return [Unit(start, end, None, group, lead)]
    is_point = block.kind is BlockKind.LIST_ITEM
    if block.kind in _PARTED or (is_point and end - start > _LONGEST_POINT):
        text = writer.slice(start, end)
        spans = sentence_spans(text, language)
        return [
            # A heading of a paragraph is its first words, which stay in it.
            Unit(start + a, start + b, None if number else heading, group if is_point else None, lead, part)
            for number, (a, b) in enumerate(spans)
        ]
    return [Unit(start, end, heading, group if is_point else None, lead, part)]


def _is_same_group(before: Block | None, block: Block) -> bool:
    """True where a list or a table goes on."""
    if before is None:
        return False
    if block.table is not None or before.table is not None:
        return block.table == before.table
    return block.kind is before.kind is BlockKind.LIST_ITEM


def _table_leads(page: Page, blocks: Sequence[Block]) -> list[str]:
    """For each block what goes before a chunk that begins with it, if it is of a table: caption, unit and header."""
    said = partial(_said, page.text)
    names: dict[int, list[str]] = {}
    leads: list[str] = []
    for place, block in enumerate(blocks):
        if block.table is None:
            leads.append("")
            continue
        if block.table not in names:
            goes_on = page.table_lead and not names
            names[block.table] = [page.table_lead] if goes_on else names_of_table(said, blocks, place)
        leads.append("\n".join(names[block.table]))
        if block.kind is BlockKind.TABLE_HEADER:
            cells = filter(None, (_plain(page.text, cell) for cell in block.lines))
            names[block.table].append(CELL_BORDER.join(cells))
    return leads


def _said(text: str, block: Block) -> str:
    return " ".join(filter(None, (_plain(text, line) for line in block.lines)))


def _plain(text: str, spans: Spans) -> str:
    writer = TextWriter(text)
    writer.add_line(spans, None)
    return writer.text
