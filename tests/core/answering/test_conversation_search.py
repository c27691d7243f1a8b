"""Conversations are found by what was said in them, as it is typed, whatever is typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.answering.conversation_search import Found
from core.answering.conversations import ConversationStore
from core.index.library import Library
from core.types import Role, Scope


@pytest.fixture
def store(open_small: Callable[..., Library]) -> ConversationStore:
    return ConversationStore(open_small().database)


def say(store: ConversationStore, *texts: str, title: str = "Talk") -> int:
    talk = store.begin(title, Scope()).id
    for number, text in enumerate(texts):
        store.append(talk, Role.ASSISTANT if number % 2 else Role.USER, text)
    return talk


def marked(found: Found) -> list[str]:
    return [(found.snippet or found.title)[start:end] for start, end in found.marks]


def test_titles_come_first_and_then_messages_the_newest_first(store: ConversationStore) -> None:
    first = say(store, "What is the premium?", "The Premium is 412 [1].", title="Insurance")
    second = say(store, "Anything else?", title="Premiums of 2024")
    found = store.search("premium")
    assert [(one.conversation, one.role) for one in found] == [
        (second, None), (first, Role.ASSISTANT), (first, Role.USER),
    ]  # fmt: skip
    assert [marked(one) for one in found] == [["Premium"], ["Premium"], ["premium"]]
    assert [one.snippet for one in found] == ["", "The Premium is 412.", "What is the premium?"]
    assert found[0].title == "Premiums of 2024"
    assert found[0].message is None


@pytest.mark.parametrize("typed", ["prem", "PREM", "p", "prem 41", "éa prém", "  prem  "])
def test_the_beginnings_of_words_are_enough_in_any_order(store: ConversationStore, typed: str) -> None:
    say(store, "A premium of 412 is éasy.")
    assert len(store.search(typed)) == 1


def test_all_words_must_be_there(store: ConversationStore) -> None:
    say(store, "A premium of 412.", "Teeth are not covered.")
    assert store.search("premium teeth") == []
    assert store.search("remium") == []


@pytest.mark.parametrize(
    "typed",
    ['"', "*", "NEAR(", "text:lamp", "lamp OR", "AND", "NOT", "(", "^lamp", "lamp*", "-lamp", "'; DROP TABLE messages;",
     "%", "_", "\x00", "\\", "{lamp}", "+", "lamp\ud800"],
)  # fmt: skip
def test_nothing_that_is_typed_is_an_operator_or_an_error(store: ConversationStore, typed: str) -> None:
    say(store, "The lamp was lit.")
    found = store.search(typed)
    if "lamp" in typed and not any(word in typed for word in ("OR", "text", "DROP")):
        assert len(found) == 1
    else:
        assert found == []


def test_words_that_operators_are_named_after_are_words(store: ConversationStore) -> None:
    say(store, "Not near and or.")
    assert len(store.search("NOT NEAR AND OR")) == 1


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("保険料はいくらですか", "料は"),
        ("ค่าเบี้ยประกันเท่าไร", "ประกัน"),
        ("बीमा की किताब", "किता"),
        ("보험료는 얼마", "보험"),
        ("Ünïted", "unit"),
    ],
)
def test_scripts_of_the_world(store: ConversationStore, text: str, typed: str) -> None:
    say(store, text)
    say(store, "something else")
    (found,) = store.search(typed)
    assert found.snippet == text
    assert len(found.marks) == 1


def test_a_snippet_is_around_the_words_and_has_no_markdown(store: ConversationStore) -> None:
    say(store, "q", "## Head\n\n" + "so it goes on " * 30 + "- **Agnes** lit `it` [1, 2].\n" + "and on " * 50)
    (found,) = store.search("agnes")
    assert found.snippet.startswith("… ")
    assert found.snippet.endswith(" …")
    assert "Agnes lit it. and on" in found.snippet
    assert marked(found) == ["Agnes"]
    assert len(found.snippet) < 180


def test_changes_are_followed(store: ConversationStore) -> None:
    talk = say(store, "Who lit the lamp?", title="Lamps")
    store.rename(talk, "Lights")
    assert store.search("lamps") == []
    assert [one.message for one in store.search("lights")] == [None]
    store.remove(talk)
    assert store.search("light lamp") == []


def test_other_branches_are_found_too(store: ConversationStore) -> None:
    talk = say(store, "Who lit the lamp?")
    store.answer_to(talk, None, Role.USER, "Who ate the herring?")
    (found,) = store.search("lamp")
    assert found.message not in [message.id for message in store.messages(talk)]


def test_no_more_than_asked_for(store: ConversationStore) -> None:
    for number in range(6):
        say(store, f"lamp {number}", title="lamp" if number < 2 else "other")
    found = store.search("lamp", 5)
    assert [one.message is None for one in found] == [True, True, False, False, False]
    assert len(store.search("lamp", 1)) == 1
