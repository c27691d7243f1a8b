"""What the tests of whole-document sheets share: documents, answers on them, and a comparison."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.answering.comparison import Comparison
from core.answering.every_document import DocumentRow
from core.answering.progress import Progress
from core.answering.summary import SectionSummary, Summary
from core.answering.topics import Pair, PairKind, Topic
from core.types import (
    Answer,
    AnswerSentence,
    Citation,
    ContextUse,
    Document,
    DocumentState,
    Passage,
    Timings,
    Verdict,
)


def passage(number: int, document: str = "old", page: int = 0) -> Passage:
    return Passage(
        number, 0.0, document, f"/{document}.pdf", f"Lease of {document}", page, str(page + 1), 0, 40, "", "words",
        chunk=number,
    )  # fmt: skip


def sentence(text: str, number: int = 1, document: str = "old", page: int = 0) -> AnswerSentence:
    citation = Citation(number, document, page, str(page + 1), 5, 5 + len(text), text)
    return AnswerSentence(f"{text} [{number}]", (citation,), Verdict.SUPPORTED)


@pytest.fixture
def make_row() -> Callable[..., DocumentRow]:
    """Return a function that makes a row; without a text the document does not answer."""

    def make(title: str, text: str = "", page: int = 0, error: str | None = None) -> DocumentRow:
        sentences = (sentence(text, page=page),) if text else ()
        answer = Answer(
            "?", "?", f"{text} [1]" if text else "Nothing.", not text, sentences, (passage(1, title, page),), "m",
            ContextUse(0, 0, 0, 0), Timings(0, None, 0), error=error,
        )  # fmt: skip
        return DocumentRow(Document(title, title, DocumentState.READY, (f"/{title}.pdf",)), answer, error or "")

    return make


@pytest.fixture
def locked_row() -> DocumentRow:
    """Return the row of a document that was not asked."""
    document = Document("locked", "Locked", DocumentState.NEEDS_PASSWORD, ("/l.pdf",), reason="Needs a password.")
    return DocumentRow(document, None, "Needs a password.")


@pytest.fixture
def summary() -> Summary:
    """Return a finished summary of two sections."""
    lamp, bees = sentence("The lamp was lit in 1874."), sentence("Bees keep 34 degrees.", 2, page=3)
    sections = (
        SectionSummary("Lamps", "1", "2", 0, (lamp,), True),
        SectionSummary("", "4", "4", 3, (bees,), True),
    )
    return Summary(
        "old", "Lease of old", "builtin", sections, (lamp,), (passage(1), passage(2, page=3)), Progress(2, 2), True
    )


@pytest.fixture
def comparison() -> Comparison:
    """Return a finished comparison: one change, one statement in the second alone, a sentence in words."""
    rent = Pair(
        PairKind.CHANGED,
        sentence("The rent is 1,200 crowns."),
        sentence("The rent is 1,450 crowns.", 2, "new"),
        ("1,200",),
        ("1,450",),
    )
    alone = Pair(PairKind.ONLY_RIGHT, None, sentence("Swimming is forbidden.", 3, "new", 1))
    topics = (
        Topic("Rent", (rent,), 2, (sentence("The new rent is 1,450 crowns.", 2, "new"),)),
        Topic("", (alone,)),
    )
    passages = (passage(1), passage(2, "new"), passage(3, "new", 1))
    return Comparison(
        "old", "new", "Lease of old", "Lease of new", "", "builtin", topics, passages, 2, Progress(2, 2), True
    )
