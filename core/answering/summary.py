"""A whole document in a page: each of its sections in a few sentences, and a few of all of them as the overview.

A model that follows instructions writes; what of it the check does not find in the section stays out. For a small one,
and wherever nothing of what was written stands, the sections' most central sentences are quoted. So every sentence is
supported, by words that it cites.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.answering.centrality import Scores, lexrank, most_telling, nearest_centre
from core.answering.progress import Pace, Progress
from core.answering.sections import Section, read_sections
from core.answering.statements import CitedPassages, Statement, statements_of
from core.answering.words import content_words
from core.answering.written import write_supported
from core.embedding.embedder import Embedder, Vectors
from core.errors import ModelError
from core.index.library import Library
from core.llm.chat_model import ChatModel
from core.retrieval.embedder_in_force import in_force
from core.types import AnswerSentence, Passage

_SECTION_TASK = (
    "Summarise what these passages say, in at most three sentences. They are one section of a document, in their order."
)
_OVERVIEW_TASK = (
    "Summarise the document that these passages are from, in at most six sentences: what it is about, and its most "
    "important statements."
)
_LOOKED_AT = 6  # chunks of a section whose sentences are weighed: those nearest to its centre, and its first
_SENTENCES = 3
_SHORT_SECTION = 1500  # characters; such a section gets a single sentence
_LONG_SECTION = 5000
_OVERVIEW_SHARE, _OVERVIEW_LEAST, _OVERVIEW_MOST = 0.4, 3, 7
# Beside LexRank, which gives 1 to the most central sentence.
_CENTRE, _HEADING, _OPENING, _FIGURES, _LEANING, _LONG = 0.5, 0.3, 0.3, 0.1, 0.6, 0.2
_LONG_SENTENCE = 240
_FIRST_OVERVIEW = 2.0  # times what the opening counts: documents say at their beginning what they are about
_NEXT_OVERVIEW = 4.0  # sentences further, it counts half


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """A section in a few sentences.

    Attributes:
        title: its heading; empty where it has none.
        first_page, last_page: labels.
        page_index: of its first page.
        quoted: the sentences are the document's own.
    """

    title: str
    first_page: str
    last_page: str
    page_index: int
    sentences: tuple[AnswerSentence, ...]
    quoted: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary as far as it has come; each is the one before with more in it.

    Attributes:
        document, title: whose.
        overview: of all of it; comes last.
        passages: what sentences cite, by number from 1.
        progress: sections done of all.
        is_finished: nothing more comes.
        error: a plain sentence where the model broke off; what is there stays.
    """

    document: str
    title: str
    model: str
    sections: tuple[SectionSummary, ...] = ()
    overview: tuple[AnswerSentence, ...] = ()
    passages: tuple[Passage, ...] = ()
    progress: Progress = Progress(0, 0)  # noqa: RUF009 (frozen)
    is_finished: bool = False
    error: str | None = None


