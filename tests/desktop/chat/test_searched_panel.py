"""What was searched, under an answer: on demand, from the stored message, and as a way to the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.types import Answer, Message, Scope, Searched
from desktop.chat.answer_row import AnswerRow
from desktop.chat.searched_model import SearchedModel, SearchedRole
from desktop.chat.transcript_model import TranscriptModel
from desktop.chat.transcript_view import TranscriptView
from desktop.theme.theme import Theme

PARTS = (("meaning", 1.5), ("words", 1.0), ("order", -0.5))


@pytest.fixture
def searched(answer: Answer) -> Answer:
    """Return an answer of which six passages were used, and the parts of all scores are known."""
    passages = tuple(
        replace(
            passage,
            score=2.0 / passage.rank,
            used=passage.rank <= 6,
            parts=tuple((n, v / passage.rank) for n, v in PARTS),
        )
        for passage in answer.passages
    )
    where = Searched('care "near me" -dental', Scope(("d" * 64,), tags=("signed",)), ("Benefits",))
    return replace(answer, passages=passages, searched=where)


@pytest.fixture
def model(holder: QWidget, searched: Answer) -> SearchedModel:
    model = SearchedModel(holder)
    model.set_answer(searched)
    return model


@pytest.fixture
def shown(qtbot: QtBot, theme: Theme, searched: Answer, reply: Callable[[int, Answer], Message]) -> TranscriptView:
    transcript = TranscriptModel()
    view = TranscriptView(theme, transcript, None)  # type: ignore[arg-type]
    qtbot.addWidget(view)
    view.resize(640, 700)
    transcript.set_messages([reply(2, searched)])
    transcript.setParent(view)
    view.show()
    qtbot.waitExposed(view)
    return view


def row_of(view: TranscriptView) -> AnswerRow:
    row = view.row_widget(0)
    assert isinstance(row, AnswerRow)
    return row


def toggle(row: AnswerRow) -> QPushButton:
    return next(b for b in row.findChildren(QPushButton) if b.text() == "What was searched")


# ── the model ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_a_proper_model(model: SearchedModel, searched: Answer, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    assert model.rowCount() == 8
    model.set_answer(None)
    qtmodeltester.check(model)
    assert model.rowCount() == 0


def test_a_row_tells_why_the_passage_is_where_it_is(model: SearchedModel) -> None:
    second, last = model.index(1), model.index(7)
    assert (second.data(), second.data(SearchedRole.RANK), second.data(SearchedRole.PLACE)) == ("Benefits", 2, "p. 9")
    assert second.data(SearchedRole.SCORE) == "1.00"
    assert second.data(SearchedRole.PARTS) == "meaning 0.75 · the words 0.50 · place in the order −0.25"
    assert second.data(SearchedRole.BAR) == pytest.approx([0.3, 0.2])  # of the 2.5 that the best has above nothing
    assert [second.data(SearchedRole.LEFT_OUT), last.data(SearchedRole.LEFT_OUT)] == [False, True]
    spoken = last.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("8, Benefits, p. 15, did not fit, score 0.25, meaning 0.19")
    assert "place in the order −0.25" in second.data(Qt.ItemDataRole.ToolTipRole)


def test_where_nothing_was_given_to_a_model_nothing_was_left_out(model: SearchedModel, searched: Answer) -> None:
    unused = tuple(replace(passage, used=False) for passage in searched.passages)
    model.set_answer(replace(searched, passages=unused, refused=True))
    assert not any(model.index(row).data(SearchedRole.LEFT_OUT) for row in range(8))


def test_roles_have_names(model: SearchedModel) -> None:
    assert {b"rank", b"place", b"score", b"parts", b"left_out", b"bar"} <= {
        bytes(name.data()) for name in model.roleNames().values()
    }


# ── the panel ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_shown_on_demand(shown: TranscriptView) -> None:
    row = row_of(shown)
    low = row.height()
    assert not row.searched.isVisible()
    toggle(row).click()
    assert row.searched.isVisible()
    assert row.height() > low + 8 * 30
    assert row.searched.geometry().bottom() <= row.height()
    assert row.searched.facts == [
        ("Searched for", 'care "near me" -dental'),
        ("In", "“Benefits” · tagged signed"),
        ("Found", "6 of 8 passages fit 2,048 tokens"),
    ]
    toggle(row).click()
    assert not row.searched.isVisible()
    assert row.height() == low


@pytest.mark.parametrize("width", [320, 480, 1400])
def test_everything_stays_in_the_column(shown: TranscriptView, width: int) -> None:
    row = row_of(shown)
    toggle(row).click()
    shown.resize(width, 700)
    parts = [part for part in row.searched.findChildren(QWidget) if part.parent() is row.searched and part.isVisible()]
    assert len(parts) == 7  # three captions, three facts, the list
    for part in parts:
        assert row.searched.rect().contains(part.geometry()), part
    tops = sorted(part.geometry().top() for part in parts)
    assert tops[-1] == row.searched.last_stop.geometry().top(), "the passages come last"


def test_a_passage_leads_to_its_page(shown: TranscriptView, qtbot: QtBot) -> None:
    row = row_of(shown)
    toggle(row).click()
    rows = row.searched._list
    with qtbot.waitSignal(row.passage_activated) as chosen:
        spot = rows.visualRect(rows.model().index(2, 0)).center()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert chosen.args == [2, 2]
    rows.setCurrentIndex(rows.model().index(4, 0))
    with qtbot.waitSignal(row.passage_activated) as chosen:
        QTest.keyClick(rows, Qt.Key.Key_Return)
    assert chosen.args == [2, 4]


def test_tab_reaches_the_passages_after_the_buttons(shown: TranscriptView) -> None:
    row = row_of(shown)
    toggle(row).click()
    shown.activateWindow()
    toggle(row).setFocus()
    QTest.keyClick(toggle(row), Qt.Key.Key_Tab)
    assert row.searched._list.hasFocus()


def test_an_answer_of_an_earlier_version_says_what_it_knows(
    shown: TranscriptView, searched: Answer, reply: Callable[[int, Answer], Message]
) -> None:
    model = shown.findChild(TranscriptModel)
    assert model is not None
    model.set_messages([reply(2, replace(searched, searched=None, passages=()))])
    row = row_of(shown)
    toggle(row).click()
    assert [fact for fact in row.searched.facts if fact[1]] == [
        ("Searched for", "q"),
        ("Found", "No passage was found"),
    ]
    assert not row.searched._list.isVisible()


def test_it_follows_the_theme(shown: TranscriptView, theme: Theme) -> None:
    row = row_of(shown)
    toggle(row).click()
    light = row.searched.grab().toImage()
    theme.set_appearance("dark")
    assert row.searched.grab().toImage() != light
