"""Two documents side by side: for each topic of the first what the second says of it, and what stands in one alone.

What belongs together is found by the meaning of chunks, not by headings alone: two versions of a contract have the same
headings, two reports on one matter do not. Versions of one sentence are found by their words, and what differs in them
by numbers, names and "not". All of it quotes; a model that follows instructions adds a sentence on each document, which
stays where the check supports it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import zip_longest

from core.answering.answerer import Answerer
from core.answering.differences import Details, nearly_same
from core.answering.every_document import Quoting, answer_of
from core.answering.progress import Pace, Progress
from core.answering.statements import CitedPassages, without_marks
from core.answering.topics import Pair, PairKind, Topic, Topics
from core.answering.written import write_supported
from core.embedding.embedder import Embedder
from core.errors import ModelError, ModelFailed
from core.index.library import Library
from core.llm.chat_model import ChatModel
from core.retrieval.embedder_in_force import in_force
from core.types import AnswerSentence, Passage, Scope, Verdict

# Titles stand at the heads of passages only: documents choose them, and what a document says is no instruction.
_TASK = (
    "These passages are from two documents, whose titles stand at the head of each passage. Say what differs between "
    "the documents, in one sentence about each of them that begins with its title."
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison as far as it has come; each is the one before with more in it.

    Attributes:
        left, right: ids of the documents.
        topics: those in which nothing differs and nothing stands alone are left out, but for their count in `same`.
        passages: what sentences cite, by number from 1.
        same: how many sentences stand in both, word by word.
        error: a plain sentence where the model broke off; what is there stays.
    """

    left: str
    right: str
    left_title: str
    right_title: str
    question: str
    model: str
    topics: tuple[Topic, ...] = ()
    passages: tuple[Passage, ...] = ()
    same: int = 0
    progress: Progress = Progress(0, 0)  # noqa: RUF009 (frozen)
    is_finished: bool = False
    error: str | None = None


class Comparer:
    """Compares documents of a library."""

    def __init__(self, library: Library, embedder: Embedder, answerer: Answerer) -> None:
        self._library = library
        self._embedder = embedder
        self._answerer = answerer

    async def compare(
        self, left: str, right: str, model: ChatModel, question: str = ""
    ) -> AsyncGenerator[Comparison, None]:
        """The comparison as it grows; the last one is finished, unless the iterator is closed before.

        Args:
            left: a document's id.
            right: another's.
            model: a small one says nothing in words of its own.
            question: what to compare them in; everything without it.

        Raises:
            UnknownDocument: one of them is not in the library.
        """
        documents = await asyncio.to_thread(lambda: [self._library.document(one) for one in (left, right)])
        titles = [document.title for document in documents]
        comparison = Comparison(left, right, titles[0], titles[1], question, model.info.id)
        details = Details(self._library.words, titles)
        cited = CitedPassages(self._library.page_text)
        yield comparison
        asked = self._asked(comparison, details, cited, model)
        try:
            async with aclosing(asked if question else self._everything(comparison, details, cited)) as topics:
                async for topic, progress in topics:
                    if not model.is_small:
                        topic = await self._in_words(topic, cited, model)
                    comparison = replace(
                        comparison,
                        topics=(*comparison.topics, topic) if topic.pairs else comparison.topics,
                        same=comparison.same + topic.same,
                        passages=cited.passages,
                        progress=progress,
                    )
                    yield comparison
        except ModelError as error:
            comparison = replace(comparison, error=str(error))
        yield replace(comparison, is_finished=True)

    async def _everything(
        self, comparison: Comparison, details: Details, cited: CitedPassages
    ) -> AsyncGenerator[tuple[Topic, Progress], None]:
        """One topic after the other, whatever they are about."""
        embedder = in_force(self._embedder)
        topics = await asyncio.to_thread(
            Topics, self._library, embedder, comparison.left, comparison.right, details, cited
        )
        pace = Pace(topics.sizes)
        for number in range(len(topics.sizes)):
            yield await asyncio.to_thread(topics.topic, number), pace.after(number + 1)

    async def _asked(
        self, comparison: Comparison, details: Details, cited: CitedPassages, model: ChatModel
    ) -> AsyncGenerator[tuple[Topic, Progress], None]:
        """The one topic that was asked for: what each document answers, sentence beside sentence."""
        asked = Quoting(model.info) if model.is_small else model
        pace = Pace([1, 1])
        sides: list[list[AnswerSentence]] = []
        for done, document in enumerate((comparison.left, comparison.right), 1):
            answer = await answer_of(comparison.question, Scope(documents=(document,)), asked, self._answerer)
            if answer.error:
                raise ModelFailed(answer.error)
            found = [] if answer.refused else [s for s in answer.sentences if s.verdict is Verdict.SUPPORTED]
            sides.append([cited.renumbered(s, answer.passages) for s in found if s.citations])
            if done == 1:
                yield Topic(comparison.question, ()), pace.after(done)
        yield Topic(comparison.question, _beside(sides[0], sides[1], details)), pace.after(2)

    async def _in_words(self, topic: Topic, cited: CitedPassages, model: ChatModel) -> Topic:
        """The topic with what the model says of it, where there is something on both sides to speak of."""
        pairs = [pair for pair in topic.pairs if pair.left is not None and pair.right is not None]
        sentences = [sentence for pair in pairs for sentence in (pair.left, pair.right) if sentence is not None]
        numbers = dict.fromkeys(citation.number for sentence in sentences for citation in sentence.citations)
        passages = [cited.passages[number - 1] for number in numbers]
        if not passages:
            return topic
        written = await write_supported(_TASK, passages, model, self._library, most_windows=1)
        return replace(topic, in_words=tuple(cited.renumbered(one.sentence, one.passages) for one in written))


def _beside(left: Sequence[AnswerSentence], right: Sequence[AnswerSentence], details: Details) -> tuple[Pair, ...]:
    """Two answers sentence beside sentence: those most alike in their words, then the others in their order."""
    wordings = [[details.wording(sentence.text) for sentence in side] for side in (left, right)]
    versions = nearly_same(*wordings)
    rest_left = [i for i in range(len(left)) if i not in {i for i, _ in versions}]
    rest_right = [j for j in range(len(right)) if j not in {j for _, j in versions}]
    pairs = []
    for i, j in [*sorted(versions), *zip_longest(rest_left, rest_right)]:
        ours = None if i is None else left[i]
        theirs = None if j is None else right[j]
        if ours is None or theirs is None:
            pairs.append(Pair(PairKind.ONLY_LEFT if theirs is None else PairKind.ONLY_RIGHT, ours, theirs))
            continue
        differing = details.differing(without_marks(ours.text), without_marks(theirs.text))
        is_version = (i, j) in versions
        pairs.append(
            Pair(PairKind.CHANGED if is_version and any(differing) else PairKind.ALIKE, ours, theirs, *differing)
        )
    return tuple(pairs)
