"""What a question is searched as: by rule first, by a model where the rules are not sure and it is able.

A wrong guess must not replace the person's words: they are searched as well.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    """

    standalone: str
    own_words: str = ""

    def retrieve(self, retrieve: Callable[[str], Retrieval], k: int) -> Retrieval:
        """What is found for it, at most `k` passages."""
        if not self.own_words:
            return retrieve(self.standalone)
        return retrieve_both(retrieve, self.standalone, self.own_words, k)


async def understood(question: str, history: Sequence[ChatTurn], model: ChatModel, edited: str = "") -> Asked:
    """The form of a question that stands alone.

    Args:
        question: in the person's own words.
        history: the conversation so far, its questions in the form that stands alone.
        model: that answers; it is asked where the rules are not sure, unless it is small, and not for long.
        edited: the form that the person gave it, which is searched as it is, and alone.
    """
    if edited.strip():
        return Asked(" ".join(edited.split()))
    made = by_rule(question, history)
    if made is None:
        return Asked(question)
    text = made.text
    if not made.sure and not model.is_small:
        try:
            text = await rewritten(question, history, model) or made.text
        except ModelError as error:  # the answer will tell of it; the rule needs no model
            logger.info("no model rewrote a follow-up: %s", error)
    return Asked(text, question)
