from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.theme.theme import Theme
from desktop.viewer.highlights import Highlight
from desktop.viewer.page_pictures import LARGEST_PAGE_PIXELS
from desktop.viewer.pdf_view import PdfView

MakePdf = Callable[..., Path]
LETTER = (612.0, 792.0)
QUOTE = "portion of the costs"


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def open_in(view: PdfView, path: Path) -> QPdfDocument:
    # Not the view's child: QPdfView is half gone when its children go, and still listens to its document.
    document = QPdfDocument(view.parentWidget())
    assert document.load(str(path)) == QPdfDocument.Error.None_
    view.setDocument(document)
    return document


def find(document: QPdfDocument, page: int, words: str) -> Highlight:
    start = document.getAllText(page).text().index(words)
    assert document.getSelectionAtIndex(page, start, len(words)).text() == words
    return Highlight(page, start, start + len(words))


def wait_for_page(qtbot: QtBot, view: PdfView, page: int) -> None:
    qtbot.waitUntil(lambda: view.is_rendered(page), timeout=10_000)


def is_tinted(color: QColor) -> bool:
    return color.red() - color.blue() > 30


def channels(image: QImage) -> NDArray[np.int32]:
    """Red, green and blue as an array of (height, width, 3)."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width(), 2::-1].astype(np.int32)


def cut(rect: QRectF, image: QImage) -> tuple[slice, slice]:
    """The part of a picture's array that a rectangle in device-independent pixels covers."""
    scale = image.devicePixelRatio()
    rect = rect.intersected(QRectF(QPointF(0, 0), QSizeF(image.size()) / scale))
    across = slice(math.ceil(rect.left() * scale), math.floor(rect.right() * scale))
    return slice(math.ceil(rect.top() * scale), math.floor(rect.bottom() * scale)), across


@pytest.mark.parametrize("zoom", [None, 0.8, 1.5])
@pytest.mark.parametrize("case", ["plain", "turned", "turned back", "cropped"])
def test_highlight_covers_the_words(
    qtbot: QtBot, view: PdfView, make_pdf: MakePdf, case: str, zoom: float | None
) -> None:
    turns = {"turned": {1: 90}, "turned back": {1: 270}}.get(case)
    crops = {1: (40.0, 100.0, 600.0, 700.0)} if case == "cropped" else None
    document = open_in(view, make_pdf([LETTER] * 3, turns=turns, crops=crops))
    view.parentWidget().show()
    if zoom is not None:
        view.set_zoom(zoom)
    mark = find(document, 1, QUOTE)
    wait_for_page(qtbot, view, 0)
    view.scroll_to(1, QRectF(document.getSelectionAtIndex(1, mark.char_start, 20).boundingRectangle()))
    wait_for_page(qtbot, view, 1)
    bare = picture(view.viewport())
    view.set_highlights([mark])
    marked = picture(view.viewport())

    [line] = view.highlight_lines(1)
    box = view.to_viewport(1, line)
    before, after = channels(bare), channels(marked)
    # Multiplied by yellow: the blue fades everywhere inside, and what was dark stays as dark as it was.
    inside = cut(box, bare)
    assert (after[inside][..., 2] <= 0.75 * before[inside][..., 2] + 2).all()
    assert (abs(after - before)[inside][..., 0] <= 2).all()
    # Nothing changes outside but the padding.
    changed = (after != before).any(axis=2)
    changed[cut(box.adjusted(-4, -4, 4, 4), bare)] = False
    assert not changed.any()
    # The words alone are blue on the page: all of them are inside, and next to nothing else is.
    rows, columns = np.nonzero(before[..., 2] - before[..., 0] > 80)
    scale = bare.devicePixelRatio()
    words = QRectF(QPointF(columns.min(), rows.min()) / scale, QPointF(columns.max() + 1, rows.max() + 1) / scale)
    assert box.adjusted(-1.5, -1.5, 1.5, 1.5).contains(words)
    assert box.width() <= words.width() + 8 * view.shown_zoom
    assert box.height() <= words.height() + 10 * view.shown_zoom


