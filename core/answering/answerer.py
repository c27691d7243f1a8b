"""A question → passages → a prompt that fits → a streamed answer → checked sentences."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from core.answering.events import AnswerEvent, AnswerFinished, PassagesFound, SentencesChecked, TextAdded
from core.answering.grounding import GroundingCheck
from core.answering.prompts import Prompt, build_prompt
from core.answering.refusal import REFUSAL, documents_are_silent, says_nothing_found
from core.errors import ModelError
from core.index.library import Library
from core.llm.chat_model import ChatModel, ChatTurn
from core.retrieval.retriever import Retriever
from core.types import Answer, ContextUse, Passage, Scope, Timings

PASSAGES = 8
_SENTENCE_END = re.compile(r"[.!?。！？]\s|\n")
_NO_CONTEXT = ContextUse(0, 0, 0, 0)


class Answerer:
    """Answers questions from a library with whichever chat model it is given."""

    def __init__(self, library: Library, retriever: Retriever) -> None:
        self._library = library
        self._retriever = retriever

    async def answer(
        self, question: str, model: ChatModel, scope: Scope | None = None, history: Sequence[ChatTurn] = ()
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Answer one question; the last event is always `AnswerFinished`, unless the iterator is closed before.

        A model that cannot answer is not an exception here: its sentence is the answer's `error`; the passages stay.
        """
        started = time.perf_counter()
        retrieval = await asyncio.to_thread(self._retriever.retrieve_with_evidence, question, PASSAGES, scope)
        retrieve_ms = _ms_since(started)
        passages = retrieval.passages
        yield PassagesFound(passages, retrieve_ms)
        draft = Answer(
            question=question,
            standalone_question=question,
            text="",
            refused=False,
            sentences=(),
            passages=tuple(replace(passage, used=False) for passage in passages),
            model=model.info.id,
            context=replace(_NO_CONTEXT, passages_found=len(passages)),
            timings=Timings(retrieve_ms, None, retrieve_ms),
        )
        if documents_are_silent(retrieval):
            yield AnswerFinished(_refused(draft, started))
            return
        try:
            prompt = await build_prompt(model, question, passages, history)
        except ModelError as error:
            yield AnswerFinished(_finish(replace(draft, error=str(error)), started))
            return
        draft = replace(draft, context=prompt.use, passages=_mark_used(passages, prompt.passages_fit))
        async with aclosing(self._generate(draft, prompt, model, started)) as events:
            async for event in events:
                yield event

    async def _generate(
        self, draft: Answer, prompt: Prompt, model: ChatModel, started: float
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Stream the model's words, check each sentence as it is completed, and close the answer."""
        check = await asyncio.to_thread(
            GroundingCheck, draft.passages[: prompt.passages_fit], self._library.words, self._library.page_text
        )
        text, checked_until, first_token_ms = "", 0, None
        error: str | None = None
        try:
            pieces = model.stream(prompt.turns, prompt_tokens=prompt.use.tokens, max_tokens=prompt.max_tokens)
            async with aclosing(pieces) as stream:
                async for piece in stream:
                    first_token_ms = first_token_ms or _ms_since(started)
                    text += piece
                    yield TextAdded(piece)
                    complete = _complete_length(text)
                    if complete > checked_until:
                        checked_until = complete
                        yield SentencesChecked(tuple(await asyncio.to_thread(check.check, text[:complete])))
        except ModelError as failure:
            error = str(failure)
        timings = Timings(draft.timings.retrieve_ms, first_token_ms, 0.0)
        draft = replace(draft, text=text.strip(), timings=timings, error=error)
        if error is None and says_nothing_found(text):
            yield AnswerFinished(_refused(draft, started))
            return
        sentences = await asyncio.to_thread(check.check, draft.text)
        yield AnswerFinished(_finish(replace(draft, sentences=tuple(sentences)), started))


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
