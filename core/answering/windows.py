"""What a sentence of an answer is held against: the sentences and table rows of the passages, alone and in pairs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from core.answering.names import Name, names_of
from core.answering.page_breaks import Continuation, PageText, continuation
from core.answering.polarity import Clause, clauses_of
from core.answering.quantities import Quantities, Quantity, quantities_of
from core.answering.words import Words, content_words
from core.language import latin_language
from core.sentences import sentence_spans
from core.types import Passage

_CELL = " | "
_NAMES_OF_TABLE = 2  # lines above a table that may be its caption and its unit
_CAPTION = re.compile(r"(?:table|tab\.|exhibit|figure|tabelle|tableau|tabla)\s+[\dA-Z]", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"[.!?]\s*$")


@dataclass(frozen=True)
class Statement:
    """A sentence of a passage, or a row of a table in it.

    Attributes:
        start, end: its span in the passage's text.
        text: its words, with those that follow on the next page.
        header: of a row, the table's caption, unit and column heads, a line each.
        heads: where these stand in the passage's text.
        goes_on: where its rest stands on the next page.
    """

    start: int
    end: int
    text: str
    header: str = ""
    heads: tuple[tuple[int, int], ...] = ()
    goes_on: Continuation | None = None

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return _CELL in self.text


@dataclass(frozen=True, eq=False)
class Window:
    """One or two neighbouring statements of a passage.

    Attributes:
        passage: its index among those that were found.
        start, end: the span in its text.
        text: the words there.
        sentences: the one or two of which it is made.
        header: what stands above them, where they are rows of a table.
        heads: where that stands in the passage's text.
        around: title and heading of the passage.
        before: the passage's text up to the window.
        content: their content words, with those of the header.
        own: without these.
        context: content words of title and heading.
        language: of the passage, as a code.
        splits: splits a text into comparable words.
        goes_on: where the last sentence's rest stands on the next page.
    """

    passage: int
    start: int
    end: int
    text: str
    sentences: tuple[str, ...]
    header: str
    heads: tuple[tuple[int, int], ...]
    around: str
    before: str
    content: frozenset[str]
    own: frozenset[str]
    context: frozenset[str]
    language: str | None
    splits: Words
    goes_on: Continuation | None

    @cached_property
    def all_words(self) -> frozenset[str]:
        """Every word, small ones and the context's included: where a name may stand."""
        return frozenset(self.splits(f"{self.around}\n{self.header}\n{self.text}"))

    @cached_property
    def quantities(self) -> Quantities:
        """Its numbers and dates, with those of a table's header."""
        return quantities_of(f"{self.header}\n{self.text}" if self.header else self.text, self.language, self.above)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names in it, those aside that only begin a sentence."""
        return tuple(name for name in names_of(self.text, self.splits, lambda _: False) if not name.opens)

    @cached_property
    def facts_of_sentences(self) -> tuple[Quantities, ...]:
        """Numbers and dates of each of its sentences."""
        return tuple(quantities_of(sentence, self.language) for sentence in self.sentences)

    @cached_property
    def own_numbers(self) -> tuple[Quantity, ...]:
        """The numbers of a row that its header does not have."""
        of_header = frozenset[Decimal]().union(*(n.values for n in quantities_of(self.header, self.language).numbers))
        numbers = quantities_of(self.text, self.language).numbers
        return tuple(number for number in numbers if not number.values & of_header)

    @cached_property
    def above(self) -> str:
        """What may tell the scale of its numbers."""
        return f"{self.header}\n{self.before[-400:]}" if _CELL in self.text else ""

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Its clauses, to tell where a "not" belongs."""
        return clauses_of(self.text, lambda text: content_words(text, self.splits))

    @property
    def size(self) -> int:
        """Its length in characters."""
        return len(self.text)


def statements_of(text: str) -> list[Statement]:
    """The sentences and the rows of a passage, in order."""
    found: list[Statement] = []
    lead: list[tuple[int, int]] = []  # the lines just above a table
    heads: list[tuple[int, int]] = []
    for start, end in _spans(text):
        said = text[start:end]
        if _CELL not in said:
            if heads and _ENDS_SENTENCE.search(said):
                heads = []
            if _ENDS_SENTENCE.search(said) and not _CAPTION.match(said):
                lead = []
            else:
                lead = [*lead[1 - _NAMES_OF_TABLE :], (start, end)]
            found.append(Statement(start, end, said))
            continue
        above = heads or lead
        header = "\n".join(text[first:last] for first, last in above)
        found.append(Statement(start, end, said, header, tuple(above)))
        if not heads:
            heads = [*lead, (start, end)]
    return found


def _spans(text: str) -> list[tuple[int, int]]:
    """Spans of sentences; a row of a table is one, whatever full stops are in it."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(text):
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", start)
        line = text[line_start : line_end if line_end >= 0 else len(text)]
        if spans and spans[-1][1] > line_start and _CELL in line:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def windows_of(index: int, passage: Passage, words: Words, page_text: PageText) -> list[Window]:
    """Every window of a passage.

    Args:
        index: the passage's, among those that were found.
        passage: to look into.
        words: splits a text into comparable words.
        page_text: a document's page, for a sentence that goes on on the next.
    """
    statements = statements_of(passage.text)
    if statements and (rest := continuation(passage, page_text)):
        last = statements[-1]
        statements[-1] = replace(last, text=f"{last.text} {rest.text}", goes_on=rest)
    language = latin_language(passage.text) or "en"
    around = f"{passage.title}\n{passage.heading}"
    content = [content_words(statement.text, words) for statement in statements]
    titles = content_words(around, words)
    windows = []
    for first, opening in enumerate(statements):
        for after in range(first + 1, min(first + 2, len(statements)) + 1):
            inside = statements[first:after]
            closing = inside[-1]
            if len(inside) > 1 and any(statement.is_row for statement in inside):
                continue
            header = closing.header
            own = frozenset[str]().union(*content[first:after])
            windows.append(
                Window(
                    index,
                    opening.start,
                    closing.end,
                    " ".join(statement.text for statement in inside),
                    tuple(statement.text for statement in inside),
                    header,
                    closing.heads,
                    around,
                    passage.text[: opening.start],
                    own | content_words(header, words) if header else own,
                    own,
                    titles,
                    language,
                    words,
                    closing.goes_on,
                )
            )
    return windows
