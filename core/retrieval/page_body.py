"""A page's chunks put together again: one text in reading order, with the way back to the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from core.index.candidates import PageChunk, PageChunks
from core.scripts import joins_without_space
from core.types import CELL_BORDER, TextRun

_LINE_BREAK = re.compile(r"[\r\n]+")
_EMPTY_LINE = "\n\n"  # documents without pages set their paragraphs apart so, PDFium never does
_POINT = re.compile(r"\s*(?:[•●▪◦‣■□–—\-*·]\s|\(?\d{1,3}[.)]\s|\(?[a-zA-Z][.)]\s)")
_FINISHED = re.compile(r"[.!?…:;。！？।؟][\"'”’»)\]]*$")
# Lines around one with which its length is compared, and the share of the longest that ends a paragraph for certain.
_LINES_AROUND = 3
_SHORT_LINE = 0.66
# Letters are not equally wide: a word that would fill a line beyond this share of the longest had no room on it.
_FULL_LINE = 0.95


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
    for _, group in groupby((chunk for chunk in page.chunks if chunk.runs), key=lambda chunk: chunk.is_boxed):
        yield _body(page.text, list(group))


def _body(page_text: str, chunks: Sequence[PageChunk]) -> PageBody:
    text = ""
    runs: list[TextRun] = []
    spans: dict[int, tuple[int, int]] = {}
    leads: dict[int, str] = {}
    for before, chunk in pairwise([None, *chunks]):
        assert chunk is not None
        if before is not None:
            text += _border(page_text, before, chunk)
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


def _border(page_text: str, before: PageChunk, after: PageChunk) -> str:
    """What stands between two chunks: a newline between paragraphs; a space, or nothing, inside of one.

    A chunk does not say whether its last paragraph goes on in the next one; the lines of the page do.
    """
    lead, content = _parted(after)
    last, first = before.runs[-1], after.runs[0]
    end, start = last.char_start + last.length, first.char_start
    if before.heading_path != after.heading_path:
        return "\n"
    if end <= start and not _LINE_BREAK.search(page_text, end, start):
        return " " if end < start else ""
    is_row = bool(lead) or CELL_BORDER in _last_line(before.text) or CELL_BORDER in _first_line(content)
    if is_row or not _goes_on(page_text, end, start, before.text, content):
        return "\n"
    return "" if joins_without_space(before.text[-1], content[0]) else " "


def _goes_on(page_text: str, end: int, start: int, before: str, content: str) -> bool:
    """Whether the paragraph of a line that ends at `end` goes on with the one that begins at `start`.

    A line that is much shorter than those around it ends its paragraph. One that is not goes on where its sentence is
    unfinished, or where the next word had no room on it.
    """
    above = [line for line in _LINE_BREAK.split(page_text[:end]) if line.strip()]
    below = [line for line in _LINE_BREAK.split(page_text[start:]) if line.strip()]
    line = above[-1].strip()
    longest = max(len(other.strip()) for other in (*above[-1 - _LINES_AROUND :], *below[:_LINES_AROUND]))
    between = page_text[end:start].replace("\r", "")
    if _EMPTY_LINE in between or _POINT.match(content) or len(line) < _SHORT_LINE * longest:
        return False
    if not _FINISHED.search(before):
        return True
    if end > start or between.strip():  # in another column, or behind a note: it may as well be another paragraph
        return False
    word = 1 if joins_without_space(before[-1], content[0]) else 1 + len(content.split(maxsplit=1)[0])
    return len(line) + word > _FULL_LINE * longest


def _last_line(text: str) -> str:
    return text[text.rfind("\n") + 1 :]


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
