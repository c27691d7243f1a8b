"""An answer while it grows, so that what was said is kept when it is broken off."""

from __future__ import annotations

from dataclasses import replace

from core.types import Answer, AnswerSentence, ContextUse, Passage, Searched, Timings


class Draft:
    """What is known of an answer that was broken off."""

    def __init__(self, question: str, model: str) -> None:
        self.question = question
        self.model = model
        self.text = ""
        self.passages: tuple[Passage, ...] = ()
        self.sentences: tuple[AnswerSentence, ...] = ()
        self.retrieve_ms = 0.0
        self.searched: Searched | None = None
        self.thoughts = ""

    def finished(self, *, stopped: bool = False, error: str | None = None) -> Answer:
        """The answer as far as it went."""
        return Answer(
            question=self.question,
            standalone_question=self.searched.query if self.searched else self.question,
            text=self.text.strip(),
            refused=False,
            sentences=self.sentences,
            passages=tuple(replace(passage, used=False) for passage in self.passages),
            model=self.model,
            context=ContextUse(0, 0, 0, len(self.passages)),
            timings=Timings(self.retrieve_ms, None, self.retrieve_ms),
            error=error,
            stopped=stopped,
            searched=self.searched,
            thoughts=self.thoughts.strip(),
        )
