"""One question asked of each document of a scope in turn: a row for each, with what it answers and where."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from enum import StrEnum

from core.answering.answerer import Answerer
from core.answering.events import AnswerFinished
from core.answering.progress import Pace, Progress
from core.answering.statements import without_marks
from core.errors import InternalError, ModelFailed
from core.index.library import Library
from core.llm.chat_model import ChatModel, ChatTurn, ModelInfo
from core.types import Answer, Citation, Document, Passage, Scope, Verdict


class RowVerdict(StrEnum):
    """What came of asking one document."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"
    NOTHING_FOUND = "nothing found"
    NOT_READ = "not read"
    FAILED = "failed"


_WORST_FIRST = (Verdict.UNSUPPORTED, Verdict.PARTLY, Verdict.SUPPORTED)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What one document answers.

    Attributes:
        answer: None where the document was not asked.
        reason: why it was not, or why no model could answer; empty otherwise.
    """

    document: Document
    answer: Answer | None
    reason: str = ""

    @property
    def verdict(self) -> RowVerdict:
        """The worst of the sentences' verdicts, or why there are none."""
        if self.answer is None:
            return RowVerdict.NOT_READ
        if self.answer.error:
            return RowVerdict.FAILED
        if self.answer.refused or not self.answer.sentences:
            return RowVerdict.NOTHING_FOUND
        said = {sentence.verdict for sentence in self.answer.sentences}
        return RowVerdict(next(verdict for verdict in _WORST_FIRST if verdict in said).value)

    @property
    def text(self) -> str:
        """The answer without citation marks; empty where nothing was found."""
        has_answer = self.answer is not None and self.verdict not in (RowVerdict.NOTHING_FOUND, RowVerdict.FAILED)
        return without_marks(self.answer.text) if self.answer is not None and has_answer else ""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the answer rests on, each place once."""
        if self.answer is None or not self.text:
            return ()
        return tuple(dict.fromkeys(c for sentence in self.answer.sentences for c in sentence.citations))

    @property
    def nearest(self) -> Passage | None:
        """The passage that comes nearest to the question; None where nothing does."""
        return self.answer.passages[0] if self.answer is not None and self.answer.passages else None


@dataclass(frozen=True, slots=True)
class RowFound:
    """A row, and how many of all are there."""

    row: DocumentRow
    progress: Progress


class Quoting:
    """Stands in for a small model where it is asked of many documents: it only quotes, at once.

    A small model puts what was quoted once more into its own words, which takes seconds for each document.
    """

    is_small = True

    def __init__(self, info: ModelInfo) -> None:
        self.info = info

    async def is_loaded(self) -> bool:
        """There is nothing to load."""
        return True

    async def context_limit(self) -> int:
        """Nothing is ever read."""
        return 0

    async def count_tokens(self, text: str) -> int:
        """Nothing is ever read."""
        return 0

    async def stream(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        """Say nothing: what was quoted stays as it is."""
        raise ModelFailed("This model only quotes.")
        yield ""  # makes it a generator

    async def close(self) -> None:
        """There is nothing to let go."""


def documents_to_ask(library: Library, scope: Scope) -> list[Document]:
    """The documents of a scope by title."""
    documents = library.documents()
    rows = library.rows_in_scope(scope)
    if rows is not None:
        db = library.database.read()
        found = db.execute(f"SELECT hash FROM documents WHERE id IN ({','.join(map(str, rows))})")
        among = {str(row[0]) for row in found}
        documents = [document for document in documents if document.id in among]
    return sorted(documents, key=lambda document: (document.title.casefold(), document.path))


async def ask_each(
    question: str, scope: Scope, model: ChatModel, answerer: Answerer, library: Library
) -> AsyncGenerator[RowFound, None]:
    """Ask each document of a scope, in the order of their titles; rows come as they are answered.

    One is asked after the other: a model, or the embedder, has all of the machine anyway. Closing the iterator stops;
    what came so far is whole. A document that goes meanwhile is passed over.

    Args:
        question: in the person's own words.
        scope: which documents, and which of their pages.
        model: a small one only quotes here.
        answerer: of `library`.
        library: whose documents are asked.
    """
    documents = await asyncio.to_thread(documents_to_ask, library, scope)
    pace = Pace([1] * len(documents))
    asked = Quoting(model.info) if model.is_small else model
    for done, document in enumerate(documents, 1):
        if not document.chunk_count:
            yield RowFound(DocumentRow(document, None, document.reason or ""), pace.after(done))
            continue
        if not await asyncio.to_thread(library.titles, (document.id,)):
            continue  # removed meanwhile
        answer = await answer_of(question, replace(scope, documents=(document.id,)), asked, answerer)
        reason = answer.error or ""
        yield RowFound(DocumentRow(document, answer, reason), pace.after(done))


async def answer_of(question: str, scope: Scope, model: ChatModel, answerer: Answerer) -> Answer:
    """What a scope answers, once it has."""
    async with aclosing(answerer.answer(question, model, scope)) as events:
        async for event in events:
            if isinstance(event, AnswerFinished):
                return event.answer
    raise InternalError("An answer ended without a result.")
