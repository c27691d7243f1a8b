from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.reading.image_pdf import image_as_pdf
from core.reading.text.blocks import Block
from core.reading.text.parts import cut_into_parts
from core.types import DocumentKind, WordBox
from desktop.theme.theme import Theme
from desktop.viewer.history import Place
from desktop.viewer.viewer_panel import ViewerPanel

MakePdf = Callable[..., Path]
LETTER = (612.0, 792.0)
QUOTE = "portion of the costs"


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> ViewerPanel:
    panel = ViewerPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(520, 800)
    return panel


def place_of(path: Path, page: int, *, label: str = "", mark: bool = True, document: str = "id") -> Place:
    file = QPdfDocument()
    file.load(str(path))
    start = file.getAllText(page).text().find(QUOTE)
    return Place(document, str(path), path.stem, page, label, ((start, start + len(QUOTE)),) if mark else ())


def is_at_a_third(panel: ViewerPanel, page: int) -> bool:
    line = panel.view.to_viewport(page, panel.view.highlight_lines(page)[0])
    return abs(line.top() - panel.view.viewport().height() / 3) <= 2


def test_place_is_shown_with_its_words(qtbot: QtBot, panel: ViewerPanel, make_pdf: MakePdf) -> None:
    place = place_of(make_pdf([LETTER] * 5), 2, label="iii")
    panel.show()
    with qtbot.waitSignal(panel.place_changed) as changed:
        panel.show_place(place)
    assert changed.args == [place]
    assert panel.place == place
    assert panel.view.isVisible()
    assert is_at_a_third(panel, 2)
    assert panel.header.page_text == "p. iii (3 of 5)"
    assert panel.header.title.text == "paper"
    assert panel.header.percent.text() == f"{round(panel.view.shown_zoom * 100)} %"


def test_place_is_found_again_by_the_first_show(panel: ViewerPanel, make_pdf: MakePdf) -> None:
    panel.show_place(place_of(make_pdf([LETTER] * 5), 3))
    panel.resize(600, 900)
    panel.show()
    assert is_at_a_third(panel, 3)
    assert panel.header.page_text == "4 of 5"


def test_header_follows_scrolling_with_printed_labels(panel: ViewerPanel, make_pdf: MakePdf) -> None:
    panel.show()
    panel.show_place(place_of(make_pdf([LETTER] * 9, labels="A-"), 1, label="A-2"))
    assert panel.header.page_text == "p. A-2 (2 of 9)"
    panel.view.scroll_to(6)
    assert panel.header.page_text == "p. A-7 (7 of 9)"


def test_labels_of_the_file_are_not_mixed_with_the_librarys(panel: ViewerPanel, make_pdf: MakePdf) -> None:
    panel.show()
    panel.show_place(place_of(make_pdf([LETTER] * 9), 1, label="417"))
    assert panel.header.page_text == "p. 417 (2 of 9)"
    panel.view.scroll_to(6)
    assert panel.header.page_text == "7 of 9"


