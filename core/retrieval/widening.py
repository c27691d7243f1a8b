"""Chunks → passages to read: whole paragraphs and table rows, what lies together in one piece, nothing twice.

A chunk ends where the embedder's window is full, in the middle of a paragraph perhaps; a reader wants the whole of it.
Every passage made here lies on one page, and its runs tell where each of its characters stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.index.candidates import PageChunks
from core.retrieval.page_body import PageBody, page_bodies
from core.sentences import sentence_spans
from core.types import CELL_BORDER, Passage, TextRun

# A paragraph is followed this many characters beyond the chunk at most, about as far as another chunk; of a longer one
# the whole sentences within that reach are taken.
_REACH = 1000
_LONGEST_HEADER = 400

_PageKey = tuple[str, int]


@dataclass(slots=True)
class _Stretch:
    """Part of a body that will be one passage.

    Attributes:
        best: place of the best passage that it came from.
        found: that passage, as long as nothing else is in it.
    """

    start: int
    end: int
    best: int
    found: Passage | None


class Bodies:
    """Where chunks lie in the texts of their pages.

    Args:
        pages: the pages of the passages that will be asked for.
    """

    def __init__(self, pages: Mapping[_PageKey, PageChunks]) -> None:
        self._of: dict[_PageKey, list[PageBody]] = {key: list(page_bodies(page)) for key, page in pages.items()}

    def of(self, passage: Passage) -> PageBody | None:
        """The body that a passage's chunk is part of; None where it does not know its place."""
        bodies = self._of.get((passage.document, passage.page_index), ())
        return next((body for body in bodies if passage.chunk in body.spans), None)


def pages_of(passages: Iterable[Passage]) -> list[_PageKey]:
    """The pages on which passages stand, each once."""
    return list(dict.fromkeys((passage.document, passage.page_index) for passage in passages))


def joined(passages: Sequence[Passage], bodies: Bodies, widened: int = 0) -> tuple[Passage, ...]:
    """Make of ranked chunks passages without repetition, ranked by the best chunk in each.

    Args:
        passages: chunks as they were retrieved, best first.
        bodies: of their pages.
        widened: how many of them, from the first on, are widened to whole paragraphs.
    """
    homes = [bodies.of(passage) for passage in passages]
    made: list[tuple[int, Passage]] = []
    stretches: dict[int, tuple[PageBody, list[_Stretch]]] = {}
    for place, (passage, body) in enumerate(zip(passages, homes, strict=True)):
        if body is None:
            made.append((place, passage))
            continue
        stretch = _Stretch(*body.spans[passage.chunk], place, passage)
        if place < widened:
            elsewhere = [other.text for other, home in zip(passages, homes, strict=True) if home is not body]
            stretch = _widened(stretch, body, elsewhere)
        _, of_body = stretches.setdefault(id(body), (body, []))
        _put(of_body, stretch, body.text)
    for body, of_body in stretches.values():
        made += [(stretch.best, stretch.found or _cut(body, stretch, passages)) for stretch in of_body]
    made.sort(key=lambda item: item[0])
    return tuple(replace(passage, rank=rank) for rank, (_, passage) in enumerate(made, 1))


def _widened(stretch: _Stretch, body: PageBody, elsewhere: Iterable[str]) -> _Stretch:
    """A stretch with the rest of its paragraphs, unless these bring the whole of a text from elsewhere once more."""
    start, end = whole_paragraphs(body.text, stretch.start, stretch.end)
    if (start, end) == (stretch.start, stretch.end) and _table_head(body, start)[1] is None:
        return stretch
    narrow, wide = _words(body.text[stretch.start : stretch.end]), _words(body.text[start:end])
    if any(text in wide and text not in narrow for text in map(_words, elsewhere)):  # another copy of the page
        return stretch
    return _Stretch(start, end, stretch.best, None)


def _words(text: str) -> str:
    return " ".join(text.split())


def whole_paragraphs(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the ends of its first and last line, or to sentences where these are too far."""
    first = text.rfind("\n", 0, start) + 1
    after = _line_end(text, end)
    if start - first > _REACH:
        begins = [first + a for a, _ in sentence_spans(text[first:start])]
        first = next((place for place in begins if start - place <= _REACH), start)
    if after - end > _REACH:
        ends = [end + b for _, b in sentence_spans(text[end:after]) if b <= _REACH]
        after = ends[-1] if ends else end
    return first, after


def _put(stretches: list[_Stretch], new: _Stretch, text: str) -> None:
    """Add a stretch; those that it overlaps, or that only white space parts from it, become one with it."""
    for other in [*stretches]:
        low, high = sorted((new, other), key=lambda stretch: stretch.start)
        if not text[low.end : high.start].strip():
            stretches.remove(other)
            new = _Stretch(low.start, max(low.end, high.end), min(new.best, other.best), None)
    stretches.append(new)


def _cut(body: PageBody, stretch: _Stretch, passages: Sequence[Passage]) -> Passage:
    """The passage of a stretch, below caption and header where it begins within a table."""
    text, header = _table_head(body, stretch.start)
    runs: list[TextRun] = []
    for start, end in filter(None, (header, (stretch.start, stretch.end))):
        runs += _clipped(body.runs, start, end, len(text) - start)
        text += body.text[start:end] + "\n"
    own = _clipped(body.runs, stretch.start, stretch.end)
    return replace(
        passages[stretch.best],
        char_start=min(run.char_start for run in own),
        char_end=max(run.char_start + run.length for run in own),
        text=text.rstrip("\n"),
        runs=tuple(runs),
    )


def _table_head(body: PageBody, start: int) -> tuple[str, tuple[int, int] | None]:
    """Caption and header of the table whose rows are parted at `start`: as the chunks repeat them, or their place."""
    at = start
    while at not in body.leads:
        above = body.text.rfind("\n", 0, max(0, at - 1)) + 1
        if above >= at or body.text[at - 1] != "\n" or not all(_is_row(body.text, row) for row in (above, at)):
            break
        at = above
    if at in body.leads:
        return body.leads[at], None
    end = _line_end(body.text, at)
    return "", (at, end) if at < start and end - at <= _LONGEST_HEADER else None


def _is_row(text: str, start: int) -> bool:
    return CELL_BORDER in text[start : _line_end(text, start)]


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _clipped(runs: Iterable[TextRun], start: int, end: int, shift: int = 0) -> list[TextRun]:
    """The runs of `text[start:end]`, for a text that has it `shift` further on."""
    clipped = []
    for run in runs:
        first, after = max(start, run.text_start), min(end, run.text_start + run.length)
        if first < after:
            clipped.append(TextRun(first + shift, run.char_start + first - run.text_start, after - first))
    return clipped
