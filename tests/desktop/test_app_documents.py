"""Documents in the whole window: real workers, a real library, real drops."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget
from real_desk import OpenDesk, all_are, button, dialog_of, drop, mime_of, states, until

from core.types import DocumentState, IngestProgress, OverallProgress, Scope
from desktop.app import SAMPLE_QUESTIONS
from desktop.dialogs import QuestionDialog
from desktop.document_action import DocumentAction
from desktop.health.report_dialog import ReportDialog
from desktop.library.collection_list import CollectionList
from desktop.library.document_list import DocumentList
from desktop.library.document_model import DocumentRole
from desktop.passwords.password_dialog import PasswordDialog

TITLE = "The Lamplighter’s Handbook: a guide to the street lamps of Port Ellery"


def says(widget: QWidget, words: str) -> bool:
    """Tell whether a label that can be seen holds some words."""
    return any(words in label.text() for label in widget.findChildren(QLabel) if label.isVisible())


async def test_an_empty_library_takes_the_first_drop(open_desk: OpenDesk, sample: Path) -> None:
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        progress: list[IngestProgress] = []
        overall: list[OverallProgress] = []
        desk.events.progressed.connect(progress.extend)
        desk.events.overall_progressed.connect(overall.append)

        drop(desk.empty, sample)

        await until(lambda: desk.chat_panel.isVisible() and not desk.empty.isVisible())
        await until(lambda: says(desk.footer, "Adding"))
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        await until(lambda: says(desk.footer, "1\u00a0file") or says(desk.footer, "8\u00a0pages"))
        assert progress[-1].state is DocumentState.READY
        assert (progress[-1].pages_done, progress[-1].pages_total) == (8, 8)
        assert overall[-1].is_idle
        assert desk.documents.index(0).data(DocumentRole.TITLE) == TITLE


async def test_the_sample_is_a_click_away_and_suggests_questions(open_desk: OpenDesk) -> None:
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        button(desk.empty, "Try the sample document").click()
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        suggestions = [one for one in desk.chat_panel.findChildren(QPushButton) if one.objectName() == "suggestion"]
        assert [one.text() for one in suggestions if one.isVisible()] == list(SAMPLE_QUESTIONS)


async def test_the_chat_takes_drops_too_and_folders_are_walked(open_desk: OpenDesk, lamps: Path, data: Path) -> None:
    async with open_desk() as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        drop(desk.chat_panel.composer, data)
        await until(lambda: len(states(desk)) > 8 and all(state.is_final for state in states(desk).values()), 60)
        by_name = states(desk)
        assert by_name["text_two_pages.pdf"] is DocumentState.READY
        assert by_name["encrypted_user.pdf"] is DocumentState.NEEDS_PASSWORD
        assert by_name["zero_bytes.pdf"] is DocumentState.FAILED

        waiting = [name for name, state in by_name.items() if state is not DocumentState.READY]
        await until(lambda: says(desk.footer, f"{len(waiting)}\u00a0need"))
        button(desk.footer, "Show").click()
        report = await dialog_of(desk, ReportDialog)
        assert says(report, f"of {len(states(desk))} documents are ready")
        button(report, "Show in the list").click()
        shown = desk.library_panel.findChild(DocumentList)
        assert shown is not None
        assert not report.isVisible()
        assert shown.model().rowCount() == len(waiting)


async def test_what_is_no_pdf_is_named(open_desk: OpenDesk, tmp_path: Path) -> None:
    notes = tmp_path / "notes.xyz"
    notes.write_text("Not a PDF.")
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, notes)
        await until(desk.window.notice.isVisible)
        assert desk.window.notice.accessibleName().startswith("notes.xyz was not added.")
        assert desk.empty.isVisible()


async def test_files_are_pasted_wherever_the_keyboard_is(open_desk: OpenDesk, lamps: Path, data: Path) -> None:
    async with open_desk() as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        desk.window.activateWindow()
        desk.chat_panel.focus_composer()
        await until(lambda: QApplication.focusWidget() is not None)
        QGuiApplication.clipboard().setMimeData(mime_of(data / "labels.pdf"))
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: all_are(desk, DocumentState.READY, 2))
        assert desk.chat_panel.composer.text == ""


async def test_files_are_pasted_into_an_empty_library(open_desk: OpenDesk, data: Path) -> None:
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        desk.window.activateWindow()
        choose = button(desk.empty, "Choose files…")
        choose.setFocus()
        await until(choose.hasFocus)
        QGuiApplication.clipboard().setMimeData(mime_of(data / "labels.pdf"))
        QTest.keyClick(choose, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: all_are(desk, DocumentState.READY, 1))


async def test_files_are_chosen_in_a_dialog(open_desk: OpenDesk, data: Path) -> None:
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        button(desk.empty, "Choose files…").click()
        dialog = await dialog_of(desk, QFileDialog)
        dialog.reject()
        await until(lambda: not dialog.isVisible())
        assert desk.empty.isVisible()

        button(desk.empty, "Choose files…").click()
        dialog = await dialog_of(desk, QFileDialog)
        field = dialog.findChild(QLineEdit)
        assert field is not None
        field.setText(str(data / "labels.pdf"))
        dialog.accept()
        await until(lambda: states(desk) == {"labels.pdf": DocumentState.READY})


async def test_a_password_unlocks(open_desk: OpenDesk, data: Path) -> None:
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "encrypted_user.pdf")
        await until(lambda: all_are(desk, DocumentState.NEEDS_PASSWORD, 1))
        document = desk.library.documents[0].id
        assert desk.documents.index_of(document).data(DocumentRole.ACTION) == DocumentAction.UNLOCK

        desk.library_panel.action_requested.emit(DocumentAction.UNLOCK, [document])
        dialog = await dialog_of(desk, PasswordDialog)
        QTest.keyClicks(dialog.field, "wrong")
        button(dialog, "Unlock").click()
        await until(lambda: says(dialog, "That password does not open it."))
        await until(lambda: all_are(desk, DocumentState.NEEDS_PASSWORD, 1))
        assert dialog.isVisible()
        dialog.close()

        desk.library_panel.document_opened.emit(document)
        assert desk.viewer.message.isVisible()
        button(desk.viewer.message, "Unlock").click()
        dialog = await dialog_of(desk, PasswordDialog)
        QTest.keyClicks(dialog.field, "lamp")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        await until(desk.viewer.view.isVisible)
        assert not dialog.isVisible()


async def test_a_document_is_removed_only_when_that_is_confirmed(
    open_desk: OpenDesk, lamps: Path, sample: Path
) -> None:
    async with open_desk() as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        document = desk.library.documents[0].id
        desk.library_panel.document_opened.emit(document)
        assert desk.window.viewer_is_shown

        desk.library_panel.action_requested.emit(DocumentAction.REMOVE, [document])
        (await dialog_of(desk, QuestionDialog)).reject()
        desk.library_panel.action_requested.emit(DocumentAction.REMOVE, [document])
        await until(lambda: len(desk.window.findChildren(QuestionDialog)) == 1)
        assert desk.library.documents

        dialog = await dialog_of(desk, QuestionDialog)
        assert dialog.windowTitle() == f"Remove “{TITLE}”?"
        button(dialog, "Remove").click()
        await until(desk.empty.isVisible)
        assert desk.library.documents == []
        assert not desk.window.viewer_is_shown
        assert sample.exists()  # noqa: ASYNC240


async def test_a_collection_is_made_filled_asked_and_dissolved(open_desk: OpenDesk, lamps: Path) -> None:
    async with open_desk() as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        document = desk.library.documents[0].id
        panel = desk.library_panel
        panel.collection_create_requested.emit("Lamps")
        await until(lambda: "Lamps" in desk.collections.names)
        panel.documents_assigned.emit("Lamps", [document])
        await until(lambda: desk.library.documents[0].collections == ("Lamps",))

        shown = panel.findChild(CollectionList)
        assert shown is not None
        shown.setCurrentIndex(desk.collections.index_of("Lamps"))
        assert panel.collection == "Lamps"
        assert desk.chat.scope == Scope((), ("Lamps",))
        button(desk.chat_panel.composer, "Asking Lamps · 1 document").click()
        assert panel.collection is None
        assert desk.chat.scope == Scope()

        desk.chat_panel.collection_chosen.emit("Lamps")  # in the composer's menu
        assert panel.collection == "Lamps"
        assert desk.chat.scope == Scope((), ("Lamps",))
        desk.chat_panel.collection_chosen.emit(None)
        assert (panel.collection, desk.chat.scope) == (None, Scope())

        shown.setCurrentIndex(desk.collections.index_of("Lamps"))
        panel.documents_unassigned.emit("Lamps", [document])
        await until(lambda: desk.library.documents[0].collections == ())
        panel.collection_remove_requested.emit("Lamps")
        await until(lambda: "Lamps" not in desk.collections.names)
        assert desk.chat.scope == Scope()
        assert all_are(desk, DocumentState.READY, 1)
