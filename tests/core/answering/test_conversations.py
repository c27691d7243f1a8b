"""Conversations come back as they were, answers with everything they rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from passages import passages

from core.answering.conversations import ConversationStore
from core.index.library import Library
from core.types import (
    Answer,
    AnswerSentence,
    Citation,
    ContextUse,
    PageRange,
    Place,
    Role,
    Scope,
    Searched,
    Timings,
    Verdict,
)

ANSWER = Answer(
    question="Who lit it?",
    standalone_question="Who lit the lamp on pier 17?",
    text="Agnes Marrow did [1]. “Truly” 灯 😀",
    refused=False,
    sentences=(
        AnswerSentence("Agnes Marrow did [1].", (Citation(1, "doc", 0, "i", 3, 9, "Agnes Marrow"),), Verdict.SUPPORTED),
        AnswerSentence(
            "By 4 [1].", (Citation(1, "doc", 0, "i", 3, 9, "4", (Place(0, 3, 9), Place(1, 0, 4))),), Verdict.PARTLY
        ),
        AnswerSentence("“Truly” 灯 😀", (), Verdict.UNSUPPORTED, "“灯” is not in the passages."),
    ),
    passages=tuple(replace(passage, used=passage.rank < 3, answering=(0, 4)) for passage in passages()),
    model="ollama/llama3.2:3b",
    context=ContextUse(900, 4096, 2, 3),
    timings=Timings(12.5, None, 80.25),
    error="The connection broke off.",
    stopped=True,
    thoughts="Who was it?",
    replaced="Somebody else did.",
    searched=Searched(
        "lamp -bees", Scope(("doc",), tags=("wet",), pages=(PageRange(4, None, roman=True),)), ("Piers",), "And lamps?"
    ),
)


@pytest.fixture
def library(open_small: Callable[..., Library]) -> Library:
    return open_small()


@pytest.fixture
def store(library: Library) -> ConversationStore:
    return ConversationStore(library.database)


def test_a_conversation_comes_back_as_it_was(
    store: ConversationStore, library: Library, open_small: Callable[..., Library]
) -> None:
    scope = Scope(("a", "b"), ("Sea",), ("wet", "dry"), (PageRange(3, 9), PageRange(1, None)), "2024", "2024-05")
    begun = store.begin("Who lit it?", scope)
    asked = store.append(begun.id, Role.USER, "Who lit it?")
    answered = store.append(begun.id, Role.ASSISTANT, ANSWER.text, ANSWER)
    library.close()
    again = ConversationStore(open_small().database)
    assert again.messages(begun.id) == [asked, answered]
    assert again.messages(begun.id)[1].answer == ANSWER
    (listed,) = again.conversations()
    assert (listed.id, listed.title, listed.scope) == (begun.id, "Who lit it?", scope)
    assert listed.created_at == begun.created_at
    assert listed.updated_at == answered.created_at


def test_the_one_used_last_comes_first(store: ConversationStore) -> None:
    first, second = store.begin("first", Scope()), store.begin("second", Scope())
    assert [c.title for c in store.conversations()] == ["second", "first"]
    store.append(first.id, Role.USER, "again")
    assert [c.title for c in store.conversations()] == ["first", "second"]
    store.remove(second.id)
    assert [c.title for c in store.conversations()] == ["first"]


def test_messages_of_one_are_not_those_of_another(store: ConversationStore) -> None:
    one, other = store.begin("one", Scope()), store.begin("other", Scope())
    kept = store.append(one.id, Role.USER, "kept")
    gone = store.append(other.id, Role.USER, "gone")
    assert store.messages(one.id) == [kept]
    store.remove_message(gone.id)
    assert store.messages(other.id) == []
    store.remove(one.id)
    assert store.messages(one.id) == []


def test_the_scope_may_change(store: ConversationStore) -> None:
    begun = store.begin("x", Scope())
    store.set_scope(begun.id, Scope(collections=("Sea",)))
    assert store.conversations()[0].scope == Scope(collections=("Sea",))


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("  Who\n lit   it? ", "Who lit it?"),
        ("x" * 60, "x" * 60),
        ("Who lit the lamp on the pier that reaches into the Sound of Marl?", None),
        ("y" * 200, None),
    ],
)
def test_a_title_is_the_beginning_of_the_question(store: ConversationStore, question: str, title: str | None) -> None:
    made = store.begin(question, Scope()).title
    assert len(made) <= 60
    if title is None:
        assert made.endswith("…")
        assert question.startswith(made[:-1])
    else:
        assert made == title


def test_an_answer_outlives_its_document(store: ConversationStore, library: Library) -> None:
    begun = store.begin("x", Scope(("doc",)))
    store.append(begun.id, Role.ASSISTANT, ANSWER.text, ANSWER)
    library.remove(["doc"])
    assert store.messages(begun.id)[0].answer == ANSWER


def test_scopes_and_answers_of_earlier_versions_are_read(store: ConversationStore, library: Library) -> None:
    begun = store.begin("x", Scope())
    answered = store.append(begun.id, Role.ASSISTANT, ANSWER.text, ANSWER)
    with library.database.write() as db:
        db.execute("""UPDATE conversations SET scope = '{"documents": ["doc"], "collection": "Sea"}'""")
        db.execute("UPDATE messages SET answer = json_remove(answer, '$.searched')")
    assert store.conversations()[0].scope == Scope(("doc",), ("Sea",))
    (message,) = store.messages(begun.id)
    assert message == replace(answered, answer=replace(ANSWER, searched=None))
