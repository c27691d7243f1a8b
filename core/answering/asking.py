"""What a question is searched as: by rule first, by a model where the rules are not sure and it is able.

A wrong guess must not replace the person's words: they are searched as well.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.answering.follow_ups import by_rule
from core.answering.rewriting import rewritten
from core.errors import ModelError
from core.llm.chat_model import ChatModel, ChatTurn
from core.retrieval.both import retrieve_both
from core.retrieval.retriever import Retrieval

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is searched.

    Attributes:
        standalone: the form that stands alone; most questions are that already.
        own_words: what the person said, where it is searched as well; else empty.
        is_guess: the rules were not sure of it, and a model may know better.
    """

    standalone: str
    own_words: str = ""
    is_guess: bool = False

    def retrieve(self, retrieve: Callable[[str], Retrieval], k: int) -> Retrieval:
        """What is found for it, at most `k` passages."""
        if not self.own_words:
            return retrieve(self.standalone)
        return retrieve_both(retrieve, self.standalone, self.own_words, k)


def understood(question: str, history: Sequence[ChatTurn], edited: str = "") -> Asked:
    """The form of a question that stands alone, by rule, at once.

    Args:
        question: in the person's own words.
        history: the conversation so far, its questions in the form that stands alone.
        edited: the form that the person gave it, which is searched as it is, and alone.
    """
    if edited.strip():
        return Asked(" ".join(edited.split()))
    made = by_rule(question, history)
    return Asked(question) if made is None else Asked(made.text, question, is_guess=not made.sure)


async def improved(guess: Asked, history: Sequence[ChatTurn], model: ChatModel) -> Asked:
    """What a model that follows instructions makes of a guess; the guess, where it makes nothing of it in time."""
    try:
        text = await rewritten(guess.own_words, history, model)
    except ModelError as error:  # the answer will tell of it; the rule needs no model
        logger.info("no model rewrote a follow-up: %s", error)
        return guess
    return replace(guess, standalone=text or guess.standalone, is_guess=False)
