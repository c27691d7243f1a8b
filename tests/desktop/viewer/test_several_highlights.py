"""Words that stand in several places: all marked, on whatever page, told apart by numbers, the first in view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fpdf import FPDF
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.reading.text.blocks import Block
from core.reading.text.parts import cut_into_parts
from core.types import DocumentKind, Passage, WordBox
from core.types import Place as Span
from desktop.theme.theme import Theme
from desktop.viewer.cited_place import cited_place
from desktop.viewer.header import direction_keys
from desktop.viewer.history import Marks, Place
from desktop.viewer.viewer_panel import ViewerPanel

MakePdf = Callable[..., Path]
LETTER = (612.0, 792.0)
QUOTE = "portion of the costs"
PASSAGE = Passage(1, 1.0, "d", "/old.pdf", "Title", 2, "iii", 0, 9, "", "Text.")


def no_boxes(_page: int) -> tuple[WordBox, ...]:
    return ()


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> ViewerPanel:
    panel = ViewerPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(520, 800)
    panel.show()
    return panel


@pytest.fixture
def overleaf(make_pdf: MakePdf) -> Place:
    """Return a place with two spans on page 1 and one on page 2."""
    path = make_pdf([LETTER] * 4)
    file = QPdfDocument()
    file.load(str(path))
    first = file.getAllText(1).text().find(QUOTE)
    later = file.getAllText(2).text().find("Providers")
    spans = [Span(1, first, first + len(QUOTE)), Span(1, 0, 6), Span(2, later, later + 9)]
    passage = replace(PASSAGE, page_index=1, page_label="")
    return cited_place(passage, str(path), spans, no_boxes, numbered=True)


def test_spans_are_gathered_by_page_in_their_order() -> None:
    spans = [Span(3, 5, 9), Span(2, 0, 4), Span(3, 5, 9), Span(3, 20, 30)]
    box = WordBox(5, 9, 0, 0, 10, 10)
    place = cited_place(PASSAGE, "/new.pdf", spans, {3: (box,), 2: ()}.__getitem__, numbered=True)
    assert (place.page_index, place.highlights, place.words) == (3, ((5, 9), (20, 30)), (box,))
    assert place.others == (Marks(2, ((0, 4),)),)
    assert place.path == "/new.pdf"
    assert place.page_label == ""  # the passage's label is that of another page
    assert cited_place(PASSAGE, "", spans[1:2], no_boxes).page_label == "iii"


def test_a_passage_without_words_still_has_its_page() -> None:
    place = cited_place(PASSAGE, "", [], no_boxes)
    assert (place.page_index, place.highlights, place.others) == (2, (), ())


def test_all_spans_are_marked_and_the_first_is_in_view(panel: ViewerPanel, overleaf: Place) -> None:
    panel.show_place(overleaf)
    view = panel.view
    assert len(view.highlight_lines(1)) == 2
    assert len(view.highlight_lines(2)) == 1
    assert [number for number, _ in view.highlight_numbers(1)] == [1, 2]
    assert [number for number, _ in view.highlight_numbers(2)] == [3]
    first = view.to_viewport(1, view.highlight_lines(1)[0])
    assert abs(first.top() - view.viewport().height() / 3) <= 2
    assert view.current_page == 1


def test_a_single_span_needs_no_number(panel: ViewerPanel, overleaf: Place) -> None:
    panel.show_place(replace(overleaf, highlights=overleaf.highlights[:1], others=()))
    assert panel.view.highlight_lines(1)
    assert panel.view.highlight_numbers(1) == []


def test_a_whole_passage_in_several_places_is_not_numbered(panel: ViewerPanel, overleaf: Place) -> None:
    panel.show_place(replace(overleaf, numbered=False))
    assert len(panel.view.highlight_lines(1)) == 2
    assert panel.view.highlight_numbers(1) == []


def has_color(image: QImage, color: QColor, around: QPointF) -> bool:
    x, y = round(around.x()), round(around.y())
    near = [(x + dx, y + dy) for dx in range(-14, 4) for dy in range(-8, 9)]
    return any(image.pixel(*at) == color.rgb() for at in near if image.valid(*at))


def test_numbers_are_painted_where_the_words_begin(panel: ViewerPanel, overleaf: Place, theme: Theme) -> None:
    panel.show_place(overleaf)
    view = panel.view
    corner = view.to_viewport(1, view.highlight_lines(1)[0]).topLeft()
    accent = theme.color("accent")
    assert has_color(view.viewport().grab().toImage(), accent, corner)
    panel.show_place(replace(overleaf, numbered=False))
    assert not has_color(view.viewport().grab().toImage(), accent, corner)


def test_recognised_pages_are_marked_by_their_words_overleaf_too(panel: ViewerPanel, overleaf: Place) -> None:
    box = WordBox(0, 6, 100, 600, 160, 620)
    words = {1: (box,), 2: (replace(box, top=80, bottom=100), replace(box, char_start=50, char_end=60))}
    spans = [Span(1, 0, 6), Span(2, 0, 6)]
    panel.show_place(cited_place(PASSAGE, overleaf.path, spans, words.__getitem__))
    assert panel.view.highlight_lines(1) == [QRectF(100, 600, 60, 20)]
    assert panel.view.highlight_lines(2) == [QRectF(100, 80, 60, 20)]


def test_going_back_brings_all_spans_back(panel: ViewerPanel, overleaf: Place) -> None:
    panel.show_place(overleaf)
    panel.show_place(Place("other", overleaf.path, "Other", 3))
    assert panel.view.highlight_numbers(1) == []
    panel.go_back()
    assert [number for number, _ in panel.view.highlight_numbers(2)] == [3]


def test_texts_without_pages_are_numbered_too(panel: ViewerPanel, theme: Theme) -> None:
    parts = cut_into_parts([[Block(f"Paragraph {n} has some words in it.")] for n in range(6)])
    place = Place("t", "", "Text", 0, highlights=((0, 9), (13, 16)), kind=DocumentKind.TEXT, parts=parts, numbered=True)
    panel.show_place(place)
    lines = panel.text_view.highlight_numbers()
    assert [number for number, _ in lines] == [1, 2]
    shown = panel.text_view.viewport().grab().toImage()
    assert has_color(shown, theme.color("accent"), lines[0][1].topLeft())
    panel.show_place(replace(place, highlights=((0, 9),)))
    assert panel.text_view.highlight_numbers() == []


@pytest.mark.parametrize("keys", [Qt.Key.Key_Left, Qt.Key.Key_Right])
def test_back_and_forward_are_heard_from_anywhere_in_the_window(
    qtbot: QtBot, theme: Theme, overleaf: Place, keys: Qt.Key
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    panel, field = ViewerPanel(theme, window), QLineEdit(window)
    layout = QVBoxLayout(window)
    layout.addWidget(panel)
    layout.addWidget(field)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    other = Place("other", overleaf.path, "Other", 3)
    panel.show_place(overleaf)
    panel.show_place(other)
    if keys == Qt.Key.Key_Right:
        panel.go_back()
    QTest.keyClick(field, keys, Qt.KeyboardModifier.AltModifier)
    assert panel.place == (overleaf if keys == Qt.Key.Key_Left else other)
    panel.hide()
    before = panel.place
    QTest.keyClick(field, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert panel.place == before  # what is not seen does not move


def test_each_system_has_its_keys() -> None:
    assert direction_keys("linux") == direction_keys("win32") == (("Alt+Left",), ("Alt+Right",))
    back, forward = direction_keys("darwin")
    assert "Ctrl+[" in back  # Qt calls the Command key Ctrl there
    assert "Ctrl+]" in forward
    assert "Alt+Left" in back


@pytest.fixture
def columns(tmp_path: Path) -> Path:
    """Return a page of two columns; a sentence goes on at the head of the second one."""
    pdf = FPDF(unit="pt", format=LETTER)
    pdf.add_page()
    pdf.set_font("helvetica", size=11)
    for left, lines in ((60, ["One begins here.", "The fee of"]), (330, ["forty dollars is due.", "Two ends here."])):
        for number, line in enumerate(lines):
            pdf.text(left, 100 + 400 * number if left == 60 else 100 + 14 * number, line)
    path = tmp_path / "columns.pdf"
    pdf.output(str(path))
    return path


def test_a_sentence_over_a_column_break_is_marked_in_both_columns(panel: ViewerPanel, columns: Path) -> None:
    file = QPdfDocument()
    file.load(str(columns))
    text = file.getAllText(0).text()
    pieces = ("The fee of", "forty dollars is due.")
    spans = [Span(0, text.index(words), text.index(words) + len(words)) for words in pieces]
    panel.show_place(cited_place(replace(PASSAGE, page_index=0), str(columns), spans, no_boxes, numbered=True))
    first, second = panel.view.highlight_lines(0)
    assert first.right() < 306 < second.left()
    assert first.top() > second.bottom()
    assert [number for number, _ in panel.view.highlight_numbers(0)] == [1, 2]
    line = panel.view.to_viewport(0, first)
    assert panel.view.viewport().rect().contains(line.toAlignedRect())  # the beginning of the sentence is in view
