"""Our page rectangles against what QPdfView really paints."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMargins, QPoint, QRect, QSizeF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPalette
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QApplication, QFrame
from pytestqt.qtbot import QtBot

from desktop.viewer.page_layout import PageLayout, affordable_zoom, can_fit_width, lay_out

GROUND = "#ff00ff"
SIZES = [(612.0, 792.0), (842.0, 595.0), (300.5, 420.25), (612.0, 792.0), (200.0, 100.0), (595.28, 841.89)]


def painted_pages(image: QImage) -> list[QRect]:
    """The rectangles that are not ground colour, from the top."""
    ground = QColor(GROUND).rgb()
    scale = image.devicePixelRatio()
    width, height = image.width(), image.height()
    rows = [any(image.pixel(x, y) != ground for x in range(0, width, 7)) for y in range(height)]
    pages = []
    top = None
    for y in range(height + 1):
        inside = y < height and rows[y]
        if inside and top is None:
            top = y
        elif not inside and top is not None:
            columns = [x for x in range(width) if image.pixel(x, (top + y) // 2) != ground]
            rect = QRect(QPoint(columns[0], top), QPoint(columns[-1], y - 1))
            pages.append(QRect(*(round(value / scale) for value in (rect.x(), rect.y(), rect.width(), rect.height()))))
            top = None
    return pages


@pytest.mark.parametrize("zoom", [None, 0.3, 0.77, 1.0, 1.6])
@pytest.mark.parametrize("width", [360, 521])
def test_rectangles_are_those_that_are_painted(
    qapp: QApplication, qtbot: QtBot, make_pdf: Callable[..., Path], zoom: float | None, width: int
) -> None:
    path = make_pdf(SIZES, turns={3: 90, 4: 180})
    view = QPdfView()
    qtbot.addWidget(view)
    # Not the view's child: QPdfView is half gone when its children go, and still listens to its document.
    document = QPdfDocument(qapp)
    assert document.load(str(path)) == QPdfDocument.Error.None_
    palette = view.palette()
    palette.setColor(QPalette.ColorRole.Dark, QColor(GROUND))
    view.setPalette(palette)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setPageMode(QPdfView.PageMode.MultiPage)
    view.setPageSpacing(16)
    view.setDocumentMargins(QMargins(8, 20, 8, 20))
    if zoom is None:
        view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
    else:
        view.setZoomFactor(zoom)
    view.setDocument(document)
    view.resize(width, 640)
    view.show()

    layout = lay_out(
        [document.pagePointSize(page) for page in range(document.pageCount())],
        resolution=QGuiApplication.primaryScreen().logicalDotsPerInch() / 72,
        zoom=zoom,
        viewport_width=view.viewport().width(),
        margins=view.documentMargins(),
        spacing=view.pageSpacing(),
    )
    bar, across = view.verticalScrollBar(), view.horizontalScrollBar()
    assert bar.maximum() == max(0, layout.size.height() - view.viewport().height())
    assert across.maximum() == max(0, layout.size.width() - view.viewport().width())
    for part in (0.0, 0.21, 0.5, 0.83, 1.0):
        bar.setValue(round(bar.maximum() * part))
        across.setValue(round(across.maximum() * part))
        image = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        seen = view.viewport().rect()
        expected = [rect.translated(-across.value(), -bar.value()).intersected(seen) for rect in layout.rects]
        assert painted_pages(image) == [rect for rect in expected if not rect.isEmpty()]


def test_pages_are_found_by_height() -> None:
    layout = lay_out(
        [QSizeF(100, 100)] * 3, resolution=1.0, zoom=1.0, viewport_width=200, margins=QMargins(5, 20, 5, 20), spacing=10
    )
    assert [layout.page_at(y) for y in (-5, 0, 20, 119, 123, 127, 130, 345, 999)] == [0, 0, 0, 0, 0, 1, 1, 2, 2]
    assert layout.pages_between(0, 10) == range(0, 0)
    assert layout.pages_between(119, 131) == range(0, 2)
    assert layout.pages_between(120, 130) == range(1, 1)
    assert PageLayout().page_at(3) == -1


def test_zoom_is_bounded_by_memory() -> None:
    assert affordable_zoom([QSizeF(100, 100), QSizeF(200, 50)], 2.0, 4_000_000) == pytest.approx(10.0)
    assert affordable_zoom([], 1.0, 1) == math.inf
    assert can_fit_width([QSizeF(612, 792)], 4 / 3, 500, 32e6)
    assert not can_fit_width([QSizeF(612, 792), QSizeF(3, 14400)], 4 / 3, 500, 32e6)
    assert not can_fit_width([QSizeF(0.1, 792)], 4 / 3, 500, 32e6)