def test_at_double_scale() -> None:
    """The same at 2×, which only a fresh process can have."""
    env = os.environ | {"QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"}
    here = Path(__file__)
    chosen = [f"{here}::test_highlight_covers_the_words", f"{here.with_name('test_page_layout.py')}"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen, "-k", "plain or 521-None"]
    done = subprocess.run(
        command, env=env, cwd=here.parents[3], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout


def test_several_spans_over_several_pages(view: PdfView, make_pdf: MakePdf) -> None:
    document = open_in(view, make_pdf([LETTER] * 3))
    text = document.getAllText(0).text()
    start = text.index("Providers")
    view.set_highlights([Highlight(0, start, start + 120), find(document, 0, QUOTE), find(document, 2, QUOTE)])
    lines = view.highlight_lines(0)
    assert len(lines) == 3
    assert lines[0].bottom() <= lines[1].top() + 2
    assert len(view.highlight_lines(2)) == 1
    assert view.highlight_lines(1) == []
    view.set_highlights([])
    assert view.highlight_lines(0) == []


@pytest.mark.parametrize("scope", ["before showing", "after showing"])
def test_cited_line_comes_to_a_third(qtbot: QtBot, view: PdfView, make_pdf: MakePdf, scope: str) -> None:
    holder = view.parentWidget()
    if scope == "after showing":
        holder.show()
    document = open_in(view, make_pdf([LETTER] * 9))
    view.set_highlights([find(document, 5, QUOTE)])
    [line] = view.highlight_lines(5)
    view.scroll_to(5, line)
    if scope == "before showing":
        holder.show()
        view.setGeometry(0, 0, 640, 900)
    wait_for_page(qtbot, view, 5)
    assert view.to_viewport(5, line).top() == pytest.approx(view.viewport().height() / 3, abs=2)
    assert view.current_page == 5
    # and stays there when the pane becomes narrower, or is zoomed
    view.setGeometry(0, 0, 400, 500)
    assert view.to_viewport(5, line).top() == pytest.approx(view.viewport().height() / 3, abs=2)
    view.set_zoom(2.0)
    assert view.to_viewport(5, line).top() == pytest.approx(view.viewport().height() / 3, abs=2)
    assert view.to_viewport(5, line).left() >= 0


def test_page_without_highlight_shows_its_top(view: PdfView, make_pdf: MakePdf) -> None:
    open_in(view, make_pdf([LETTER] * 4))
    view.parentWidget().show()
    view.scroll_to(2)
    assert 0 < view.page_rect(2).top() < 20
    assert view.current_page == 2
    view.scroll_to(99)
    assert view.current_page == 3
    view.scroll_to(-7)
    assert view.current_page == 0


def test_current_page_follows_scrolling(qtbot: QtBot, view: PdfView, make_pdf: MakePdf) -> None:
    open_in(view, make_pdf([(600.0, 200.0)] * 12))
    view.parentWidget().show()
    pages: list[int] = []
    view.page_changed.connect(pages.append)
    view.setFocus()
    for value in range(0, view.verticalScrollBar().maximum() + 1, 5):
        view.verticalScrollBar().setValue(value)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert pages == list(range(1, 12))
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.current_page == 0
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.verticalScrollBar().value() > 300
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.current_page == 11


def test_zooming(view: PdfView, make_pdf: MakePdf) -> None:
    open_in(view, make_pdf([LETTER] * 3))
    view.parentWidget().show()
    zooms: list[float] = []
    view.zoom_changed.connect(zooms.append)
    assert view.fits_width
    assert view.page_rect(0).width() == view.viewport().width() - 16
    view.set_zoom(1.0)
    assert view.page_rect(0).width() == round(612 * view.logicalDpiX() / 72)
    view.zoom_in()
    assert view.shown_zoom == pytest.approx(1.1, abs=0.01)
    view.zoom_out()
    view.zoom_out()
    assert view.shown_zoom == pytest.approx(0.9, abs=0.01)
    assert len(zooms) == 4
    view.set_zoom(1000.0)
    assert view.shown_zoom == pytest.approx(4.0, abs=0.01)
    view.fit_width()
    assert view.page_rect(0).width() == view.viewport().width() - 16


def test_control_and_wheel_zoom_at_the_pointer(view: PdfView, make_pdf: MakePdf) -> None:
    open_in(view, make_pdf([LETTER] * 5))
    view.parentWidget().show()
    view.verticalScrollBar().setValue(600)
    page = view.page_rect(1)
    spot = QPointF(200, 400)
    before = (spot.y() - page.top()) / page.height()
    wheel = QWheelEvent(
        spot,
        view.viewport().mapToGlobal(spot),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), wheel)
    assert not view.fits_width
    page = view.page_rect(1)
    assert (spot.y() - page.top()) / page.height() == pytest.approx(before, abs=0.005)


