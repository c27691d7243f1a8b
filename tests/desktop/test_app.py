"""The window from its start to its end: what it remembers, what it ends, and what it says where it cannot start."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSplitter
from real_desk import OpenDesk, ScriptedModel, all_are, dialog_of, drop, forget, source_of, states, until

from core import composition
from core.types import DocumentState
from desktop.app import Desk
from desktop.dialogs import QuestionDialog
from desktop.library.library_panel import PANE_WIDTH

ROOT = Path(__file__).parents[2]


def workers() -> list[psutil.Process]:
    """Return the processes that were started from here, without Python's own tracker of leaked resources."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if not any("resource_tracker" in word for word in command_line(child))]


def command_line(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:
        return []


def sizes(desk: Desk) -> list[int]:
    splitter = desk.window.findChild(QSplitter)
    assert splitter is not None
    return splitter.sizes()


async def drag_handle(desk: Desk, number: int, by: int) -> None:
    """Drag the handle before a pane to the right."""
    splitter = desk.window.findChild(QSplitter)
    assert splitter is not None
    handle = splitter.handle(number)
    await until(handle.isVisible)
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(0, 50))
    QTest.mouseMove(handle, QPoint(by, 50))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(0, 50))


async def test_the_window_is_there_before_the_library(open_desk: OpenDesk, qapp: QApplication, folder: Path) -> None:
    desk = Desk(qapp, folder, source_of(ScriptedModel()))
    running = asyncio.ensure_future(desk.run())
    await asyncio.sleep(0)
    assert desk.window.isVisible()
    assert not desk.ready.is_set()

    desk.window.close()  # nobody waits for a window that cannot be closed
    assert desk.window.notice.accessibleName() == "Opening the library. One moment."
    assert await running == 0
    assert not desk.window.isVisible()
    forget(desk)


async def test_shape_and_widths_come_back(open_desk: OpenDesk, lamps: Path) -> None:
    async with open_desk() as desk:
        desk.window.resize(1240, 700)
        desk.window.show_viewer()
        assert sizes(desk)[0] == PANE_WIDTH
        await drag_handle(desk, 1, -46)
        await drag_handle(desk, 2, -60)
        wanted = sizes(desk)
        assert 220 < wanted[0] < PANE_WIDTH
        assert 500 < wanted[2] < 600
        desk.window.resize(760, 600)  # no larger than the screen that tests have
        await until(lambda: sizes(desk)[0] == wanted[0])
    async with open_desk() as desk:
        assert desk.window.size() == QSize(760, 600)
        assert sizes(desk)[0] == wanted[0]
        desk.window.resize(1240, 700)
        desk.window.show_viewer()
        assert sizes(desk)[::2] == wanted[::2]
        desk.window.hide_viewer()
        desk.window.toggle_sidebar()
    async with open_desk() as desk:
        assert not desk.library_panel.isVisible()
        desk.window.resize(1240, 700)
        desk.window.show_viewer()
        desk.window.toggle_sidebar()
        assert sizes(desk)[::2] == wanted[::2]


async def test_work_ends_with_the_window_and_goes_on_with_the_next(open_desk: OpenDesk, data: Path) -> None:
    before = workers()
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "long.pdf")
        pages: list[int] = []
        desk.events.progressed.connect(lambda progress: pages.extend(one.pages_done for one in progress))
        await until(lambda: pages and pages[-1] >= 8)
        started = [one for one in workers() if one not in before]
        assert started
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in started)
    kept = pages[-1]

    async with open_desk() as desk:
        assert states(desk)["long.pdf"] is not DocumentState.READY
        assert desk.library.documents[0].health.pages_done >= kept
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        assert desk.library.documents[0].health.text == 60
    assert [one for one in workers() if one not in before] == []


async def test_a_library_has_one_window(open_desk: OpenDesk, qapp: QApplication, lamps: Path) -> None:
    async with open_desk():
        second = Desk(qapp, lamps, source_of(ScriptedModel()))
        await is_refused(second, "Paperlamp is open with this library.")


async def test_a_folder_that_cannot_be_one_is_named(qapp: QApplication, run_async: object, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    await is_refused(Desk(qapp, tmp_path / "file", source_of(ScriptedModel())), "cannot be used")


async def test_a_fault_at_the_start_is_a_sentence(
    qapp: QApplication,
    run_async: object,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(library: object) -> None:
        raise RuntimeError("the processor is on fire")

    monkeypatch.setattr(composition, "open_embedder", fail)
    await is_refused(Desk(qapp, folder, source_of(ScriptedModel())), "the processor is on fire")
    assert "could not be opened" in caplog.text


async def is_refused(desk: Desk, sentence: str) -> None:
    """Hold that a desk says why it cannot open, in a dialog with one button, and gives up."""
    running = asyncio.ensure_future(desk.run())
    dialog = await dialog_of(desk, QuestionDialog)
    assert dialog.windowTitle() == "Paperlamp cannot open its library"
    assert any(sentence in label.text() for label in dialog.findChildren(QLabel))
    (only,) = [one for one in dialog.findChildren(QPushButton) if one.isVisible()]
    desk.window.close()  # does not hide what there is to read
    assert dialog.isVisible()
    only.click()
    assert await running == 1
    assert not desk.window.isVisible()
    forget(desk)


def test_the_program_runs_and_keeps_its_files_private(folder: Path) -> None:
    script = """
import asyncio, sys
from desktop import app
from desktop.__main__ import main

run = app.Desk.run

async def leave_at_once(desk):
    task = asyncio.ensure_future(run(desk))
    await desk.ready.wait()
    desk.window.close()
    return await task

app.Desk.run = leave_at_once
sys.exit(main())
"""
    options = ["-c", script, "--library", str(folder)]
    subprocess.run([sys.executable, *options], check=True, timeout=60, cwd=ROOT)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"library.sqlite3", "window.ini"}
    if os.name == "posix":
        assert [path for path in (folder, *files) if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