class Summariser:
    """Summarises documents of a library."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        self._library = library
        self._embedder = embedder

    async def summarise(self, document: str, model: ChatModel) -> AsyncGenerator[Summary, None]:
        """The summary as it grows, section by section; the last one is finished, unless the iterator is closed before.

        A model that cannot answer is not an exception here: the summary ends with its sentence.

        Raises:
            UnknownDocument: it is not in the library.
        """
        title = (await asyncio.to_thread(self._library.document, document)).title
        sections = await asyncio.to_thread(read_sections, self._library, document)
        pace = Pace([section.size for section in sections])
        cited = CitedPassages(self._library.page_text)
        summary = Summary(document, title, model.info.id, progress=pace.after(0))
        yield summary
        picked: list[tuple[int, Statement]] = []
        try:
            for done, section in enumerate(sections, 1):
                central = await asyncio.to_thread(self._central, section)
                picked += [(done, statement) for statement in central]
                short = await self._short(section, central, cited, model)
                if short.sentences:
                    summary = replace(summary, sections=(*summary.sections, short), passages=cited.passages)
                summary = replace(summary, progress=pace.after(done))
                yield summary
            overview = await self._overview(summary, cited, picked, model)
            summary = replace(summary, overview=overview, passages=cited.passages)
        except ModelError as error:
            summary = replace(summary, error=str(error))
        yield replace(summary, is_finished=True)

    async def _short(
        self, section: Section, central: Sequence[Statement], cited: CitedPassages, model: ChatModel
    ) -> SectionSummary:
        """A section in what the model wrote of it, else in its own central sentences."""
        written = [] if model.is_small else await write_supported(_SECTION_TASK, section.passages, model, self._library)
        if written:
            sentences = tuple(cited.renumbered(one.sentence, one.passages) for one in written)
        else:
            sentences = await asyncio.to_thread(lambda: tuple(map(cited.quote, central)))
        return SectionSummary(
            section.title,
            section.first_page,
            section.last_page,
            section.passages[0].page_index,
            sentences,
            quoted=not written,
        )

    # ── the document's own words ─────────────────────────────────────────────────────────────────────────────────

    def _central(self, section: Section) -> list[Statement]:
        """The sentences that say most of what a section says, in their order."""
        statements = statements_of(self._central_passages(section.passages))
        if not statements:
            return []
        vectors = in_force(self._embedder).embed_passages([statement.text for statement in statements])
        named = content_words(section.title, self._library.words)
        scores = _weight(statements, vectors)
        for i, statement in enumerate(statements):
            shared = named & content_words(statement.text, self._library.words)
            scores[i] += _HEADING * len(shared) / (len(named) or 1)
        wanted = 1 if section.size < _SHORT_SECTION else 2 if section.size < _LONG_SECTION else _SENTENCES
        return [statements[i] for i in sorted(most_telling(scores, vectors, wanted))]

    def _central_passages(self, passages: Sequence[Passage]) -> list[Passage]:
        """The first of a section's chunks and those nearest to its centre, by their stored vectors, in their order."""
        known = self._library.chunk_vectors([passage.chunk for passage in passages])
        there = [passage for passage in passages if passage.chunk in known]  # the rest was removed meanwhile
        if len(there) <= _LOOKED_AT:
            return there
        nearness = nearest_centre(np.stack([known[passage.chunk] for passage in there]))
        nearness[0] = np.inf
        return [there[i] for i in sorted(np.argsort(-nearness)[:_LOOKED_AT])]

    # ── all of it ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _overview(
        self, summary: Summary, cited: CitedPassages, picked: Sequence[tuple[int, Statement]], model: ChatModel
    ) -> tuple[AnswerSentence, ...]:
        """A few sentences of all sections; nothing where there are hardly more of those."""
        count = max(_OVERVIEW_LEAST, min(_OVERVIEW_MOST, round(_OVERVIEW_SHARE * len(summary.sections))))
        if len(summary.sections) <= 1:
            return ()
        telling = await asyncio.to_thread(self._most_telling, picked, count)
        if not model.is_small:
            passages = list({statement.passage.chunk: statement.passage for statement in telling}.values())
            written = await write_supported(_OVERVIEW_TASK, passages, model, self._library, most_windows=1)
            if written:
                return tuple(cited.renumbered(one.sentence, one.passages) for one in written)
        return await asyncio.to_thread(lambda: tuple(map(cited.quote, telling)))

    def _most_telling(self, picked: Sequence[tuple[int, Statement]], count: int) -> list[Statement]:
        """Of what was picked in each section, the sentences that say most of the document, in their order."""
        if not picked:
            return []
        vectors = in_force(self._embedder).embed_passages([statement.text for _, statement in picked])
        scores = _weight([statement for _, statement in picked], vectors)
        scores += _FIRST_OVERVIEW * _OPENING / (1 + np.arange(len(picked)) / _NEXT_OVERVIEW)
        owners = [section for section, _ in picked]
        return [picked[i][1] for i in sorted(most_telling(scores, vectors, count, owners))]


def _weight(statements: Sequence[Statement], vectors: Vectors) -> Scores:
    """How much each of some statements says of all of them."""
    scores = lexrank(vectors) + _CENTRE * nearest_centre(vectors)
    for i, statement in enumerate(statements):
        scores[i] += _OPENING / (1 + i) + _FIGURES * any(map(str.isdigit, statement.text))
        scores[i] -= _LEANING * (statement.leans_back + statement.points_elsewhere)
        scores[i] -= _LONG * (len(statement.text) > _LONG_SENTENCE)
    return scores
