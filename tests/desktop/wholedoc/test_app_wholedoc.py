"""Whole-document work in the whole window: a real library, real sheets, the viewer, and a model that reads a script."""

from __future__ import annotations

import asyncio
import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
import two_versions
from PySide6.QtWidgets import QFileDialog
from real_desk import OpenDesk, ScriptedModel, dialog_of, until

from core.errors import ModelFailed
from core.types import Scope
from desktop.app import Desk
from desktop.document_action import DocumentAction
from desktop.library.document_list import DocumentList
from desktop.library.pane_parts import PaneHeader
from desktop.wholedoc.comparison_model import ComparisonRole
from desktop.wholedoc.comparison_sheet import ComparisonSheet
from desktop.wholedoc.outline_sheet import OutlineSheet
from desktop.wholedoc.run_sheet import RunSheet, RunState
from desktop.wholedoc.summary_sheet import SummarySheet

RENT = "What is the yearly rent of the lamp room?"

AnySheet = TypeVar("AnySheet", bound=RunSheet)


class SmallModel(ScriptedModel):
    """A model that is not to be trusted with more than quoting."""

    is_small = True


@pytest.fixture(scope="session")
def filled_leases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scratch = tmp_path_factory.mktemp("leases")
    return two_versions.fill(scratch / "library", scratch / "files")


@pytest.fixture
def leases(filled_leases: Path, folder: Path) -> Path:
    """Return the test's library with both versions of the lease."""
    shutil.copytree(filled_leases, folder)
    return folder


def id_of(desk: Desk, title: str) -> str:
    return next(document.id for document in desk.library.documents if document.title == title)


async def listed(desk: Desk) -> tuple[str, str]:
    await until(lambda: len(desk.library.documents) == 2)
    return id_of(desk, "Lease of old"), id_of(desk, "Lease of new")


async def shown(desk: Desk, kind: type[AnySheet], state: RunState = RunState.DONE) -> AnySheet:
    sheet = await dialog_of(desk, kind)
    await until(lambda: sheet.state is state)
    return sheet


def highlighted(desk: Desk) -> str:
    place, document = desk.viewer.place, desk.viewer.view.document()
    assert place is not None
    marked = [document.getSelectionAtIndex(place.page_index, a, b - a).text() for a, b in place.highlights]
    return " ".join(" ".join(marked).split())


async def test_a_summary_grows_and_its_chips_open_the_words(open_desk: OpenDesk, leases: Path) -> None:
    async with open_desk(None, SmallModel("Nothing.")) as desk:
        old, _ = await listed(desk)
        desk.library_panel.action_requested.emit(DocumentAction.SUMMARISE, [old])
        sheet = await shown(desk, SummarySheet)
        chip = next(chip for chip in sheet.view.text.chips)
        sheet.view.text.citation_activated.emit(0, chip.sentence, chip.number)
        await until(lambda: desk.viewer.place is not None and desk.viewer.place.highlights)
        await until(lambda: highlighted(desk) in sheet.view.text.readable_text(marks=False))


async def test_a_finished_summary_is_remembered_until_its_document_goes(open_desk: OpenDesk, leases: Path) -> None:
    model = ScriptedModel(f"{two_versions.RENT_OLD} [1]")
    async with open_desk(None, model) as desk:
        old, _ = await listed(desk)
        first = desk.wholedoc.summarise(old)
        assert first is not None
        await until(lambda: first.state is RunState.DONE)
        asked = len(model.asked)
        assert asked > 0
        first.close()
        again = desk.wholedoc.summarise(old)
        assert again is not None
        assert again.state is RunState.DONE
        assert len(model.asked) == asked
        desk.wholedoc.forget([old])
        third = desk.wholedoc.summarise(old)
        assert third is not None
        await until(lambda: third.state is RunState.DONE)
        assert len(model.asked) > asked


