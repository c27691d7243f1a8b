"""A question → passages → an answer, streamed, with every sentence checked.

A model that follows instructions reads the passages and writes. A small one would invent: with it the answer is made of
the passages' own sentences, and what the model makes of them is added only where the check finds every word of it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from core.answering.addressed import distrusted
from core.answering.asking import Asked, improved, understood
from core.answering.context import fitted
from core.answering.events import (
    AnswerEvent,
    AnswerFinished,
    PassagesFound,
    SentencesChecked,
    TextAdded,
    ThoughtAdded,
)
from core.answering.extraction import Evidence, best_sentences, quoted
from core.answering.fallback import fails_as_a_whole, replaced_by_quotes
from core.answering.grounding import GroundingCheck, numbers_in, with_checked_marks
from core.answering.hearing import heard
from core.answering.prompts import Prompt, build_prompt, build_short_prompt
from core.answering.refusal import REFUSAL, documents_are_silent, says_nothing_found
from core.answering.spotlight import with_answering
from core.answering.words import content_words
from core.embedding.embedder import Embedder
from core.embedding.weights import BUILTIN_SHA256
from core.errors import ModelError
from core.index.library import Library
from core.index.query_syntax import parse
from core.llm.chat_model import ChatModel, ChatTurn
from core.retrieval.diversity import select, without_repetition
from core.retrieval.embedder_in_force import if_there
from core.retrieval.filtering import sought
from core.retrieval.retriever import Retrieval, Retriever
from core.retrieval.widening import Bodies, pages_of
from core.types import Answer, AnswerSentence, ContextUse, Passage, Scope, Searched, Timings, Verdict

PASSAGES = 8
_LOOKED_AT = 24  # chunks among which those that are read are chosen
_IN_SHORT = "In short: "
_WORTH_SHORTENING = 160
_SHORT_SECONDS = 4.0
_NOT_SHORTER = 0.6  # of a quoted sentence: what takes more of it only repeats it
_SENTENCE_END = re.compile(r"[.!?。！？]\s|\n")
_NO_CONTEXT = ContextUse(0, 0, 0, 0)


class Answerer:
    """Answers questions from a library with whichever chat model it is given."""

    def __init__(self, library: Library, retriever: Retriever, embedder: Embedder) -> None:
        self._library = library
        self._retriever = retriever
        self._embedder = embedder

    async def answer(
        self,
        question: str,
        model: ChatModel,
        scope: Scope | None = None,
        history: Sequence[ChatTurn] = (),
        edited: str = "",
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Answer one question; the last event is always `AnswerFinished`, unless the iterator is closed before.

        A model that cannot answer is not an exception here: its sentence is the answer's `error`; the passages stay.

        Args:
            question: in the person's own words.
            model: that answers.
            scope: where to search; by default everywhere.
            history: the conversation so far, its questions in the form that stands alone (`follow_ups.turns_of`).
            edited: that form of this question, where the person gave it one.
        """
        started = time.perf_counter()
        asked = understood(question, history, edited)
        if asked.is_guess and not model.is_small:
            yield await self._first_evidence(asked, scope, started)  # shown while the model is asked
            asked = await improved(asked, history, model)
        standalone = asked.standalone
        retrieval = await self._retrieve(asked, scope)
        # Where no vectors were found, by a server that is away perhaps, words alone tell in all that follows too.
        embedder = None if retrieval.best_cosine is None else await asyncio.to_thread(if_there, self._embedder)
        looked_for = sought(parse(standalone))
        silent = await asyncio.to_thread(documents_are_silent, looked_for, retrieval, self._library, embedder, scope)
        passages = retrieval.passages[:PASSAGES]
        if not silent:
            passages = await self._passages_to_read(standalone, retrieval.passages, model, history)
        passages = await asyncio.to_thread(with_answering, looked_for, passages, self._library.words)
        retrieve_ms = _ms_since(started)
        searched = await asyncio.to_thread(self._searched, asked, scope or Scope())
        yield PassagesFound(passages, retrieve_ms, searched)
        draft = Answer(
            question=question,
            standalone_question=standalone,
            text="",
            refused=False,
            sentences=(),
            passages=_mark_used(passages, 0),
            model=model.info.id,
            context=replace(_NO_CONTEXT, passages_found=len(passages)),
            timings=Timings(retrieve_ms, None, retrieve_ms),
            searched=searched,
            notice=retrieval.notice,
        )
        if silent:
            yield AnswerFinished(_refused(draft, started))
            return
        answering = (
            self._extract(draft, model, embedder, started)
            if model.is_small
            else self._generate(draft, model, history, embedder, started)
        )
        async with aclosing(answering) as events:
            async for event in events:
                yield event

    async def _retrieve(self, asked: Asked, scope: Scope | None) -> Retrieval:
        search = partial(self._retriever.retrieve_with_evidence, k=_LOOKED_AT, scope=scope)
        return await asyncio.to_thread(asked.retrieve, search, _LOOKED_AT)

    async def _first_evidence(self, asked: Asked, scope: Scope | None, started: float) -> PassagesFound:
        """What a guess finds: evidence comes before any word of a model."""
        passages = (await self._retrieve(asked, scope)).passages[:PASSAGES]
        searched = await asyncio.to_thread(self._searched, asked, scope or Scope())
        return PassagesFound(passages, _ms_since(started), searched)

    def _searched(self, asked: Asked, scope: Scope) -> Searched:
        """What was looked for and where, with the titles of the documents that are there."""
        titles = tuple(self._library.titles(scope.documents))
        return Searched(asked.standalone, scope, titles, asked.own_words)

    async def _passages_to_read(
        self, question: str, ranked: Sequence[Passage], model: ChatModel, history: Sequence[ChatTurn]
    ) -> tuple[Passage, ...]:
        """What of the chunks found is read: different ones, in whole paragraphs.

        Where sentences are picked out for a small model, wider or more different passages are only more to pick wrongly
        from; see docs/decisions/017-passages.md.
        """
        if model.is_small:
            return without_repetition(ranked)[:PASSAGES]
        chosen = await asyncio.to_thread(select, ranked, PASSAGES, self._library.chunk_vectors)
        if parse(question).excluded:  # beside a chunk may stand what it was chosen for not having
            return tuple(chosen)
        bodies = await asyncio.to_thread(lambda: Bodies(self._library.chunks_on_pages(pages_of(chosen))))
        return await fitted(model, question, history, chosen, bodies)

    # ── the passages' own words ──────────────────────────────────────────────────────────────────────────────────

    async def _extract(
        self, draft: Answer, model: ChatModel, embedder: Embedder | None, started: float
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Quote the sentences that answer; then let the model put them in one, if that stands the check."""
        passages = draft.passages
        evidence = await asyncio.to_thread(
            best_sentences,
            sought(parse(draft.standalone_question)),
            passages,
            embedder,
            self._library.words,
        )
        if not evidence:
            yield AnswerFinished(_refused(draft, started))
            return
        sentences = await asyncio.to_thread(quoted, passages, evidence, self._library.page_text)
        text = " ".join(sentence.text for sentence in sentences)
        first_token_ms = _ms_since(started)
        yield TextAdded(text)
        yield SentencesChecked(sentences)
        count = len(passages)
        draft = replace(
            draft,
            text=text,
            sentences=sentences,
            passages=_mark_used(passages, count),
            context=ContextUse(0, 0, count, count),
            timings=Timings(draft.timings.retrieve_ms, first_token_ms, 0.0),
        )
        if len(text) >= _WORTH_SHORTENING:
            draft = await self._add_short(draft, model, evidence)
        yield AnswerFinished(_finish(draft, started))

    async def _add_short(self, draft: Answer, model: ChatModel, evidence: Sequence[Evidence]) -> Answer:
        """The answer with the model's one sentence behind it, where every part of that is in the evidence."""
        saying = asyncio.create_task(_say_short(draft.standalone_question, model, evidence, len(draft.passages)))
        try:
            # Waited for, not awaited: a model on a busy machine hears only between two tokens that it should stop.
            await asyncio.wait({saying}, timeout=_SHORT_SECONDS)
        finally:
            saying.cancel()
        if not saying.done() or saying.cancelled() or isinstance(saying.exception(), ModelError):
            return draft  # the quoted sentences need no model
        prompt, said = saying.result()
        draft = replace(draft, context=prompt.use)
        sentences = await asyncio.to_thread(self._check_short, draft, " ".join(said.split()), evidence)
        if not sentences:
            return draft
        text = " ".join(sentence.text for sentence in sentences)
        return replace(draft, text=f"{draft.text}\n\n{text}", sentences=draft.sentences + sentences)

    def _check_short(self, draft: Answer, said: str, evidence: Sequence[Evidence]) -> tuple[AnswerSentence, ...]:
        """The model's sentence, or nothing where it brings a word, a number or a "not" that the evidence lacks."""
        words = self._library.words
        facts = " ".join(found.text for found in evidence)
        known = content_words(facts, words) | content_words(draft.standalone_question, words)
        if len(said) > len(draft.text) or says_nothing_found(said) or not said.endswith("."):
            return ()
        if any(said in found.text and len(said) > _NOT_SHORTER * len(found.text) for found in evidence):
            return ()
        if content_words(said, words) - known or numbers_in(said) - numbers_in(facts):
            return ()
        cited = sorted({found.passage for found in evidence})
        read = [draft.passages[i] for i in cited]
        check = GroundingCheck(read, words, self._library.page_text)  # every word of it is compared anyway
        checked = check.check(said)
        if any(sentence.verdict is not Verdict.SUPPORTED or not sentence.citations for sentence in checked):
            return ()
        return tuple(
            replace(
                sentence,
                text=f"{_IN_SHORT if i == 0 else ''}{sentence.text}",
                citations=tuple(replace(c, number=cited[c.number - 1] + 1) for c in sentence.citations),
            )
            for i, sentence in enumerate(checked)
        )

    # ── the model's words ────────────────────────────────────────────────────────────────────────────────────────

    async def _generate(
        self, draft: Answer, model: ChatModel, history: Sequence[ChatTurn], embedder: Embedder | None, started: float
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Stream the model's words, check each sentence as it is completed, and close the answer."""
        try:
            prompt = await build_prompt(model, _in_full(draft), draft.passages, history)
        except ModelError as error:
            yield AnswerFinished(_finish(replace(draft, error=str(error)), started))
            return
        fit = prompt.use.passages_fit
        draft = replace(draft, context=prompt.use, passages=_mark_used(draft.passages, fit))
        check = await asyncio.to_thread(
            GroundingCheck,
            draft.passages[:fit],
            self._library.words,
            self._library.page_text,
            _calibrated(embedder),
        )
        async with aclosing(self._stream(draft, model, prompt, check, embedder, started)) as events:
            async for event in events:
                yield event

    async def _stream(
        self,
        draft: Answer,
        model: ChatModel,
        prompt: Prompt,
        check: GroundingCheck,
        embedder: Embedder | None,
        started: float,
    ) -> AsyncGenerator[AnswerEvent, None]:
        text, thoughts, checked_until, first_token_ms = "", "", 0, None
        error: str | None = None
        try:
            async with aclosing(heard(model, prompt)) as stream:
                async for piece in stream:
                    if not isinstance(piece, str):
                        thoughts += piece.text if isinstance(piece, ThoughtAdded) else ""
                        yield piece
                        continue
                    first_token_ms = first_token_ms or _ms_since(started)
                    text += piece
                    yield TextAdded(piece)
                    complete = _complete_length(text)
                    if complete > checked_until:
                        checked_until = complete
                        yield SentencesChecked(tuple(await asyncio.to_thread(_judged, check, text[:complete])))
        except ModelError as failure:
            error = str(failure)
        timings = Timings(draft.timings.retrieve_ms, first_token_ms, 0.0)
        draft = replace(draft, text=text.strip(), timings=timings, error=error, thoughts=thoughts.strip())
        if error is None and says_nothing_found(text):
            yield AnswerFinished(_refused(draft, started))
            return
        sentences = await asyncio.to_thread(_judged, check, draft.text)
        text, marked = with_checked_marks(draft.text, sentences)
        draft = replace(draft, text=text, sentences=marked)
        if error is None and fails_as_a_whole(marked):
            draft = await asyncio.to_thread(self._replaced, draft, embedder)
        yield AnswerFinished(_finish(draft, started))

    def _replaced(self, draft: Answer, embedder: Embedder | None) -> Answer:
        """The passages' own words in place of what the model said."""
        read = [passage for passage in draft.passages if passage.used]
        question = sought(parse(draft.standalone_question))
        return replaced_by_quotes(draft, question, read, embedder, self._library.words, self._library.page_text)


def _calibrated(embedder: Embedder | None) -> Embedder | None:
    """The embedder whose cosines the check knows how to weigh; None where another one is in force, or none."""
    return embedder if embedder is not None and embedder.model_id == BUILTIN_SHA256 else None


async def _say_short(
    question: str, model: ChatModel, evidence: Sequence[Evidence], passage_count: int
) -> tuple[Prompt, str]:
    """What a small model makes of the evidence."""
    prompt = await build_short_prompt(model, question, evidence, passage_count)
    said = ""
    async with aclosing(
        model.stream(prompt.turns, prompt_tokens=prompt.use.tokens, max_tokens=prompt.max_tokens)
    ) as stream:
        async for piece in stream:
            said += piece
    return prompt, said


def _judged(check: GroundingCheck, text: str) -> list[AnswerSentence]:
    return distrusted(check.check(text), check.passages)


def _in_full(draft: Answer) -> str:
    """The question for a model: in the form that stands alone, and in the person's own words where these differ."""
    if draft.standalone_question == draft.question:
        return draft.question
    return f"{draft.standalone_question} (In the person's own words: {draft.question})"


def _complete_length(text: str) -> int:
    """How much of a text that is still growing is complete sentences."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return ends[-1] if ends else 0


def _mark_used(passages: Sequence[Passage], fit: int) -> tuple[Passage, ...]:
    return tuple(replace(passage, used=i < fit) for i, passage in enumerate(passages))


def _refused(draft: Answer, started: float) -> Answer:
    return _finish(replace(draft, text=REFUSAL, refused=True, sentences=()), started)


def _finish(draft: Answer, started: float) -> Answer:
    return replace(draft, timings=replace(draft.timings, total_ms=_ms_since(started)))


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
