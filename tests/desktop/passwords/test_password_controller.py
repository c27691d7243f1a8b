"""Passwords in the whole window: real encrypted files, and a keyring in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from PySide6.QtTest import QTest
from real_desk import OpenDesk, all_are, button, dialog_of, drop, states, until

from core.types import DocumentState
from desktop.app import Desk
from desktop.dialogs import QuestionDialog
from desktop.document_action import DocumentAction
from desktop.passwords.password_dialog import PasswordDialog


class MemoryKeyring:
    """A keyring that lasts as long as the test."""

    def __init__(self, *, available: bool = True) -> None:
        self.kept: dict[str, str] = {}
        self.recalled: list[str] = []
        self.takes = True
        self._available = available

    def is_available(self) -> bool:
        return self._available

    def remember(self, document: str, password: str) -> bool:
        if self.takes:
            self.kept[document] = password
        return self.takes

    def recall(self, document: str) -> str | None:
        self.recalled.append(document)
        return self.kept.get(document)

    def forget(self, document: str) -> None:
        self.kept.pop(document, None)


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def locked(tmp_path: Path, data: Path) -> Path:
    """Return a folder of five files: two open with "one", two with "two", one with "three"."""
    folder = tmp_path / "locked"
    folder.mkdir()
    for name, password in (("a", "one"), ("b", "one"), ("c", "two"), ("d", "two"), ("e", "three")):
        writer = PdfWriter(clone_from=PdfReader(data / "text_two_pages.pdf"))
        writer.add_metadata({"/Title": f"Lease {name}"})
        writer.encrypt(password, algorithm="AES-256")
        writer.write(folder / f"{name}.pdf")
    return folder


async def enter(desk: Desk, dialog: PasswordDialog, password: str) -> None:
    dialog.field.clear()
    QTest.keyClicks(dialog.field, password)
    dialog._try.click()
    await until(lambda: not desk.files.passwords._trying)


async def test_one_password_is_tried_on_all(open_desk: OpenDesk, keyring: MemoryKeyring, locked: Path) -> None:
    async with open_desk(keyring=keyring) as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, locked)
        await until(lambda: all_are(desk, DocumentState.NEEDS_PASSWORD, 5))
        desk.library_panel.action_requested.emit(DocumentAction.UNLOCK, [desk.library.documents[0].id])
        dialog = await dialog_of(desk, PasswordDialog)
        assert len(dialog.documents) == 5
        await enter(desk, dialog, "one")
        assert dialog._result.text() == "2 of 5 opened. 3 still need another password."
        assert len(dialog.documents) == 3
        await enter(desk, dialog, "nothing")
        assert dialog._result.text() == "That password opens none of them."
        dialog._remember.setChecked(True)
        await enter(desk, dialog, "two")
        assert dialog._result.text() == "2 of 3 opened. 1 still needs another password."
        assert dialog.isVisible()
        await enter(desk, dialog, "three")
        assert not dialog.isVisible()
        await until(lambda: all_are(desk, DocumentState.READY, 5))
        assert sorted(keyring.kept.values()) == ["three", "two", "two"]
        assert len(desk.files.passwords.passwords) == 5


async def test_what_is_remembered_is_tried_by_itself(
    open_desk: OpenDesk, keyring: MemoryKeyring, folder: Path, data: Path
) -> None:
    async with open_desk(keyring=keyring) as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "encrypted_user.pdf")
        await until(lambda: all_are(desk, DocumentState.NEEDS_PASSWORD, 1))
        document = desk.library.documents[0].id
        assert keyring.recalled == [document]
        keyring.kept[document] = "lamp"
    async with open_desk(keyring=keyring) as desk:  # it waited, and is tried at the start
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        desk.library_panel.document_opened.emit(document)
        assert desk.viewer.view.isVisible(), "what fitted opens it in the viewer too"
        desk.library_panel.action_requested.emit(DocumentAction.REMOVE, [document])
        button(await dialog_of(desk, QuestionDialog), "Remove").click()
        await until(lambda: keyring.kept == {})
        await until(lambda: desk.library.documents == [])
        keyring.kept[document] = "wrong by now"
        drop(desk.empty, data / "encrypted_user.pdf")
        await until(lambda: all_are(desk, DocumentState.NEEDS_PASSWORD, 1))
    assert document not in desk.files.passwords.passwords


async def test_a_ready_document_is_unlocked_for_the_viewer_and_stays_ready(
    open_desk: OpenDesk, folder: Path, data: Path
) -> None:
    async with open_desk(keyring=MemoryKeyring(available=False)) as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "encrypted_user.pdf")
        await until(lambda: all_are(desk, DocumentState.NEEDS_PASSWORD, 1))
        desk.library_panel.action_requested.emit(DocumentAction.UNLOCK, [desk.library.documents[0].id])
        dialog = await dialog_of(desk, PasswordDialog)
        assert not dialog._remember.isVisible()
        await enter(desk, dialog, "lamp")
        await until(lambda: all_are(desk, DocumentState.READY, 1))
    keyring = MemoryKeyring()
    async with open_desk(keyring=keyring) as desk:
        document = desk.library.documents[0].id
        desk.library_panel.document_opened.emit(document)
        assert desk.viewer.message.isVisible()
        button(desk.viewer.message, "Unlock").click()
        dialog = await dialog_of(desk, PasswordDialog)
        await enter(desk, dialog, "wrong")
        assert dialog._result.text() == "That password does not open it."
        assert states(desk) == {"encrypted_user.pdf": DocumentState.READY}
        dialog._remember.setChecked(True)
        keyring.takes = False
        await enter(desk, dialog, "lamp")
        assert not dialog.isVisible()
        assert desk.viewer.view.isVisible()
        assert desk.window.notice.accessibleName() == "The system’s keyring did not take the password."


async def test_the_viewer_takes_what_is_remembered(
    open_desk: OpenDesk, keyring: MemoryKeyring, folder: Path, data: Path
) -> None:
    async with open_desk(keyring=keyring) as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "encrypted_user.pdf")
        await until(lambda: all_are(desk, DocumentState.NEEDS_PASSWORD, 1))
        document = desk.library.documents[0].id
        desk.files.passwords.prompt()
        await enter(desk, await dialog_of(desk, PasswordDialog), "lamp")
        await until(lambda: all_are(desk, DocumentState.READY, 1))
    keyring.kept[document] = "lamp"
    async with open_desk(keyring=keyring) as desk:
        desk.library_panel.document_opened.emit(document)
        button(desk.viewer.message, "Unlock").click()
        await until(desk.viewer.view.isVisible)
        assert not desk.files.password_dialog.isVisible()


async def test_paused_work_is_no_wrong_password(open_desk: OpenDesk, keyring: MemoryKeyring, data: Path) -> None:
    async with open_desk(keyring=keyring) as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "encrypted_user.pdf")
        await until(lambda: all_are(desk, DocumentState.NEEDS_PASSWORD, 1))
        desk.files.ingest.pause_all()
        desk.files.passwords.prompt()
        dialog = await dialog_of(desk, PasswordDialog)
        await enter(desk, dialog, "lamp")
        assert dialog._result.text() == "Reading is paused. Resume it, and then try the password."


async def test_a_locked_document_goes_on_after_a_pause(open_desk: OpenDesk, keyring: MemoryKeyring, data: Path) -> None:
    async with open_desk(keyring=keyring) as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "encrypted_user.pdf")
        await until(lambda: all_are(desk, DocumentState.NEEDS_PASSWORD, 1))
        document = desk.library.documents[0].id
        desk.files.passwords.passwords[document] = "lamp"
        desk.files.ingest.retry([document])
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        desk.files.ingest.recognise(document, [0])
        desk.files.ingest.pause([document])
        await until(lambda: all_are(desk, DocumentState.PAUSED, 1))
        desk.files.ingest.resume([document])  # without its password: it asks for it, and gets it by itself
        await until(lambda: all_are(desk, DocumentState.READY, 1))