async def test_stop_keeps_what_is_there_and_try_again_begins_anew(open_desk: OpenDesk, leases: Path) -> None:
    gate = asyncio.Event()
    async with open_desk(None, ScriptedModel(gate, f"{two_versions.RENT_OLD} [1]")) as desk:
        old, _ = await listed(desk)
        sheet = desk.wholedoc.summarise(old)
        assert sheet is not None
        await until(lambda: sheet.line.startswith("0 of"))
        sheet.stop_requested.emit()
        await until(lambda: sheet.state is RunState.STOPPED)
        gate.set()
        sheet.again_requested.emit()
        await until(lambda: sheet.state is RunState.DONE)
        assert sheet.view.text.chips


async def test_a_model_that_fails_is_a_sentence_in_the_sheet(open_desk: OpenDesk, leases: Path) -> None:
    async with open_desk(None, ScriptedModel(ModelFailed("The model stopped. Try again."))) as desk:
        old, _ = await listed(desk)
        desk.wholedoc.perform(DocumentAction.SUMMARISE, [old])
        sheet = await shown(desk, SummarySheet, RunState.FAILED)
        assert sheet.problem == "The model stopped. Try again."


async def test_closing_a_sheet_ends_its_work_and_closing_the_window_ends_all(open_desk: OpenDesk, leases: Path) -> None:
    gate = asyncio.Event()
    async with open_desk(None, ScriptedModel(gate)) as desk:
        old, new = await listed(desk)
        sheet = desk.wholedoc.summarise(old)
        assert sheet is not None
        await until(lambda: sheet.line.startswith("0 of"))
        gone: list[bool] = []
        sheet.destroyed.connect(lambda: gone.append(True))
        sheet.reject()
        await until(lambda: gone)
        desk.wholedoc.summarise(new)  # still at work when the window is closed


async def test_the_outline_opens_pages(open_desk: OpenDesk, leases: Path) -> None:
    async with open_desk(None, SmallModel()) as desk:
        old, _ = await listed(desk)
        desk.wholedoc.perform(DocumentAction.OUTLINE, [old])
        sheet = await dialog_of(desk, OutlineSheet)
        assert sheet.tree.model().rowCount() > 0
        sheet.tree.clicked.emit(sheet.tree.model().index(0, 0))
        await until(lambda: desk.viewer.place is not None and desk.viewer.place.document == old)


async def test_two_documents_are_compared_and_each_side_opens_its_own(open_desk: OpenDesk, leases: Path) -> None:
    async with open_desk(None, SmallModel()) as desk:
        old, new = await listed(desk)
        desk.wholedoc.perform(DocumentAction.COMPARE, [old, new])
        sheet = await shown(desk, ComparisonSheet)
        row = next(r for r in range(sheet.model.rowCount()) if sheet.model.index(r, 0).data() == two_versions.RENT_OLD)
        right = sheet.model.index(row, 1)
        assert right.data() == two_versions.RENT_NEW
        assert right.data(ComparisonRole.DETAILS) == ["1,450"]
        sheet.table.clicked.emit(right)
        await until(lambda: desk.viewer.place is not None and desk.viewer.place.document == new)
        await until(lambda: highlighted(desk) == two_versions.RENT_NEW)
        sheet.question_submitted.emit(RENT)
        await until(lambda: sheet.state is RunState.RUNNING)
        await until(lambda: sheet.state is RunState.DONE)
        assert sheet.model.index(0, 0).data() == RENT


