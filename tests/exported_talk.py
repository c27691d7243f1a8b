"""A conversation for exports: cited, refused, broken off, and full of what documents and models should not say."""

from __future__ import annotations

from core.types import (
    Answer,
    AnswerSentence,
    Citation,
    ContextUse,
    Conversation,
    Message,
    Passage,
    Role,
    Timings,
    Verdict,
)

HOSTILE = (
    "<script>alert(1)</script> ![x](http://e.org/x.png) [click](javascript:alert(1)) [^9] $x$ @all "
    "\u202eevil\u202c \x00\x07\ufffe\ud800 =1+1 | `tick` *bold* &amp; <b>b</b> \U000e0041 https://e.org www.e.org"
)
CITED = Citation(1, "doc", 5, "iv", 10, 40, "Agnes Marrow lit it\x0b in 1874.")
OTHER = Citation(1, "doc", 5, "iv", 60, 80, "She was the first & only <keeper>.")
PART = Citation(2, "book", 2, "§ 3", 0, 9, "שלום עולם")


def passage(document: str, page_index: int, label: str, title: str) -> Passage:
    """Return a passage at the start of a page."""
    return Passage(1, 0.5, document, "/p.pdf", title, page_index, label, 0, 90, "", "A passage " + "and more " * 90)


PASSAGES = (
    passage("doc", 5, "iv", "Piers & [Lamps]"),
    passage("book", 2, "§ 3", "A book"),
    passage("last", 0, "1", "Unread"),
)


def answer(text: str, *sentences: AnswerSentence, **fields: object) -> Answer:
    """Return an answer over the three passages."""
    made = Answer("q", "q", text, False, sentences, PASSAGES, "ollama/llama3.2:3b",
                  ContextUse(1, 2, 3, 3), Timings(1, None, 2))  # fmt: skip
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    return made


FIRST = answer(
    "## Short\n\nShe **lit** it in 1874 [1]. Twice [1].\n\n- one [2]\n- two\n  1. deep\n\n"
    "| Year | Lamps |\n|---|---|\n| 1874 | 12 [1] |\n\n```\ncode <i>\n```\n\nWhales sang [3].",
    AnswerSentence("She **lit** it in 1874 [1].", (CITED, OTHER), Verdict.SUPPORTED),
    AnswerSentence("Twice [1].", (CITED,), Verdict.PARTLY),
    AnswerSentence("one [2]", (PART,), Verdict.SUPPORTED),
    AnswerSentence("Whales sang [3].", (), Verdict.UNSUPPORTED, "“Whales” is not in the passages."),
)
TALK = Conversation(7, "Lamps: <b>&</b> \u202eoil", "2024-05-01T10:00:00+00:00", "2024-05-02T10:00:00+00:00")


def messages() -> list[Message]:
    """Return a branch with an answer of every kind."""
    refused = answer("I could not find this in your documents.", refused=True)
    broken = answer(
        HOSTILE, error="The connection broke off.", stopped=True, standalone_question="What was it in 1875?"
    )
    said: list[tuple[Role, str, Answer | None]] = [
        (Role.USER, "Who lit\nit, & <when>?", None),
        (Role.ASSISTANT, FIRST.text, FIRST),
        (Role.USER, "- 1. # Why *not*? " + HOSTILE, None),
        (Role.ASSISTANT, broken.text, broken),
        (Role.USER, "Long? " * 60, None),
        (Role.ASSISTANT, refused.text, refused),
        (Role.USER, "מי הדליק?", None),
    ]
    return [Message(n, 7, role, text, "", made) for n, (role, text, made) in enumerate(said, 1)]
