"""From words of a passage to their places on the page: to the character, in every column and over a page break."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.answering.page_breaks import Continuation, PageText
from core.chunking.tidy_text import tidy
from core.types import Citation, Passage, Place

# Places on a page with at most this many characters between them are shown as one.
_NEAR = 40


def cite(
    number: int,
    passage: Passage,
    start: int,
    end: int,
    page_text: PageText,
    goes_on: Continuation | None = None,
    heads: Sequence[tuple[int, int]] = (),
) -> Citation:
    """The citation of `passage.text[start:end]` under a passage's number.

    Args:
        number: of the passage, counted from 1.
        passage: that is cited.
        start: of the words in the passage's text.
        end: of them.
        page_text: a document's page by PDFium's character index.
        goes_on: the rest of these words on the next page.
        heads: spans of the table's caption and column heads in the passage's text, where the words are a row of it.
    """
    quote = " ".join(passage.text[start:end].split())
    char_start, char_end = page_span(passage, start, end, page_text)
    lead_end = min(end, passage.runs[0].text_start) if passage.runs else start
    lead = _repeated(passage, start, lead_end, page_text) if start < lead_end else []
    spans = [*lead, *reading_order(passage, start, end)] or [(char_start, char_end)]
    above = [span for head in heads for span in _head_places(passage, *head, char_start, page_text)]
    places = [Place(passage.page_index, *span) for span in (*above, *spans)]
    if goes_on is not None:
        quote = f"{quote} {goes_on.text}"
        places.append(goes_on.place)
    return Citation(
        number,
        passage.document,
        passage.page_index,
        passage.page_label,
        char_start,
        char_end,
        quote,
        tuple(places),
    )


def page_span(passage: Passage, start: int, end: int, page_text: PageText) -> tuple[int, int]:
    """The span on its page of `passage.text[start:end]`, by the page's character index.

    Words that stand in several places (a sentence that goes on in the next column, a row below a repeated header) give
    the place that has most of them, with what is near it.
    """
    if passage.runs:
        places = _places(passage, start, end)
        if places:
            return max(places, key=lambda place: place[2])[:2]
        above = _repeated(passage, start, end, page_text)
        return above[0] if above else (passage.char_start, passage.char_end)
    raw = page_text(passage.document, passage.page_index)[passage.char_start : passage.char_end]
    tidied = tidy(raw, passage.char_start)
    if len(tidied.text) == len(passage.text):  # they differ in white space at most, one character for one
        return tidied.page_span(start, end)
    words = passage.text[start:end].split()
    pattern = r"\s*".join(re.escape(word) for word in words)
    found = re.search(pattern, tidied.text)
    return tidied.page_span(*found.span()) if found else (passage.char_start, passage.char_end)


def passage_spans(passage: Passage) -> list[tuple[int, int]]:
    """Where all of a passage stands on its page: one span for each place, what is near each other in one."""
    places = _places(passage, 0, len(passage.text))
    return [(start, end) for start, end, _ in places] or [(passage.char_start, passage.char_end)]


def reading_order(passage: Passage, start: int, end: int) -> list[tuple[int, int]]:
    """The places of `passage.text[start:end]`, one behind the other as they are read; none where it has no runs.

    PDFium's order of characters is not always that of reading: the second column may come first.
    """
    found: list[tuple[int, int]] = []
    for first, last in _pieces(passage, start, end):
        if found and -_NEAR <= first - found[-1][1] <= _NEAR:
            found[-1] = (min(found[-1][0], first), max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _head_places(passage: Passage, start: int, end: int, row: int, page_text: PageText) -> list[tuple[int, int]]:
    """Where a line above a table stands.

    In a chunk of the table's middle it is repeated: its words are looked for, all together, else each by itself as near
    above the row as can be, for heads are put together of several lines.
    """
    places = reading_order(passage, start, end) or _repeated(passage, start, end, page_text)
    if places:
        return places
    page = page_text(passage.document, passage.page_index)
    spans: list[tuple[int, int]] = []
    for word in passage.text[start:end].replace("|", " ").split():
        above = list(re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", page[:row]))
        spans += [above[-1].span()] if above else []
    return _merged(sorted(set(spans)))


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that rise, with those that are near each other in one."""
    found: list[tuple[int, int]] = []
    for first, last in spans:
        if found and first - found[-1][1] <= _NEAR:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _repeated(passage: Passage, start: int, end: int, page_text: PageText) -> list[tuple[int, int]]:
    """Where words stand that a chunk repeats from above it, a list's lead or a table's head; none if nowhere."""
    tidied = tidy(page_text(passage.document, passage.page_index))
    pattern = r"\s*".join(re.escape(word) for word in passage.text[start:end].replace("|", " ").split())
    spans = [tidied.page_span(*found.span()) for found in re.finditer(pattern, tidied.text)] if pattern else []
    above = [span for span in spans if span[1] <= passage.char_start]
    return (above or spans)[-1:]


def _pieces(passage: Passage, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of the page of which `passage.text[start:end]` is made, in the order of the text."""
    pieces: list[tuple[int, int]] = []
    for run in passage.runs:
        first = max(start, run.text_start)
        after = min(end, run.text_start + run.length)
        if first < after:
            shift = run.char_start - run.text_start
            pieces.append((first + shift, after + shift))
    return pieces


def _places(passage: Passage, start: int, end: int) -> list[tuple[int, int, int]]:
    """Start, end and number of characters of each place where `passage.text[start:end]` stands, down the page."""
    places: list[tuple[int, int, int]] = []
    for piece_start, piece_end in sorted(_pieces(passage, start, end)):
        size = piece_end - piece_start
        if places and piece_start - places[-1][1] <= _NEAR:
            first, last, filled = places[-1]
            places[-1] = (first, max(last, piece_end), filled + size)
        else:
            places.append((piece_start, piece_end, size))
    return places
