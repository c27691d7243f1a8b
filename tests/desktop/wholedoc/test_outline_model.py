"""The outline as a tree model: headings, pages, levels."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.answering.outline import Outline, OutlineNode, OutlineSource
from desktop.theme.theme import Theme
from desktop.wholedoc.outline_model import COL_PAGE, COL_TITLE, OutlineModel, OutlineRole
from desktop.wholedoc.outline_sheet import OutlineSheet

NODES = (
    OutlineNode("Sea", 0, "i", (OutlineNode("Lights", 1, "ii"), OutlineNode("Fish", 2, "1"))),
    OutlineNode("Land", 3, ""),
)
OUTLINE = Outline("d", "Coast", "/c.pdf", OutlineSource.HEADINGS, NODES)
NONE = Outline("d", "Coast", "/c.pdf", OutlineSource.NONE, ())


def test_the_model_is_sound(qtmodeltester: ModelTester, holder: QObject) -> None:
    model = OutlineModel(holder)
    qtmodeltester.check(model)
    model.set_outline(OUTLINE)
    qtmodeltester.check(model)


def test_headings_stand_below_each_other_with_their_pages(holder: QObject) -> None:
    model = OutlineModel(holder)
    model.set_outline(OUTLINE)
    sea = model.index(0, COL_TITLE)
    fish = model.index(1, COL_TITLE, sea)
    assert (sea.data(), model.rowCount(sea), model.rowCount()) == ("Sea", 2, 2)
    assert (fish.data(), model.index(1, COL_PAGE, sea).data()) == ("Fish", "p. 1")
    assert fish.data(OutlineRole.PAGE_INDEX) == 2
    assert model.parent(fish) == sea
    assert not model.parent(sea).isValid()
    assert model.index(1, COL_PAGE).data() == "p. 4"  # the file's own count where nothing is printed
    assert not model.index(2, 0).isValid()
    assert QModelIndex().data() is None


def test_a_heading_opens_its_page_by_click_and_by_enter(qtbot: QtBot, theme: Theme, holder: QWidget) -> None:
    sheet = OutlineSheet(theme, holder, "d", "Coast")
    sheet.show_outline(OUTLINE)
    land = sheet.tree.model().index(1, 0)
    sheet.tree.setCurrentIndex(land)
    with qtbot.waitSignal(sheet.page_opened) as opened:
        qtbot.keyClick(sheet.tree, Qt.Key.Key_Return)
    assert opened.args == ["d", 3]
    with qtbot.waitSignal(sheet.page_opened) as opened:
        sheet.tree.clicked.emit(sheet.tree.model().index(0, 0))
    assert opened.args == ["d", 0]


def test_a_short_outline_is_open_and_an_empty_one_says_so(theme: Theme, holder: QWidget) -> None:
    sheet = OutlineSheet(theme, holder, "d", "Coast")
    sheet.show_outline(OUTLINE)
    assert sheet.tree.isExpanded(sheet.tree.model().index(0, 0))
    assert sheet.body.words == ""
    sheet.show_outline(NONE)
    assert "Neither bookmarks nor headings" in sheet.body.words


def test_of_a_long_outline_the_lower_levels_are_closed(theme: Theme, holder: QWidget) -> None:
    lower = tuple(OutlineNode(f"P{n}", n, str(n), (OutlineNode("x", n, str(n)),)) for n in range(50))
    sheet = OutlineSheet(theme, holder, "d", "Coast")
    sheet.show_outline(Outline("d", "Coast", "", OutlineSource.BOOKMARKS, (OutlineNode("All", 0, "1", lower),)))
    top = sheet.tree.model().index(0, 0)
    assert sheet.tree.isExpanded(top)
    assert not sheet.tree.isExpanded(sheet.tree.model().index(0, 0, top))
