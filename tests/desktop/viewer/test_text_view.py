from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QTextDocument, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.reading.text.blocks import Block
from core.reading.text.parts import cut_into_parts
from core.types import Page
from desktop.theme.theme import Theme
from desktop.viewer import text_view
from desktop.viewer.text_view import TextView

SENTENCE = "The keeper climbs the tower at dusk and trims the wick of the great lamp. "


def make_parts(count: int) -> tuple[Page, ...]:
    """Parts of two thousand characters."""
    sections = [[Block(f"Chapter {n}", 1), Block((f"{n}. " + SENTENCE * 27).strip())] for n in range(count)]
    parts = cut_into_parts(sections)
    assert len(parts) == count
    return parts


@pytest.fixture
def view(theme: Theme, holder: QWidget) -> TextView:
    holder.resize(520, 700)
    view = TextView(theme, holder)
    view.setGeometry(0, 0, 520, 700)
    holder.show()
    return view


def top_of_mark(view: TextView) -> float:
    return view.highlight_lines()[0].top()


def third(view: TextView) -> float:
    return view.viewport().height() / 3


def test_cited_words_come_to_a_third_of_the_height(qtbot: QtBot, view: TextView) -> None:
    view.set_parts(make_parts(8))
    view.set_highlights([(5, 1000, 1040)])
    with qtbot.waitSignal(view.page_changed) as changed:
        view.scroll_to(5, 1000)
    assert changed.args == [5]
    assert top_of_mark(view) == pytest.approx(third(view), abs=2)


def test_a_part_without_cited_words_begins_at_the_top(view: TextView) -> None:
    view.set_parts(make_parts(8))
    view.scroll_to(3)
    view.set_highlights([(3, 0, 9)])
    assert 0 < top_of_mark(view) < 50
    assert view.current_page == 3


def test_what_is_read_stays_where_it_is(view: TextView, theme: Theme) -> None:
    view.set_parts(make_parts(8))
    view.set_highlights([(5, 1000, 1040)])
    view.scroll_to(5, 1000)
    view.resize(380, 700)
    assert top_of_mark(view) == pytest.approx(third(view), abs=2)
    view.zoom_in()
    assert top_of_mark(view) == pytest.approx(third(view), abs=2)
    theme.set_appearance("dark")
    assert top_of_mark(view) == pytest.approx(third(view), abs=2)


def test_scrolling_tells_the_part(qtbot: QtBot, view: TextView) -> None:
    view.set_parts(make_parts(8))
    view.scroll_to(0)
    bar = view.verticalScrollBar()
    with qtbot.waitSignal(view.page_changed):
        bar.setValue(bar.maximum())
    assert view.current_page == 7
    bar.setValue(0)
    assert view.current_page == 0


def test_words_are_painted_on_the_marker(view: TextView, theme: Theme) -> None:
    view.set_parts(make_parts(2))
    view.scroll_to(0)

    def marker_pixels() -> int:
        picture = view.grab().toImage()
        ground = theme.color("surface")
        return sum(
            picture.pixelColor(x, y).blue() < ground.blue() - 60 < picture.pixelColor(x, y).red()
            for x in range(50, 500, 3)
            for y in range(0, 300, 3)
        )

    assert marker_pixels() == 0
    view.set_highlights([(0, 11, 200)])
    assert marker_pixels() > 200
    view.set_highlights([])
    assert marker_pixels() == 0


def test_a_long_document_is_typeset_in_pieces(view: TextView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_view, "MOST_CHARACTERS", 20_000)
    view.set_parts(make_parts(60))
    assert view.document().characterCount() < 40_000
    view.set_highlights([(40, 1000, 1040)])
    view.scroll_to(40, 1000)
    assert top_of_mark(view) == pytest.approx(third(view), abs=2)
    # Scrolled on to the very end, piece by piece.
    bar = view.verticalScrollBar()
    seen = [view.current_page]
    for _ in range(400):
        bar.setValue(bar.value() + 400)
        seen.append(view.current_page)
    assert seen == sorted(seen)
    assert seen[-1] == 59
    assert view.document().characterCount() < 40_000
    for _ in range(1200):
        bar.setValue(bar.value() - 400)
    assert view.current_page == 0


def test_zoom_has_steps_and_ends(qtbot: QtBot, view: TextView) -> None:
    view.set_parts(make_parts(2))
    with qtbot.waitSignal(view.zoom_changed) as changed:
        view.zoom_in()
    assert changed.args == [1.1]
    for _ in range(20):
        view.zoom_in()
    assert view.shown_zoom == text_view.ZOOM_STEPS[-1]
    view.set_zoom(0.01)
    assert view.shown_zoom == text_view.ZOOM_STEPS[0]


@pytest.mark.parametrize(("turn", "zoom"), [(120, 1.1), (-120, 0.9), (40, 1.0)])
def test_the_wheel_zooms_with_control(view: TextView, turn: int, zoom: float) -> None:
    view.set_parts(make_parts(2))
    spot = QPointF(100, 100)
    event = QWheelEvent(
        spot,
        view.viewport().mapToGlobal(spot),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
    assert view.shown_zoom == zoom


def test_what_is_copied_is_the_text_alone(view: TextView) -> None:
    view.set_parts(cut_into_parts([[Block("Lamps", 1), Block("One\ntwo.")]]))
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(view, Qt.Key.Key_A, control)
    QTest.keyClick(view, Qt.Key.Key_C, control)
    data = QApplication.clipboard().mimeData()
    assert data.text() == "Lamps\nOne\ntwo."
    assert not data.hasHtml()


def test_nothing_can_be_typed_or_loaded(view: TextView) -> None:
    view.set_parts(cut_into_parts([[Block('<img src="http://example.org/a.png"> text')]]))
    QTest.keyClicks(view, "abc")
    assert view.toPlainText() == '<img src="http://example.org/a.png"> text'
    assert view.loadResource(QTextDocument.ResourceType.ImageResource, QUrl("http://example.org/a.png")) is None


def test_without_parts_nothing_breaks(view: TextView) -> None:
    view.set_parts(())
    view.scroll_to(3, 4)
    view.zoom_in()
    view.grab()
    assert view.current_page == -1