def test_spans_that_are_not_there(qtbot: QtBot, view: PdfView, make_pdf: MakePdf) -> None:
    open_in(view, make_pdf([LETTER]))
    view.parentWidget().show()
    strange = [(0, -5, 10), (0, 10, 10), (0, 50, 3), (0, 10**9, 2 * 10**9), (77, 0, 5), (-1, 0, 5)]
    view.set_highlights([Highlight(*values) for values in strange])
    assert view.highlight_lines(0) == []
    assert view.highlight_lines(77) == []
    view.set_highlights([Highlight(0, 0, 10**9)])
    assert len(view.highlight_lines(0)) > 1
    assert view.page_rect(77).isEmpty()
    assert view.to_viewport(-3, QRectF(0, 0, 5, 5)).isEmpty()
    wait_for_page(qtbot, view, 0)


def test_pages_of_absurd_shape_do_not_take_all_memory(view: PdfView, make_pdf: MakePdf) -> None:
    open_in(view, make_pdf([LETTER, (3.0, 14400.0), (14400.0, 14400.0)]))
    view.parentWidget().show()
    for zoom in (None, 1.0, 4.0):
        view.fit_width() if zoom is None else view.set_zoom(zoom)
        for rect in view.page_layout().rects:
            pixels = rect.width() * rect.height() * view.devicePixelRatioF() ** 2
            assert pixels <= LARGEST_PAGE_PIXELS * 1.01


def test_dimming_and_marker_at_night(qtbot: QtBot, view: PdfView, theme: Theme, make_pdf: MakePdf) -> None:
    document = open_in(view, make_pdf([LETTER]))
    view.parentWidget().show()
    view.set_highlights([find(document, 0, QUOTE)])
    wait_for_page(qtbot, view, 0)
    corner = view.page_rect(0).topLeft() + QPoint(12, 12)
    line = view.to_viewport(0, view.highlight_lines(0)[0]).topLeft().toPoint()
    assert picture(view.viewport()).pixelColor(corner) == QColor("white")
    theme.set_appearance("dark")
    night = picture(view.viewport())
    assert 215 <= night.pixelColor(corner).red() <= 230
    assert is_tinted(night.pixelColor(line))
    assert night.pixelColor(2, 300) == QColor(theme.tokens.side)


def test_links_within_the_document_work_after_scrolling(qtbot: QtBot, view: PdfView, make_pdf: MakePdf) -> None:
    open_in(view, make_pdf([LETTER] * 6, links={4: 1}))
    view.parentWidget().show()
    view.scroll_to(4, QRectF(60, 400, 200, 40))
    spot = view.to_viewport(4, QRectF(60, 400, 200, 40)).center().toPoint()
    with qtbot.waitSignal(view.link_activated) as clicked:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert clicked.args is not None
    assert clicked.args[0] == 1
    with qtbot.assertNotEmitted(view.link_activated):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


def test_a_view_without_document(theme: Theme, holder: QWidget) -> None:
    view = PdfView(theme, holder)
    view.set_highlights([Highlight(0, 0, 5)])
    view.scroll_to(3, QRectF(1, 1, 1, 1))
    view.zoom_in()
    view.fit_width()
    holder.show()
    picture(view)
    assert view.current_page == -1
    assert view.shown_zoom == 1.0


def test_heavy_pictures_are_dropped(
    qtbot: QtBot, view: PdfView, make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.viewer.page_pictures.LARGEST_CACHE_PIXELS", 500_000)
    open_in(view, make_pdf([LETTER] * 5))
    view.parentWidget().show()
    for page in (0, 1, 2, 3):
        view.verticalScrollBar().setValue(page * 700)
        wait_for_page(qtbot, view, view.current_page)
    assert not view.is_rendered(0)
    assert view.page_rect(0).height() > 0
