"""From a model's Markdown to cells of plain text, with what applies to which of their characters.

Documents and models are hostile, so nothing here ever becomes HTML: raw HTML stays text, a picture becomes its
description, and a link its words; the address of either stands behind it, where it can be read before it is chosen.
This module knows no Qt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.answering.addresses import short_address
from core.answering.answer_blocks import CHIP, BlockKind, Run, Style

_MARK = re.compile(r"[ \t\u00a0]*\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
# What turns the direction of writing for all that follows could make an address read as another one.
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# An address reads from left to right, also among words that are written from right to left.
_ISOLATED = "\u2066{}\u2069"
_FROM_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


@dataclass(slots=True)
class Cell:
    """A cell in the making: text with a placeholder for each chip, and what applies where.

    Attributes:
        numbers: of the chips, in order.
        styles, spans, links: start and end of what a style, a sentence (by index) or an address applies to.
    """

    text: str = ""
    styles: list[tuple[int, int, Style]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    spans: list[tuple[int, int, int]] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, text: str, style: Style, passage_count: int = 0) -> None:
        """Add text of one style; marks up to `passage_count` become chips."""
        start = len(self.text)
        text = text.replace(CHIP, "").translate(_TURNS)  # a model's own placeholder must not pass for a chip
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

    def add_address(self, start: int, address: str, style: Style, *, isolated: bool) -> None:
        """Let what was added from `start` on lead to an address, and show that behind it."""
        if not self.text[start:].endswith(address):
            self.text += " " if self.text and not self.text[-1].isspace() else ""
            self.text += "("
            at = len(self.text)
            shown = short_address(address)
            self.text += _ISOLATED.format(shown) if isolated else shown
            self.styles.append((at, len(self.text), style | Style.ADDRESS))
            self.text += ")"
        self.links.append((start, len(self.text), address))

    def insert_chips(self, at: int, numbers: Sequence[int]) -> None:
        """Put chips in at a position; what stands around it keeps what applies to it."""
        before = self.text.count(CHIP, 0, at)
        self.numbers[before:before] = numbers
        self.text = self.text[:at] + CHIP * len(numbers) + self.text[at:]
        grown = len(numbers)
        self.styles = [(s + grown * (s >= at), e + grown * (e > at), style) for s, e, style in self.styles]
        self.spans = [(s + grown * (s >= at), e + grown * (e > at), index) for s, e, index in self.spans]
        self.links = [(s + grown * (s >= at), e + grown * (e > at), address) for s, e, address in self.links]

    def runs(self, owners: Sequence[int]) -> tuple[Run, ...]:
        """The runs of this cell; `owners` names the sentence of each of its chips."""
        edges = {0, len(self.text)}
        for start, end, _ in (*self.styles, *self.spans, *self.links):
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
            address = next((address for s, e, address in self.links if s <= start < e), "")
            runs.append(Run(self.text[start:end], style, sentence, address=address))
        return tuple(runs)


@dataclass(slots=True)
class Draft:
    """A block in the making."""

    kind: BlockKind
    rows: list[list[Cell]]
    level: int = 0
    marker: str = ""


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


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    # Reference definitions are off: `[1]: http://…` in a document must not turn the mark [1] into a link.
    rules = MarkdownIt("commonmark", {"html": False, "linkify": False})
    return rules.enable(["table", "strikethrough"]).disable(["reference", "html_block", "html_inline"])


def parse(text: str, passage_count: int) -> list[Draft]:
    """The blocks of an answer, complete or not; marks up to `passage_count` are chips."""
    drafts: list[Draft] = []
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
                drafts.append(Draft(BlockKind.TABLE, []))
            case "tr_open":
                drafts[-1].rows.append([])
            case "hr":
                drafts.append(Draft(BlockKind.RULE, [[Cell()]]))
            case "fence" | "code_block":
                cell = Cell()
                cell.add(token.content.rstrip("\n"), Style.CODE)
                drafts.append(Draft(BlockKind.CODE, [[cell]]))
            case "inline":
                cell = _inline(token, passage_count)
                if drafts and drafts[-1].kind is BlockKind.TABLE and token.level >= 3 and drafts[-1].rows:
                    drafts[-1].rows[-1].append(cell)
                elif heading:
                    drafts.append(Draft(BlockKind.HEADING, [[cell]], heading))
                elif lists:
                    drafts.append(Draft(BlockKind.ITEM, [[cell]], len(lists), marker))
                    marker = ""
                elif quotes:
                    drafts.append(Draft(BlockKind.QUOTE, [[cell]], quotes))
                else:
                    drafts.append(Draft(BlockKind.PARAGRAPH, [[cell]]))
            case "table_close":
                # Closes the table for what follows: an inline token inside a list after it must not join its cells.
                drafts.append(Draft(BlockKind.PARAGRAPH, []))
            case _:
                pass
    return [draft for draft in drafts if draft.rows]


def _inline(token: Token, passage_count: int) -> Cell:
    cell = Cell()
    style = Style.PLAIN
    links: list[tuple[int, str]] = []
    isolated = _FROM_RIGHT.search(token.content) is not None
    switches = {"strong": Style.BOLD, "em": Style.ITALIC, "s": Style.STRIKE}
    for child in token.children or ():
        name, _, turn = child.type.rpartition("_")
        if name in switches:
            style = style | switches[name] if turn == "open" else style & ~switches[name]
        elif child.type == "link_open":
            links.append((len(cell.text), str(child.attrs.get("href", ""))))
        elif child.type == "link_close":
            start, address = links.pop()
            if address:
                cell.add_address(start, address, style, isolated=isolated)
        elif child.type == "image":
            start = len(cell.text)
            cell.add(child.content, style)
            cell.add_address(start, str(child.attrs.get("src", "")), style, isolated=isolated)
        elif child.type == "code_inline":
            cell.add(child.content, style | Style.CODE)
        elif child.type == "softbreak":
            cell.add(" ", style)
        elif child.type == "hardbreak":
            cell.add("\u2028", style)
        else:
            cell.add(child.content, style, passage_count)
    return cell