async def test_every_document_answers_and_the_table_is_exported(
    open_desk: OpenDesk, leases: Path, tmp_path: Path
) -> None:
    async with open_desk(None, SmallModel()) as desk:
        _, new = await listed(desk)
        desk.window.ask_every_requested.emit()
        sheet = desk.wholedoc.every_sheet
        await until(sheet.isVisible)
        assert sheet.line == "Asking all documents"
        sheet.question_submitted.emit(RENT)
        await until(lambda: sheet.state is RunState.DONE)
        assert sheet.line == "2 of 2 documents answer"
        sheet.table.doubleClicked.emit(sheet.table.model().index(0, 0))
        await until(lambda: desk.viewer.place is not None and desk.viewer.place.document == new)
        await until(lambda: highlighted(desk) == two_versions.RENT_NEW)
        target = tmp_path / "answers.csv"
        sheet.export_requested.emit()
        dialog = await dialog_of(desk, QFileDialog)
        dialog.selectFile(str(target))
        dialog.accept()
        await until(target.exists)
        await until(lambda: desk.window.notice.isVisible())
        with target.open(encoding="utf-8-sig", newline="") as file:
            assert [row[0] for row in csv.reader(file)] == ["title", "Lease of new", "Lease of old"]


async def test_only_the_documents_of_the_scope_are_asked(open_desk: OpenDesk, leases: Path) -> None:
    async with open_desk(None, SmallModel()) as desk:
        old, _ = await listed(desk)
        desk.chat.set_scope(Scope(documents=(old,)))
        desk.library_panel.ask_every_requested.emit()
        sheet = desk.wholedoc.every_sheet
        sheet.question_submitted.emit(RENT)
        await until(lambda: sheet.state is RunState.DONE)
        assert sheet.line == "The document answers."


async def test_another_question_takes_the_place_of_the_one_that_is_asked(open_desk: OpenDesk, leases: Path) -> None:
    gate = asyncio.Event()
    async with open_desk(None, ScriptedModel(gate, f"{two_versions.RENT_OLD} [1]")) as desk:
        await listed(desk)
        desk.wholedoc.ask_every(Scope(), "Asking all documents")
        sheet = desk.wholedoc.every_sheet
        sheet.question_submitted.emit("Who wrote it?")
        await until(lambda: sheet.state is RunState.RUNNING)
        sheet.question_submitted.emit(RENT)
        gate.set()
        await until(lambda: sheet.state is RunState.DONE)
        assert sheet.table.model().rowCount() == 2


def menu_of(desk: Desk, ids: list[str]) -> Callable[[str], list[str]]:
    documents = desk.library_panel.findChild(DocumentList)
    assert documents is not None
    menu = documents.menu_for(ids)
    texts = [action.text() for action in menu.actions()]
    menu.close()
    return lambda start: [text for text in texts if text.startswith(start)]


async def test_the_menu_offers_what_suits_the_number_of_documents(open_desk: OpenDesk, leases: Path) -> None:
    async with open_desk(None, SmallModel()) as desk:
        old, new = await listed(desk)
        one, two = menu_of(desk, [old]), menu_of(desk, [old, new])
        assert (one("Summarise"), one("Outline"), one("Compare")) == (["Summarise"], ["Outline"], [])
        assert (two("Summarise"), two("Compare"), two("Ask each")) == ([], ["Compare"], ["Ask each of them…"])


async def test_the_menu_of_the_scope_and_that_of_the_library_ask_every_document(
    open_desk: OpenDesk, leases: Path
) -> None:
    async with open_desk(None, SmallModel()) as desk:
        await listed(desk)
        sheet = desk.wholedoc.every_sheet
        await until(lambda: desk.chat_panel.composer.filter.menu().actions())
        header = desk.library_panel.findChild(PaneHeader)
        assert header is not None
        for menu in (desk.chat_panel.composer.filter.menu(), header.menu):
            next(one for one in menu.actions() if one.text().startswith("Ask every document")).trigger()
            await until(sheet.isVisible)
            sheet.close()


async def test_the_menu_of_several_documents_asks_these(open_desk: OpenDesk, leases: Path) -> None:
    async with open_desk(None, SmallModel()) as desk:
        old, new = await listed(desk)
        desk.library_panel.action_requested.emit(DocumentAction.ASK_EACH, [old, new])
        sheet = desk.wholedoc.every_sheet
        await until(sheet.isVisible)
        assert sheet.line == "Asking 2 documents"
