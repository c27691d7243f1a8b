"""The window as the owner of its library: other processes ask it, folders are watched, a damaged file is repaired."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QLabel, QMenu, QPushButton
from real_desk import OpenDesk, all_are, button, dialog_of, states, until

from core.index.backup import back_up
from core.settings import OCR_LANGUAGE
from core.types import DocumentState
from desktop.dialogs import QuestionDialog
from desktop.watching.watching_dialog import WatchingDialog

ROOT = Path(__file__).parents[2]


async def paperlamp(folder: Path, *arguments: str | Path) -> tuple[int, str, str]:
    """Run the command line on the window's library, in a process of its own."""
    command = [sys.executable, "-P", "-m", "desktop", "--library", str(folder), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


async def test_the_command_line_works_beside_the_window(open_desk: OpenDesk, tmp_path: Path, data: Path) -> None:
    folder = tmp_path / "shared"
    async with open_desk(folder) as desk:
        await until(desk.ready.is_set)
        code, out, err = await paperlamp(folder, "add", data / "labels.pdf", "--json")
        assert code == 0, err
        assert '"state": "ready"' in out
        await until(lambda: all_are(desk, DocumentState.READY, 1))

        assert (await paperlamp(folder, "pause"))[0] == 0
        code, out, _ = await paperlamp(folder, "add", data / "table.pdf", "--json")
        assert code == 3
        assert '"state": "paused"' in out
        await until(lambda: states(desk).get("table.pdf") == DocumentState.PAUSED)
        assert (await paperlamp(folder, "resume"))[0] == 0
        await until(lambda: all_are(desk, DocumentState.READY, 2))

        code, _, err = await paperlamp(folder, "settings", "ocr-language", "latin")
        assert code == 0, err
        assert desk._open is not None
        assert desk._open.library.setting(OCR_LANGUAGE) == "latin"
        assert (await paperlamp(folder, "tag", "table.pdf", "figures"))[0] == 0
        await until(lambda: desk.documents.tags == ["figures"])
        assert (await paperlamp(folder, "remove", "table.pdf", "labels.pdf"))[0] == 0
        await until(lambda: not states(desk))
    assert not (folder / "owner.json").exists()


async def test_a_folder_that_another_process_asks_to_watch_is_watched(
    open_desk: OpenDesk, tmp_path: Path, data: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    shutil.copyfile(data / "labels.pdf", inbox / "first.pdf")
    async with open_desk(tmp_path / "library") as desk:
        await until(desk.ready.is_set)
        code, out, err = await paperlamp(tmp_path / "library", "watch", inbox, "--collection", "Inbox")
        assert code == 0, err
        assert out.strip() == f"{inbox} → Inbox"
        await until(lambda: all_are(desk, DocumentState.READY, 1), 60)
        assert desk.library.documents[0].collections == ("Inbox",)

        desk.library_panel.watching_requested.emit()
        dialog = await dialog_of(desk, WatchingDialog)
        dialog.reject()
        (inbox / "first.pdf").unlink()
        await until(lambda: desk.library.documents[0].missing, 60)


async def test_the_language_of_scans_is_chosen_in_the_menu(open_desk: OpenDesk, tmp_path: Path) -> None:
    async with open_desk(tmp_path / "library") as desk:
        await until(desk.ready.is_set)
        menus = [menu for menu in desk.library_panel.findChildren(QMenu) if menu.title() == "Language of scans"]
        (languages,) = menus
        chosen = {action.text(): action.isChecked() for action in languages.actions()}
        assert chosen["Automatic"]
        next(action for action in languages.actions() if action.text() == "Chinese").trigger()
        core = desk._open
        assert core is not None
        await until(lambda: core.library.setting(OCR_LANGUAGE) == "chinese")


async def test_a_damaged_library_is_repaired_from_its_backup_when_the_person_agrees(
    open_desk: OpenDesk, tmp_path: Path, data: Path
) -> None:
    folder = tmp_path / "library"
    async with open_desk(folder) as desk:
        await until(desk.ready.is_set)
        desk.library.add([data / "labels.pdf"])
        await until(lambda: all_are(desk, DocumentState.READY, 1))
    assert back_up(folder) is not None
    (folder / "library.sqlite3").write_bytes(b"this was a library once" * 1000)

    async with open_desk(folder, wait=False) as desk:
        question = await dialog_of(desk, QuestionDialog)
        words = " ".join(label.text() for label in question.findChildren(QLabel))
        assert "The library file is damaged" in words
        assert "1 document" in words
        assert [one.text() for one in question.findChildren(QPushButton)] == ["Cancel", "Repair"]
        button(question, "Repair").click()
        told = await dialog_of(desk, QuestionDialog)
        await until(lambda: button(told, "Continue").isVisible())
        button(told, "Continue").click()
        await until(lambda: all_are(desk, DocumentState.READY, 1))
    assert list(folder.glob("library.damaged-*.sqlite3"))
