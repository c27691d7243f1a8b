"""What an answer's row folds away or offers: thoughts, doubts, what was replaced, wider scopes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.types import Answer, Message, PageRange, Passage, Scope, Searched
from desktop.chat.address_dialog import AddressDialog
from desktop.chat.answer_row import AnswerRow
from desktop.chat.chat_panel import ChatPanel
from desktop.chat.composer import Composer
from desktop.chat.transcript_model import TranscriptModel
from desktop.theme.theme import Theme

Reply = Callable[[int, Answer], Message]


class Clock:
    """Says the time that it was set to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(qapp: object, clock: Clock) -> TranscriptModel:
    return TranscriptModel(clock=clock)


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, model: TranscriptModel) -> ChatPanel:
    panel = ChatPanel(theme, model)
    qtbot.addWidget(panel)
    panel.resize(700, 900)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def last_row(panel: ChatPanel, model: TranscriptModel) -> AnswerRow:
    row = panel.transcript.row_widget(model.rowCount() - 1)
    assert isinstance(row, AnswerRow)
    return row


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


# ── thoughts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_thoughts_are_folded_above_the_answer_with_the_time_they_took(
    panel: ChatPanel, model: TranscriptModel, clock: Clock, answer: Answer, reply: Reply
) -> None:
    model.begin_answer(-1)
    row = last_row(panel, model)
    assert not row.thoughts.isVisible()
    model.append_thought("First I look ")
    clock.now += 9
    model.append_thought("at **passage** 1.")
    assert row.thoughts.isVisible()
    assert row.thoughts.button.text() == "Thinking"
    assert row.thoughts.text == ""  # closed, and not even laid out
    clock.now += 3.4
    model.append_text("You will ")
    clock.now += 60
    model.append_text("pay more.")
    assert row.thoughts.button.text() == "Thought for 12 s"
    model.finish(reply(2, replace(answer, thoughts="First I look at **passage** 1.")))
    assert row.thoughts.button.text() == "Thought for 12 s"
    assert row.thoughts.geometry().bottom() < row.view.y()
    before = row.view.y()
    click(row.thoughts.button)
    assert row.thoughts.text == "First I look at passage 1."
    assert row.view.y() > before
    click(row.thoughts.button)
    assert row.view.y() == before


def test_stored_thoughts_have_no_time(panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply) -> None:
    model.set_messages([reply(2, replace(answer, thoughts="Hm."))])
    assert last_row(panel, model).thoughts.button.text() == "Thoughts"
    model.set_messages([reply(2, answer)])
    assert not last_row(panel, model).thoughts.isVisible()


def test_open_thoughts_grow(panel: ChatPanel, model: TranscriptModel) -> None:
    model.begin_answer(-1)
    model.append_thought("One")
    row = last_row(panel, model)
    click(row.thoughts.button)
    low = row.thoughts.height()
    model.append_thought(" two.\n\nThree.")
    assert row.thoughts.text == "One two.\nThree."
    assert row.thoughts.height() > low