def test_back_and_forward_restore_places(qtbot: QtBot, panel: ViewerPanel, make_pdf: MakePdf) -> None:
    first = place_of(make_pdf([LETTER] * 5, "first.pdf"), 1, document="one")
    second = place_of(make_pdf([LETTER] * 8, "second.pdf"), 6, document="two")
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.view.setFocus()
    panel.show_place(first)
    assert not panel.header.back.isEnabled()
    panel.show_place(second)
    panel.view.verticalScrollBar().setValue(0)
    QTest.keyClick(panel.view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert panel.place == first
    assert panel.header.title.text == "first"
    assert is_at_a_third(panel, 1)
    assert panel.header.forward.isEnabled()
    qtbot.mouseClick(panel.header.forward, Qt.MouseButton.LeftButton)
    assert panel.place == second
    assert is_at_a_third(panel, 6)
    QTest.keyClick(panel.view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert panel.place == second


def test_same_file_is_not_opened_again_unless_it_changed(
    qtbot: QtBot, panel: ViewerPanel, make_pdf: MakePdf, tmp_path: Path
) -> None:
    path = make_pdf([LETTER] * 5)
    panel.show()
    panel.show_place(place_of(path, 1))
    document = panel.view.document()
    with qtbot.assertNotEmitted(document.statusChanged):
        panel.show_place(place_of(path, 3))
    assert is_at_a_third(panel, 3)
    shutil.copy(make_pdf([LETTER] * 6, "other.pdf"), path)
    panel.show_place(place_of(path, 5))
    assert panel.header.page_text == "6 of 6"


def test_two_hundred_pages_show_quickly(qtbot: QtBot, panel: ViewerPanel, make_pdf: MakePdf) -> None:
    path = make_pdf([LETTER] * 200)
    panel.show()
    seconds = []
    # The best of three: the machine may have other things to do, but it is never quicker than it can be.
    for attempt in range(3):
        place = place_of(Path(shutil.copy(path, path.with_name(f"{attempt}.pdf"))), 150)
        started = time.perf_counter()
        panel.show_place(place)
        qtbot.waitUntil(lambda: panel.view.is_rendered(150))
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.3


def test_missing_file_can_be_located(qtbot: QtBot, panel: ViewerPanel, make_pdf: MakePdf, tmp_path: Path) -> None:
    panel.show()
    panel.show_place(place_of(make_pdf([LETTER]), 0))
    panel.show_place(Place("lost", str(tmp_path / "gone.pdf"), "Gone", 3, "4", ((0, 9),)))
    assert panel.message.isVisible()
    assert panel.message.heading == "This file has moved"
    assert "gone.pdf" in panel.message.detail
    assert panel.header.page_text == ""
    with qtbot.waitSignal(panel.locate_requested) as located:
        panel.message.button.click()
    assert located.args == ["lost"]
    panel.go_back()
    assert panel.view.isVisible()


def test_damaged_file_says_why(panel: ViewerPanel, tmp_path: Path, make_pdf: MakePdf) -> None:
    panel.show()
    broken = tmp_path / "broken.pdf"
    for contents in (b"", b"no pdf at all", make_pdf([LETTER]).read_bytes()[:200]):
        broken.write_bytes(contents)
        panel.show_place(Place("d", str(broken), "Broken", len(contents)))
        assert panel.message.isVisible()
        assert panel.message.heading == "This file cannot be shown"
        assert panel.message.detail
        assert not panel.message.button.isVisible()


def test_password(qtbot: QtBot, panel: ViewerPanel, make_pdf: MakePdf) -> None:
    path = make_pdf([LETTER] * 3, password="sesame")
    panel.show()
    panel.show_place(Place("secret", str(path), "Perks", 1, "2"))
    assert panel.message.heading == "This document needs a password"
    with qtbot.waitSignal(panel.password_required) as required:
        panel.message.button.click()
    assert required.args == ["secret"]
    panel.unlock(str(path), "wrong")
    assert panel.message.isVisible()
    assert panel.message.detail == "That password does not open it."
    panel.unlock(str(path), "sesame")
    assert panel.view.isVisible()
    assert panel.header.page_text == "2 of 3"
    # It is remembered while another document was shown.
    panel.show_place(place_of(make_pdf([LETTER], "open.pdf"), 0))
    panel.go_back()
    assert panel.view.isVisible()


@pytest.mark.parametrize("page", [-4, 0, 77])
def test_places_that_are_not_there_show_a_page(panel: ViewerPanel, make_pdf: MakePdf, page: int) -> None:
    path = make_pdf([LETTER] * 3)
    panel.show()
    panel.show_place(Place("d", str(path), "", page, "9" * 400, ((-1, 5), (5, 2), (10**9, 2 * 10**9))))
    assert panel.view.isVisible()
    assert panel.header.title.text == "paper.pdf"
    assert panel.view.current_page == min(max(page, 0), 2)
    assert len(panel.header.page_text) < 40
    panel.grab()


def test_link_is_a_place_to_come_back_from(panel: ViewerPanel, make_pdf: MakePdf) -> None:
    place = place_of(make_pdf([LETTER] * 6, links={4: 1}), 4)
    panel.show()
    panel.show_place(place)
    spot = panel.view.to_viewport(4, QRectF(60, 400, 200, 40)).center().toPoint()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert panel.view.current_page == 1
    panel.go_back()
    assert panel.place == place
    assert is_at_a_third(panel, 4)


def test_zoom_by_buttons_and_keys(qtbot: QtBot, panel: ViewerPanel, make_pdf: MakePdf) -> None:
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.show_place(place_of(make_pdf([LETTER] * 3), 1))
    panel.view.setFocus()
    fitted = panel.header.percent.text()
    panel.header.percent.click()
    assert panel.header.percent.text() == "100 %"
    panel.header.plus.click()
    assert panel.header.percent.text() == "110 %"
    panel.header.minus.click()
    panel.header.percent.click()
    assert panel.header.percent.text() == fitted
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(panel.view, Qt.Key.Key_Plus, control)
    assert not panel.view.fits_width
    QTest.keyClick(panel.view, Qt.Key.Key_Minus, control)
    QTest.keyClick(panel.view, Qt.Key.Key_0, control)
    assert panel.header.percent.text() == fitted
    assert is_at_a_third(panel, 1)


def test_narrow_header_keeps_the_title(qtbot: QtBot, panel: ViewerPanel, make_pdf: MakePdf) -> None:
    panel.show()
    panel.show_place(place_of(make_pdf([LETTER] * 3), 1, label="Annex-417-b"))
    for width in (700, 520, 440, 360):
        panel.resize(width, 600)
        assert panel.width() == width
        qtbot.waitUntil(lambda: panel.header.title.width() >= 60)
        assert panel.header.close_button.geometry().right() < width


def test_close_and_clear(qtbot: QtBot, panel: ViewerPanel, make_pdf: MakePdf) -> None:
    panel.show()
    panel.show_place(place_of(make_pdf([LETTER] * 3), 1))
    with qtbot.waitSignal(panel.closed):
        panel.header.close_button.click()
    panel.clear()
    assert panel.place is None
    assert panel.message.isVisible()
    panel.go_back()
    panel.go_forward()
    panel.message.button.click()
    panel.view.link_activated.emit(2, QPointF(3, 3))
    assert panel.place is None


def test_everything_has_a_name(panel: ViewerPanel) -> None:
    header = panel.header
    for button in (header.back, header.forward, header.minus, header.percent, header.plus, header.close_button):
        assert button.accessibleName()
        assert button.toolTip()
    assert panel.view.accessibleName()
    assert panel.text_view.accessibleName()
    assert panel.message.accessibleName()


def test_words_of_a_recognised_page_are_marked_by_their_boxes(panel: ViewerPanel, sample: Path) -> None:
    """The scanned page has no characters, so the places that OCR found are what there is to mark."""
    words = (
        WordBox(0, 5, 60.0, 100.0, 90.0, 112.0),
        WordBox(6, 12, 94.0, 100.5, 130.0, 112.0),
        WordBox(13, 18, 60.0, 120.0, 95.0, 132.0),
        WordBox(19, 24, 99.0, 120.0, 130.0, 132.0),
    )
    panel.show_place(Place("scan", str(sample), "Scan", 6, "5", ((0, 18),), words))
    first, second = panel.view.highlight_lines(6)
    assert first == QRectF(QPointF(60.0, 100.0), QPointF(130.0, 112.0))
    assert second == QRectF(QPointF(60.0, 120.0), QPointF(95.0, 132.0))


# ── other kinds than PDF ─────────────────────────────────────────────────────────────────────────────────────────


def text_place(part: int = 0, *spans: tuple[int, int], document: str = "text") -> Place:
    """A place in a text whose file is gone."""
    words = "The keeper trims the wick of the great lamp. " * 50
    parts = cut_into_parts([[Block(f"Chapter {n}", 1), Block(words.strip())] for n in range(12)])
    kind = DocumentKind.TEXT
    return Place(document, "/gone/rules.docx", "Rules", part, f"§ {part + 1}", tuple(spans), kind=kind, parts=parts)


def picture_place(path: Path) -> Place:
    boxes = (WordBox(0, 5, 72.0, 36.0, 144.0, 48.0),)
    Image.new("RGB", (1275, 1650), "white").save(path, dpi=(150, 150))
    kind = DocumentKind.IMAGE
    return Place("image", str(path), "Sign", 0, "1", ((0, 5),), boxes, kind=kind, data=image_as_pdf(path))


def test_text_is_shown_without_its_file(panel: ViewerPanel) -> None:
    panel.show()
    panel.show_place(text_place(2, (600, 640)))
    assert panel.text_view.isVisible()
    assert panel.header.page_text == "§ 3 of 12"
    assert panel.header.percent.text() == "100 %"
    (line,) = panel.text_view.highlight_lines()
    assert line.top() == pytest.approx(panel.text_view.viewport().height() / 3, abs=2)
    panel.text_view.scroll_to(7)
    assert panel.header.page_text == "§ 8 of 12"


def test_header_and_keys_zoom_what_is_shown(qtbot: QtBot, panel: ViewerPanel, make_pdf: MakePdf) -> None:
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.show_place(place_of(make_pdf([LETTER]), 0))
    fitted = panel.header.percent.text()
    panel.show_place(text_place(1))
    panel.header.plus.click()
    assert panel.header.percent.text() == "110 %"
    panel.header.percent.click()
    assert panel.header.percent.text() == "100 %"
    panel.text_view.setFocus()
    QTest.keyClick(panel.text_view, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert panel.header.percent.text() == "90 %"
    QTest.keyClick(panel.text_view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert panel.header.percent.text() == "100 %"
    panel.go_back()
    assert panel.view.isVisible()
    assert panel.view.hasFocus()
    assert panel.header.percent.text() == fitted
    panel.go_forward()
    assert panel.text_view.isVisible()
    assert panel.header.page_text == "§ 2 of 12"


def test_a_text_of_nothing_says_so(panel: ViewerPanel) -> None:
    panel.show()
    panel.show_place(Place("text", "/gone/a.txt", "A", 0, "§ 1", kind=DocumentKind.TEXT))
    assert panel.message.heading == "There is nothing to read"
    assert panel.header.page_text == ""


@pytest.mark.parametrize("part", [-4, 99])
def test_parts_that_are_not_there_show_one(panel: ViewerPanel, part: int) -> None:
    panel.show()
    panel.show_place(text_place(part, (-1, 5), (10**9, 10**9 + 5)))
    assert panel.text_view.current_page == min(max(part, 0), 11)
    panel.grab()


def test_a_picture_is_shown_with_its_words(panel: ViewerPanel, tmp_path: Path) -> None:
    panel.show()
    panel.show_place(picture_place(tmp_path / "sign.png"))
    assert panel.view.isVisible()
    assert panel.header.page_text == "1 of 1"
    assert panel.view.highlight_lines(0) == [QRectF(QPointF(72.0, 36.0), QPointF(144.0, 48.0))]
    assert panel.view.document().pagePointSize(0).width() == pytest.approx(1275 * 72 / 150, abs=0.5)


def test_pictures_and_files_take_turns(panel: ViewerPanel, tmp_path: Path, make_pdf: MakePdf) -> None:
    panel.show()
    panel.show_place(picture_place(tmp_path / "sign.png"))
    panel.show_place(place_of(make_pdf([LETTER] * 3), 1))
    assert panel.header.page_text == "2 of 3"
    panel.show_place(text_place(1))
    panel.go_back()
    panel.go_back()
    assert panel.view.isVisible()
    assert panel.header.page_text == "1 of 1"
    panel.clear()
    assert panel.message.isVisible()


def test_a_picture_that_cannot_be_shown_says_so(panel: ViewerPanel, tmp_path: Path) -> None:
    panel.show()
    place = picture_place(tmp_path / "sign.png")
    panel.show_place(replace(place, data=None))
    assert panel.message.heading == "This file cannot be shown"
    panel.show_place(replace(place, data=b"no pdf", title="Other", document="other"))
    assert panel.message.heading == "This file cannot be shown"
    (tmp_path / "sign.png").unlink()
    panel.show_place(replace(place, data=None, document="third"))
    assert panel.message.heading == "This file has moved"
