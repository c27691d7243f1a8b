"""The scrolling conversation: states of an answer, following, signals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.types import Answer, Message, Passage
from desktop.chat.answer_row import AnswerRow
from desktop.chat.chat_panel import ChatPanel
from desktop.chat.composer import Composer
from desktop.chat.transcript_model import TranscriptModel
from desktop.chat.transcript_view import TranscriptView, side_margin
from desktop.theme.theme import Theme


@pytest.fixture
def model(qapp: object) -> TranscriptModel:
    return TranscriptModel()


@pytest.fixture
def view(qtbot: QtBot, theme: Theme, model: TranscriptModel) -> TranscriptView:
    view = TranscriptView(theme, model, None)  # type: ignore[arg-type]
    qtbot.addWidget(view)
    view.resize(640, 500)
    view.show()
    qtbot.waitExposed(view)
    return view


def answer_row(view: TranscriptView, at: int) -> AnswerRow:
    row = view.row_widget(at)
    assert isinstance(row, AnswerRow)
    return row


def texts(row: AnswerRow) -> list[str]:
    return [label.text() for label in row.findChildren(QLabel) if label.isVisible() and label.text()]


def button(row: AnswerRow, text: str) -> QPushButton:
    return next(b for b in row.findChildren(QPushButton) if b.text() == text)


def test_evidence_comes_before_words(
    view: TranscriptView,
    model: TranscriptModel,
    passages: tuple[Passage, ...],
    answer: Answer,
    question: Callable[..., Message],
) -> None:
    model.append(question(1))
    model.begin_answer(2)
    model.set_status("Searching 6 documents…")
    row = answer_row(view, 1)
    assert texts(row) == ["Searching 6 documents…"]
    model.set_passages(passages)
    assert [card.number for card in row.strip.cards if card.isVisible()] == [1, 2, 3, 4]
    assert button(row, "Show all 8 passages").isVisible()
    model.append_text("You will")
    assert row.view.isVisible()
    assert row.status == ""
    model.set_sentences(answer.sentences[:1])
    assert [card.number for card in row.strip.cards if card.isVisible()] == [1, 2, 3, 4]
    assert row.strip.cards[0].excerpt.mark_end > 0


def test_a_finished_answer_shows_checks_and_cited_cards(
    view: TranscriptView,
    model: TranscriptModel,
    answer: Answer,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    model.set_messages([question(1), reply(2, answer)])
    row = answer_row(view, 1)
    shown = texts(row)
    assert "✓ 2 sentences supported" in shown
    assert "1 not found in your documents" in shown
    assert "1 only partly found" in shown
    assert "6 of 8 passages fit · searched in 41 ms" in shown
    assert [card.number for card in row.strip.cards if card.isVisible()] == [1, 2]
    first = row.strip.cards[0].excerpt
    assert first.text[first.mark_start : first.mark_end] == "out-of-network providers"


def test_what_the_search_went_without_is_told_where_it_was_searched(
    view: TranscriptView, model: TranscriptModel, answer: Answer, reply: Callable[[int, Answer], Message]
) -> None:
    model.set_messages([reply(2, replace(answer, notice="The reranker tiny took too long."))])
    assert "6 of 8 passages fit · searched in 41 ms · The reranker tiny took too long." in texts(answer_row(view, 0))


def test_a_refusal_shows_the_nearest_passages(
    view: TranscriptView, model: TranscriptModel, answer: Answer, reply: Callable[[int, Answer], Message]
) -> None:
    model.set_messages([reply(2, replace(answer, refused=True, sentences=(), text="Not in your documents."))])
    assert "The nearest passages" in texts(answer_row(view, 0))
    assert not any("supported" in text for text in texts(answer_row(view, 0)))


def test_an_error_offers_another_try(
    view: TranscriptView,
    model: TranscriptModel,
    answer: Answer,
    qtbot: QtBot,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    model.append(question(1))
    model.begin_answer(2)
    model.finish(reply(2, replace(answer, text="", sentences=(), error="The model stopped.")))
    row = answer_row(view, 1)
    assert "The model stopped." in texts(row)
    assert any(card.isVisible() for card in row.strip.cards)
    with qtbot.waitSignal(view.retry_requested) as blocker:
        qtbot.mouseClick(button(row, "Try again"), Qt.MouseButton.LeftButton)
    assert blocker.args == [2]


def test_only_the_last_answer_can_be_made_again(
    view: TranscriptView,
    model: TranscriptModel,
    answer: Answer,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    model.set_messages([reply(2, answer), question(3), reply(4, replace(answer, stopped=True))])
    assert not button(answer_row(view, 0), "Regenerate").isVisible()
    assert button(answer_row(view, 2), "Regenerate").isVisible()
    assert "Stopped" in texts(answer_row(view, 2))


def test_cards_and_chips_are_activated(
    view: TranscriptView,
    model: TranscriptModel,
    answer: Answer,
    qtbot: QtBot,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    model.set_messages([question(1), reply(2, answer)])
    row = answer_row(view, 1)
    with qtbot.waitSignal(view.passage_activated) as passage:
        qtbot.keyClick(row.strip.cards[1], Qt.Key.Key_Return)
    assert passage.args == [2, 1]
    centre = row.view.chip_rect(row.view.chips[0]).center()
    with qtbot.waitSignal(view.citation_activated) as citation:
        qtbot.mouseClick(row.view.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    assert citation.args == [2, 0, 1]


def test_copying_with_sources(
    view: TranscriptView, model: TranscriptModel, answer: Answer, qtbot: QtBot, reply: Callable[[int, Answer], Message]
) -> None:
    model.set_messages([reply(2, answer)])
    row = answer_row(view, 0)
    qtbot.mouseClick(button(row, "Copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith("You will pay more. It has")
    row.copy(sources=True)
    assert "[2] Benefits, p. 9: “does not offer" in QGuiApplication.clipboard().text()


def test_the_end_is_followed_only_from_the_end(
    view: TranscriptView,
    model: TranscriptModel,
    answer: Answer,
    passages: tuple[Passage, ...],
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    model.set_messages([question(1), reply(2, answer), question(3), reply(4, answer)])
    bar = view.verticalScrollBar()
    model.append(question(5))
    model.begin_answer(6)
    model.set_passages(passages)
    for _ in range(40):
        model.append_text("Some more words arrive here. ")
    followed = bar.value()
    row = answer_row(view, 5)
    assert view.is_following
    assert row.y() + row.view.height() <= followed + view.viewport().height()
    bar.setValue(100)
    for _ in range(20):
        model.append_text("Some more words arrive here. ")
    assert bar.value() == 100
    assert not view.is_following
    model.finish(reply(6, answer))
    assert bar.value() == 100
    model.append(question(7))
    assert bar.value() > 100


def test_the_column_is_centred_and_narrow(
    view: TranscriptView,
    model: TranscriptModel,
    answer: Answer,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    model.set_messages([question(1), reply(2, answer)])
    assert side_margin(640) == 28
    view.resize(1400, 500)
    row = answer_row(view, 1)
    assert row.view.width() == 760
    assert row.x() + row.view.x() == side_margin(1400)
    view.resize(300, 500)
    assert row.view.width() == 300 - 56


def test_opening_all_passages_moves_what_is_below(
    view: TranscriptView,
    model: TranscriptModel,
    answer: Answer,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    model.set_messages([reply(2, answer), question(3)])
    below = view.row_widget(1).y()
    button(answer_row(view, 0), "Show all 8 passages").click()
    assert view.row_widget(1).y() > below
    assert len([card for card in answer_row(view, 0).strip.cards if card.isVisible()]) == 8


def test_a_long_conversation_is_filled_in_from_its_end(
    view: TranscriptView,
    model: TranscriptModel,
    answer: Answer,
    qtbot: QtBot,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    messages = [m for n in range(20) for m in (question(2 * n, f"Question {n}?"), reply(2 * n + 1, answer))]
    model.set_messages(messages)
    last = view.row_widget(39)
    bottom = last.mapTo(view, last.rect().bottomLeft()).y()
    first_height = view.verticalScrollBar().maximum()
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 3 * first_height)
    first = view.row_widget(0)
    assert first.y() == 28
    assert last.mapTo(view, last.rect().bottomLeft()).y() == bottom
    assert view.is_following


def test_tab_goes_through_the_conversation_in_order(
    qtbot: QtBot,
    theme: Theme,
    model: TranscriptModel,
    answer: Answer,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    panel = ChatPanel(theme, model)
    qtbot.addWidget(panel)
    model.set_messages([question(1), reply(2, answer)])
    model.append(question(3))
    model.begin_answer(4)
    model.set_passages(answer.passages)
    model.finish(reply(4, answer))
    stops: list[QWidget] = []
    widget: QWidget = panel.transcript
    while not isinstance(widget, Composer):
        widget = widget.nextInFocusChain()
        stops.append(widget)
    rows = [answer_row(panel.transcript, at) for at in (1, 3)]
    order = [part for row in rows for part in (row.view, *row.strip.cards)]
    assert [stop for stop in stops if stop in order] == order
