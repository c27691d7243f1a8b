"""From a model's Markdown to plain blocks of runs: no HTML, no images, no resources, citation marks as chips.

Documents and models are hostile, so nothing here ever becomes HTML: Markdown is parsed to tokens (raw HTML stays
text, an image becomes its description, a link its words and its address) and the tokens become `Block`s, which
the window writes into a QTextDocument, and `core/answering/export` into files, one run at a time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, Flag, auto
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.types import AnswerSentence

CHIP = "\ufffc"
_MARK = re.compile(r"[ \t\u00a0]*\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_WORD = re.compile(r"[^\W_]+")
_CLOSING = re.compile(r"[^\w\s]*")  # full stops, closing quotes, and the chips among them
_SLACK = 80  # how far, in letters, a sentence may lie beyond where the last one ended


class Style(Flag):
    """How a run is set."""

    PLAIN = 0
    BOLD = auto()
    ITALIC = auto()
    CODE = auto()
    STRIKE = auto()


class BlockKind(Enum):
    """What a block is."""

    PARAGRAPH = auto()
    HEADING = auto()
    ITEM = auto()
    QUOTE = auto()
    CODE = auto()
    TABLE = auto()
    RULE = auto()


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style, or a chip.

    Attributes:
        sentence: index of the sentence that the run belongs to; -1 where it is none's.
        number: for a chip the passage it cites, counted from 1; 0 for text.
    """

    text: str
    style: Style = Style.PLAIN
    sentence: int = -1
    number: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an answer; all but a table have exactly one row of one cell.

    Attributes:
        level: of a heading from 1, of a list item or quote its depth from 1.
        marker: what stands before a list item; empty for a further paragraph of the same item.
    """

    kind: BlockKind
    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    level: int = 0
    marker: str = ""


@dataclass(slots=True)
class _Cell:
    """A cell in the making: text with a placeholder for each chip, and what applies where."""

    text: str = ""
    styles: list[tuple[int, int, Style]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    spans: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, text: str, style: Style, passage_count: int = 0) -> None:
        start = len(self.text)
        text = text.replace(CHIP, "")  # a model's own placeholder must not pass for a chip
        if passage_count and Style.CODE not in style:
            text = self._take_marks(text, passage_count)
        self.text += text
        if style:
            self.styles.append((start, len(self.text), style))

    def _take_marks(self, text: str, passage_count: int) -> str:
        def chips(match: re.Match[str]) -> str:
            numbers = _numbers(match[1])
            if not numbers or any(not 1 <= number <= passage_count for number in numbers):
                return match[0]
            self.numbers += numbers
            return CHIP * len(numbers)

        return _MARK.sub(chips, text)

    def insert_chips(self, at: int, numbers: Sequence[int]) -> None:
        before = self.text.count(CHIP, 0, at)
        self.numbers[before:before] = numbers
        self.text = self.text[:at] + CHIP * len(numbers) + self.text[at:]
        grown = len(numbers)
        self.styles = [(s + grown * (s >= at), e + grown * (e > at), style) for s, e, style in self.styles]
        self.spans = [(s + grown * (s >= at), e + grown * (e > at), index) for s, e, index in self.spans]

    def runs(self, owners: Sequence[int]) -> tuple[Run, ...]:
        """The runs of this cell; `owners` names the sentence of each of its chips."""
        edges = {0, len(self.text)}
        for start, end, _ in (*self.styles, *self.spans):
            edges.update((start, end))
        for match in re.finditer(CHIP, self.text):
            edges.update((match.start(), match.end()))
        cuts = sorted(edges)
        runs: list[Run] = []
        chip = 0
        for start, end in pairwise(cuts):
            sentence = next((index for s, e, index in self.spans if s <= start < e), -1)
            if self.text[start] == CHIP:
                runs.append(Run(CHIP, Style.PLAIN, owners[chip], self.numbers[chip]))
                chip += 1
                continue
            style = Style.PLAIN
            for s, e, part in self.styles:
                if s <= start < e:
                    style |= part
            runs.append(Run(self.text[start:end], style, sentence))
        return tuple(runs)


@dataclass(slots=True)
class _Draft:
    """A block in the making."""

    kind: BlockKind
    rows: list[list[_Cell]]
    level: int = 0
    marker: str = ""


def layout_answer(text: str, sentences: Sequence[AnswerSentence] = (), passage_count: int = 0) -> tuple[Block, ...]:
    """Parse an answer and place its sentences and chips.

    Args:
        text: the Markdown as it came, complete or not.
        sentences: what has been resolved so far, in the order of the text.
        passage_count: marks beyond this number stay text.

    Returns:
        The blocks from top to bottom; equal blocks of two calls need no repainting.
    """
    drafts = _parse(text, passage_count)
    cells = [cell for draft in drafts for row in draft.rows for cell in row]
    owners = _place(cells, sentences, passage_count)
    built = iter(zip(cells, owners, strict=True))
    blocks = []
    for draft in drafts:
        rows = tuple(tuple(cell.runs(own) for cell, own in (next(built) for _ in row)) for row in draft.rows)
        blocks.append(Block(draft.kind, rows, draft.level, draft.marker))
    return tuple(blocks)


def _numbers(inside: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r"\s*[,;]\s*", inside):
        ends = [int(end) for end in re.split(r"\s*[–-]\s*", part)]
        if len(ends) == 1:
            numbers += ends
        elif len(ends) == 2 and ends[0] < ends[1] <= ends[0] + 9:
            numbers += range(ends[0], ends[1] + 1)
        else:
            return []
    return numbers


# ── parsing ──────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    # Reference definitions are off: `[1]: http://…` in a document must not turn the mark [1] into a link.
    rules = MarkdownIt("commonmark", {"html": False, "linkify": False})
    return rules.enable(["table", "strikethrough"]).disable(["reference", "html_block", "html_inline"])


def _parse(text: str, passage_count: int) -> list[_Draft]:
    drafts: list[_Draft] = []
    lists: list[int | None] = []
    quotes = 0
    marker = ""
    heading = 0
    for token in _parser().parse(text):
        match token.type:
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                number = lists[-1]
                marker = "•" if number is None else f"{number}."
                if number is not None:
                    lists[-1] = number + 1
            case "blockquote_open":
                quotes += 1
            case "blockquote_close":
                quotes -= 1
            case "heading_open":
                heading = int(token.tag[1:])
            case "heading_close":
                heading = 0
            case "table_open":
                drafts.append(_Draft(BlockKind.TABLE, []))
            case "tr_open":
                drafts[-1].rows.append([])
            case "hr":
                drafts.append(_Draft(BlockKind.RULE, [[_Cell()]]))
            case "fence" | "code_block":
                cell = _Cell()
                cell.add(token.content.rstrip("\n"), Style.CODE)
                drafts.append(_Draft(BlockKind.CODE, [[cell]]))
            case "inline":
                cell = _inline(token, passage_count)
                if drafts and drafts[-1].kind is BlockKind.TABLE and token.level >= 3 and drafts[-1].rows:
                    drafts[-1].rows[-1].append(cell)
                elif heading:
                    drafts.append(_Draft(BlockKind.HEADING, [[cell]], heading))
                elif lists:
                    drafts.append(_Draft(BlockKind.ITEM, [[cell]], len(lists), marker))
                    marker = ""
                elif quotes:
                    drafts.append(_Draft(BlockKind.QUOTE, [[cell]], quotes))
                else:
                    drafts.append(_Draft(BlockKind.PARAGRAPH, [[cell]]))
            case "table_close":
                # Closes the table for what follows: an inline token inside a list after it must not join its cells.
                drafts.append(_Draft(BlockKind.PARAGRAPH, []))
            case _:
                pass
    return [draft for draft in drafts if draft.rows]


def _inline(token: Token, passage_count: int) -> _Cell:
    cell = _Cell()
    style = Style.PLAIN
    address: list[str] = []
    switches = {"strong": Style.BOLD, "em": Style.ITALIC, "s": Style.STRIKE}
    for child in token.children or ():
        name, _, turn = child.type.rpartition("_")
        if name in switches:
            style = style | switches[name] if turn == "open" else style & ~switches[name]
        elif child.type == "link_open":
            address.append(str(child.attrs.get("href", "")))
        elif child.type == "link_close":
            href = address.pop()
            if href and not cell.text.endswith(href):
                cell.add(f" ({href})", style)
        elif child.type == "code_inline":
            cell.add(child.content, style | Style.CODE)
        elif child.type == "softbreak":
            cell.add(" ", style)
        elif child.type == "hardbreak":
            cell.add("\u2028", style)
        else:
            cell.add(child.content, style, passage_count)
    return cell


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=512)
def _key(sentence: str, passage_count: int) -> tuple[str, frozenset[int]]:
    """The letters of a sentence as they appear once rendered, and the numbers of its marks."""
    cells = [cell for draft in _parse(sentence, passage_count) for row in draft.rows for cell in row]
    letters = "".join("".join(_WORD.findall(cell.text)) for cell in cells)
    return letters.lower(), frozenset(number for cell in cells for number in cell.numbers)


class _Letters:
    """The letters of all cells in a row, with the way back to cell and position."""

    def __init__(self, cells: Sequence[_Cell]) -> None:
        self._starts: list[int] = []
        self._places: list[tuple[int, int]] = []
        parts: list[str] = []
        length = 0
        for index, cell in enumerate(cells):
            for match in _WORD.finditer(cell.text):
                self._starts.append(length)
                self._places.append((index, match.start()))
                parts.append(match[0])
                length += len(match[0])
        joined = "".join(parts)
        lowered = joined.lower()
        self.text = lowered if len(lowered) == len(joined) else joined

    def place(self, letter: int) -> tuple[int, int]:
        """The cell, and the position in it, of a letter."""
        word = bisect_right(self._starts, letter) - 1
        cell, start = self._places[word]
        return cell, start + letter - self._starts[word]


def _place(cells: Sequence[_Cell], sentences: Sequence[AnswerSentence], passage_count: int) -> list[list[int]]:
    """Mark where each sentence lies, add the chips it lacks, and say which sentence each chip belongs to."""
    letters = _Letters(cells)
    cursor, slack = 0, _SLACK
    ends: list[tuple[int, int, int]] = []
    for index, sentence in enumerate(sentences):
        key, _ = _key(sentence.text, passage_count)
        found = letters.text.find(key, cursor, cursor + slack + len(key)) if key else -1
        if found < 0:
            slack += len(key)
            continue
        cursor, slack = found + len(key), _SLACK
        first, last = letters.place(found), letters.place(cursor - 1)
        for at in range(first[0], last[0] + 1):
            cell = cells[at]
            start = first[1] if at == first[0] else 0
            end = last[1] + 1 if at == last[0] else len(cell.text)
            if at == last[0] and (closing := _CLOSING.match(cell.text, end)):
                end = closing.end()
            while start and cell.text[start - 1] in "\"'“‘(«":
                start -= 1
            cell.spans.append((start, end, index))
        ends.append((last[0], end, index))
    owners = [_owners(cell) for cell in cells]
    _add_missing(cells, owners, ends, sentences)
    return owners


def _owners(cell: _Cell) -> list[int]:
    """Each chip belongs to the sentence that it stands in or after; at the start of a cell to the first one."""
    owners = []
    spans = sorted(cell.spans)
    for match in re.finditer(CHIP, cell.text):
        before = [index for start, _, index in spans if start <= match.start()]
        owners.append(before[-1] if before else spans[0][2] if spans else -1)
    return owners


def _add_missing(
    cells: Sequence[_Cell],
    owners: list[list[int]],
    ends: Sequence[tuple[int, int, int]],
    sentences: Sequence[AnswerSentence],
) -> None:
    present: set[tuple[int, int]] = set()
    for cell, row in zip(cells, owners, strict=True):
        present.update(zip(row, cell.numbers, strict=True))
    # From the last to the first, so that positions found before stay true.
    for at, end, index in reversed(ends):
        cited = dict.fromkeys(citation.number for citation in sentences[index].citations)
        missing = [number for number in cited if (index, number) not in present]
        if not missing:
            continue
        cell = cells[at]
        while end < len(cell.text) and cell.text[end] == CHIP:
            end += 1
        before = cell.text.count(CHIP, 0, end)
        cell.insert_chips(end, missing)
        owners[at][before:before] = [index] * len(missing)
