"""What happens while a question is answered, in the order in which it happens."""

from __future__ import annotations

from dataclasses import dataclass

from core.types import Answer, AnswerSentence, Passage, Searched


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The evidence, before the model says a word; comes again where a model found a better form of a follow-up."""

    passages: tuple[Passage, ...]
    elapsed_ms: float
    searched: Searched | None = None


@dataclass(frozen=True, slots=True)
class TextAdded:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ThoughtAdded:
    """The next piece of what a thinking model says to itself; no part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class FirstWordsSlow:
    """The model has said nothing for a while.

    Attributes:
        model: as the window names it.
        is_loading: it is not in memory yet, so that nothing can be said for its speed.
    """

    model: str
    is_loading: bool


@dataclass(frozen=True, slots=True)
class SentencesChecked:
    """Citations and verdicts of all sentences that are complete so far."""

    sentences: tuple[AnswerSentence, ...]


@dataclass(frozen=True, slots=True)
class AnswerFinished:
    """The end, also of a question that failed or was refused."""

    answer: Answer


AnswerEvent = PassagesFound | TextAdded | ThoughtAdded | FirstWordsSlow | SentencesChecked | AnswerFinished