def test_late_thoughts_are_no_error(model: TranscriptModel, answer: Answer, reply: Reply) -> None:
    model.append_thought("nobody asked")
    model.set_messages([reply(2, answer)])
    model.append_thought("too late")
    assert model.rowCount() == 1


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_doubts_say_why_and_are_closed_by_default(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply
) -> None:
    third = replace(answer.sentences[2], reason="The word “cleaning” is not in the passages.")
    sentences = (*answer.sentences[:2], third, answer.sentences[3])
    model.set_messages([reply(2, replace(answer, sentences=sentences))])
    row = last_row(panel, model)
    assert row.doubts.button.text() == "Why 2 sentences are in doubt"
    assert not row.doubts.is_open
    click(row.doubts.button)
    assert "“Cleaning is included.” Not found in your documents. The word “cleaning” is not" in row.doubts.text
    assert "Only partly found in the passages." in row.doubts.text
    assert "The word “cleaning” is not in the passages." in row.view.accessibleDescription()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Cleaning is", "Not found in your documents. The word “cleaning” is not in the passages."),
        ("near provider", "Only partly found in the passages."),
    ],
)
def test_a_sentence_says_under_the_pointer_why_it_is_in_doubt(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply, qtbot: QtBot, words: str, shown: str
) -> None:
    third = replace(answer.sentences[2], reason="The word “cleaning” is not in the passages.")
    sentences = (*answer.sentences[:2], third, answer.sentences[3])
    model.set_messages([reply(2, replace(answer, sentences=sentences))])
    view = last_row(panel, model).view
    qtbot.mouseMove(view.viewport(), view.chip_rect(view.chips[1]).center())
    qtbot.waitUntil(lambda: view.preview != "")
    cursor = view.document().find(words)
    cursor.setPosition(cursor.selectionStart() + len(words) // 2)
    qtbot.mouseMove(view.viewport(), view.cursorRect(cursor).center())
    assert view.preview == ""  # what was shown goes as soon as the pointer leaves it
    qtbot.waitUntil(lambda: view.preview == shown)


def test_without_doubts_there_is_nothing_to_explain(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply
) -> None:
    model.set_messages([reply(2, replace(answer, sentences=answer.sentences[:2]))])
    assert not last_row(panel, model).doubts.isVisible()
    assert last_row(panel, model).view.accessibleDescription() == ""
    model.set_messages([reply(2, replace(answer, sentences=answer.sentences[:3]))])
    assert last_row(panel, model).doubts.button.text() == "Why 1 sentence is in doubt"


def test_the_keyboard_hears_the_doubt_at_a_chip(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply, qtbot: QtBot
) -> None:
    partly = replace(answer.sentences[3], reason="The passages do not say “near”.")
    model.set_messages([reply(2, replace(answer, sentences=(*answer.sentences[:3], partly)))])
    view = last_row(panel, model).view
    panel.activateWindow()
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.preview == "Benefits · p. 8\n“out-of-network providers”"
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.preview.endswith("\nOnly partly found in the passages. The passages do not say “near”.")


def test_a_preview_has_all_that_a_sentence_cites_of_a_passage(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply, qtbot: QtBot
) -> None:
    first = answer.sentences[0]
    again = replace(first.citations[0], quote="understand the costs", page_label="9")
    both = replace(first, citations=(*first.citations, again, again))
    model.set_messages([reply(2, replace(answer, sentences=(both, *answer.sentences[1:])))])
    view = last_row(panel, model).view
    qtbot.mouseMove(view.viewport(), view.chip_rect(view.chips[0]).center())
    wanted = "Benefits · p. 8, p. 9\n“out-of-network providers … understand the costs”"
    qtbot.waitUntil(lambda: view.preview == wanted)


def test_what_was_replaced_can_be_read_and_is_only_words(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply
) -> None:
    said = "It costs $14 [1]. See [here](https://e.org)."
    model.set_messages([reply(2, replace(answer, sentences=answer.sentences[:2], replaced=said))])
    row = last_row(panel, model)
    assert row.replaced.button.text() == "What the model had said"
    assert row.replaced.text == ""
    click(row.replaced.button)
    assert row.replaced.text == "It costs $14 [1]. See here (https://e.org)."
    assert row.replaced.y() > row.view.geometry().bottom()
    model.set_messages([reply(2, answer)])
    assert not last_row(panel, model).replaced.isVisible()


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────


def refused(answer: Answer, scope: Scope | None) -> Answer:
    searched = Searched("q", scope, ("Benefits",)) if scope is not None else None
    return replace(answer, question="What?", refused=True, sentences=(), text="Not there.", searched=searched)


def test_a_refusal_offers_wider_scopes(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply, qtbot: QtBot
) -> None:
    scope = Scope(documents=("a",), pages=(PageRange(10, 20),))
    model.set_messages([reply(2, refused(answer, scope))])
    row = last_row(panel, model)
    assert [button.text() for button in row.wider.buttons] == ["Ask all documents", "Without the filter “pages 10-20”"]
    assert row.wider.geometry().bottom() <= row.strip.y()  # before the nearest passages
    for button, wider in zip(row.wider.buttons, (Scope(), Scope(documents=("a",))), strict=True):
        with qtbot.waitSignal(panel.wider_scope_requested) as asked:
            click(button)
        assert asked.args == ["What?", wider]


@pytest.mark.parametrize("scope", [Scope(), None])
def test_where_everything_was_searched_nothing_is_wider(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply, scope: Scope | None
) -> None:
    model.set_messages([reply(2, refused(answer, scope))])
    assert not last_row(panel, model).wider.isVisible()


def test_an_answer_offers_no_wider_scope(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply
) -> None:
    model.set_messages([reply(2, replace(answer, searched=Searched("q", Scope(documents=("a",)))))])
    assert not last_row(panel, model).wider.isVisible()


# ── all of it ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tab_goes_through_all_parts_from_top_to_bottom(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply
) -> None:
    scoped = Searched("q", Scope(documents=("a",)))
    model.set_messages([reply(2, replace(answer, thoughts="Hm.", replaced="No.", searched=scoped, refused=True))])
    row = last_row(panel, model)
    wanted = [row.thoughts.button, row.view, row.doubts.button, row.replaced.button, *row.wider.buttons]
    wanted += row.strip.cards
    stops: list[QWidget] = []
    widget: QWidget = panel.transcript
    while not isinstance(widget, Composer):
        widget = widget.nextInFocusChain()
        stops.append(widget)
    assert [stop for stop in stops if stop in wanted] == wanted


def test_a_link_is_shown_in_full_before_it_can_be_opened(
    panel: ChatPanel, model: TranscriptModel, answer: Answer, reply: Reply, qtbot: QtBot
) -> None:
    model.set_messages([reply(2, replace(answer, text="See [x](https://example.org/y).", sentences=()))])
    with qtbot.assertNotEmitted(panel.address_chosen):
        last_row(panel, model).view.link_activated.emit("https://example.org/y")
    dialog = panel.findChild(AddressDialog)
    assert dialog is not None
    assert dialog.isVisible()
    with qtbot.waitSignal(panel.address_chosen) as chosen:
        click(dialog.open_button)
    assert [url.toString() for url in chosen.args] == ["https://example.org/y"]


def test_passages_keep_the_question_they_were_found_for(
    panel: ChatPanel, model: TranscriptModel, passages: tuple[Passage, ...]
) -> None:
    model.begin_answer(-1)
    model.set_passages(passages, "What about emergencies?")
    excerpt = last_row(panel, model).strip.cards[1].excerpt
    assert [excerpt.text[a:b] for a, b in excerpt.words] == ["emergency"]
