"""A page's chunks put together again: one text in reading order, with the way back to the page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from core.chunking.page_text import CELL_BORDER
from core.chunking.tidy_text import TidyText, tidy
from core.index.candidates import PageChunk, PageChunks
from core.scripts import joins_without_space
from core.types import TextRun


@dataclass(frozen=True, slots=True)
class PageBody:
    """Text of a page as its chunks have it, each line a paragraph, a point of a list or a row of a table.

    Attributes:
        runs: where each stretch of `text` stands on the page, as in a chunk.
        spans: chunk → its span of `text`.
        leads: start of a span → caption and header of its table, which the chunk repeats and `text` does not.
    """

    text: str
    runs: tuple[TextRun, ...]
    spans: Mapping[int, tuple[int, int]]
    leads: Mapping[int, str]


def page_bodies(page: PageChunks) -> Iterator[PageBody]:
    """The bodies of a page: of its text, and apart from it of what is shown by boxes.

    Chunks that do not know where they stand (of libraries of earlier versions) are in none.
    """
    lines = _Lines(page.text)
    for _, group in groupby((chunk for chunk in page.chunks if chunk.runs), key=lambda chunk: chunk.is_boxed):
        yield _body(lines, list(group))


def _body(lines: _Lines, chunks: Sequence[PageChunk]) -> PageBody:
    text = ""
    runs: list[TextRun] = []
    spans: dict[int, tuple[int, int]] = {}
    leads: dict[int, str] = {}
    for before, chunk in pairwise([None, *chunks]):
        assert chunk is not None
        if before is not None:
            text += _border(lines, before, chunk)
        lead, content = _parted(chunk)
        start = len(text)
        shift = start - len(lead)
        runs += [run._replace(text_start=run.text_start + shift) for run in chunk.runs]
        text += content
        spans[chunk.chunk] = start, len(text)
        if lead:
            leads[start] = lead
    return PageBody(text, tuple(runs), spans, leads)


def _parted(chunk: PageChunk) -> tuple[str, str]:
    """What a chunk repeats of its table, and its own text: only the latter begins on the page."""
    first = chunk.runs[0].text_start
    return chunk.text[:first], chunk.text[first:]


def _border(lines: _Lines, before: PageChunk, after: PageChunk) -> str:
    """What stands between two chunks: a newline between paragraphs; a space, or nothing, inside of one.

    A chunk says nothing of where its last paragraph ends, so the lines of the page decide, as they do for pages whose
    layout is not known: a line much shorter than the others ends its paragraph.
    """
    if before.heading_path != after.heading_path:
        return "\n"
    last, first = before.runs[-1], after.runs[0]
    end = last.char_start + last.length
    is_row = bool(first.text_start) or CELL_BORDER in f"{_last_line(before.text)}\n{_first_line(after.text)}"
    if is_row and lines.have_break(end, first.char_start):
        return "\n"
    between = lines.between(end - 1, first.char_start)
    if between.strip() or "\n" in between:
        return "\n"
    return "" if joins_without_space(before.text[-1], after.text[first.text_start]) else between


class _Lines:
    """A page's lines, tidied when the first border asks for them: that takes longer than all the rest."""

    def __init__(self, page_text: str) -> None:
        self._text = page_text
        self._tidied: TidyText | None = None

    def have_break(self, start: int, end: int) -> bool:
        """True where a line of the page ends between two places, or the second does not come after the first."""
        return end < start or "\n" in self._text[start:end].replace("\r", "\n")

    def between(self, last: int, first: int) -> str:
        """The tidy text between two characters; a newline where the second does not come after the first."""
        if first <= last:
            return "\n"
        if self._tidied is None:
            self._tidied = tidy(self._text)
        offsets = self._tidied.offsets
        return self._tidied.text[bisect_left(offsets, last) + 1 : bisect_left(offsets, first)]


def _last_line(text: str) -> str:
    return text[text.rfind("\n") + 1 :]


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
