"""Conversations as a whole: renamed, found, branched, deleted and brought back, written to files."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from core.answering.conversations import ConversationStore, Removed
from core.answering.export.exporting import ExportKind, kind_of, write_file, written
from core.answering.export.transcript import Transcript, transcript_of
from desktop.chat.chat_controller import ChatController
from desktop.chat.chat_panel import ChatPanel
from desktop.conversations.export_dialog import choose_export_target
from desktop.conversations.pdf_writer import to_pdf
from desktop.document_action import DocumentAction, action_text
from desktop.library.library_panel import LibraryPanel
from desktop.main_window import MainWindow
from desktop.tasks import Tasks
from desktop.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class ConversationPanes:
    """What of the window shows conversations."""

    window: MainWindow
    library: LibraryPanel
    chat: ChatPanel


class ConversationController(QObject):
    """Stands between what is asked of conversations and their store; `ChatController` answers in the open one."""

    def __init__(
        self, theme: Theme, panes: ConversationPanes, chat: ChatController, tasks: Tasks, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._window, self._panel, self._transcript = panes.window, panes.library, panes.chat.transcript
        self._menu = panes.chat.header.conversation_menu
        self._chat = chat
        self._tasks = tasks
        self._store: ConversationStore | None = None
        panel = panes.library
        panel.conversation_renamed.connect(self._on_renamed)
        panel.conversation_searched.connect(self._on_searched)
        panel.conversation_found_opened.connect(self._on_found_opened)
        panel.conversation_export_requested.connect(self.export)
        panel.conversation_remove_requested.connect(self.remove)
        self._transcript.question_edited.connect(self._on_question_edited)
        self._transcript.branch_chosen.connect(self._on_branch_chosen)
        self._transcript.again_menu.model_chosen.connect(self._on_model_chosen)
        self._menu.rename_requested.connect(self._on_rename_requested)
        self._menu.export_requested.connect(self._on_export_requested)
        self._menu.remove_requested.connect(self._on_remove_requested)
        chat.conversation_changed.connect(self._on_conversation_changed)
        self._on_conversation_changed()

    def attach(self, store: ConversationStore) -> None:
        """Begin to work with an open library."""
        self._store = store

    @Slot(int)
    def remove(self, conversation: int) -> None:
        """Delete a conversation, and offer to bring it back."""
        if self._store is not None:
            self._tasks.start(self._remove(self._store, conversation))

    @Slot(int)
    def export(self, conversation: int) -> None:
        """Write a conversation to a file that the person chooses: the branch that is shown."""
        if self._store is not None:
            self._tasks.start(self._export(self._store, conversation))

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _rename(self, store: ConversationStore, conversation: int, title: str) -> None:
        await asyncio.to_thread(store.rename, conversation, title)
        await self._chat.reload()

    async def _search(self, store: ConversationStore, text: str) -> None:
        self._panel.set_found_conversations(text, await asyncio.to_thread(store.search, text))

    async def _open_found(self, store: ConversationStore, conversation: int, message: int | None) -> None:
        """Open a conversation at a message, on whatever branch that lies."""
        self._window.close_drawer()
        is_shown = self._transcript.reveal(message) if message is not None else self._is_open(conversation)
        if is_shown:
            return
        await self._chat.settle()
        if message is not None:
            await asyncio.to_thread(_show, store, conversation, message)
        await self._chat.reload(conversation)
        if message is not None:
            self._transcript.reveal(message)

    def _is_open(self, conversation: int) -> bool:
        return self._chat.conversation is not None and self._chat.conversation.id == conversation

    async def _show_branch(self, store: ConversationStore, conversation: int, message: int) -> None:
        await self._chat.settle()
        await asyncio.to_thread(store.show_branch, message)
        await self._chat.reload(conversation)
        self._transcript.stay_at(message)

    async def _remove(self, store: ConversationStore, conversation: int) -> None:
        if self._is_open(conversation):
            await self._chat.settle()
            self._chat.start_conversation()
        removed = await asyncio.to_thread(store.remove, conversation)
        await self._chat.reload()
        if removed is not None:
            self._window.notice.tell(
                self.tr("“{title}” was deleted.").format(title=removed.title),
                self.tr("Undo"),
                lambda: self._tasks.start(self._restore(store, removed)),
            )

    async def _restore(self, store: ConversationStore, removed: Removed) -> None:
        await asyncio.to_thread(store.restore, removed)
        await self._chat.reload(int(removed.conversation["id"]))

    async def _export(self, store: ConversationStore, number: int) -> None:
        transcript = await asyncio.to_thread(_transcript, store, number)
        if transcript is None:
            return
        path = await choose_export_target(self._theme, self._window, transcript.title)
        if path is None:
            return
        await asyncio.to_thread(_write, transcript, path)
        self._window.notice.tell(
            self.tr("The conversation is in “{name}”.").format(name=path.name),
            action_text(DocumentAction.REVEAL),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
        )

    # ── what the panes tell ──────────────────────────────────────────────────────────────────────────────────────

    @Slot(int, str)
    def _on_renamed(self, conversation: int, title: str) -> None:
        if self._store is not None:
            self._tasks.start(self._rename(self._store, conversation, title))

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        if self._store is not None:
            self._tasks.start(self._search(self._store, text))

    @Slot(int, object)
    def _on_found_opened(self, conversation: int, message: int | None) -> None:
        if self._store is not None:
            self._tasks.start(self._open_found(self._store, conversation, message))

    @Slot(int, str)
    def _on_question_edited(self, message: int, question: str) -> None:
        self._tasks.start(self._chat.ask_instead(message, question))

    @Slot(int)
    def _on_branch_chosen(self, message: int) -> None:
        if self._store is not None and self._chat.conversation is not None:
            self._tasks.start(self._show_branch(self._store, self._chat.conversation.id, message))

    @Slot(int, str)
    def _on_model_chosen(self, message: int, model: str) -> None:
        self._tasks.start(self._chat.answer_again(message, model))

    @Slot()
    def _on_rename_requested(self) -> None:
        if self._chat.conversation is not None:
            self._window.show_library()
            self._panel.edit_conversation(self._chat.conversation.id)

    @Slot()
    def _on_export_requested(self) -> None:
        if self._chat.conversation is not None:
            self.export(self._chat.conversation.id)

    @Slot()
    def _on_remove_requested(self) -> None:
        if self._chat.conversation is not None:
            self.remove(self._chat.conversation.id)

    @Slot()
    def _on_conversation_changed(self) -> None:
        self._menu.set_offered(self._chat.conversation is not None)


def _show(store: ConversationStore, conversation: int, message: int) -> None:
    """Let a message be on the branch shown; where it is already, nothing changes."""
    if all(shown.id != message for shown in store.messages(conversation)):
        store.show_branch(message)


def _transcript(store: ConversationStore, number: int) -> Transcript | None:
    conversation = next((one for one in store.conversations() if one.id == number), None)
    return None if conversation is None else transcript_of(conversation, store.messages(number))


def _write(transcript: Transcript, path: Path) -> None:
    kind = kind_of(path)
    write_file(path, to_pdf(transcript) if kind is ExportKind.PDF else written(transcript, kind))
