"""Passwords asked for, tried, remembered and forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from core.ingest.ingestor import Ingestor
from core.types import Document, DocumentState, IngestProgress
from desktop.library.document_model import DocumentModel, DocumentRole
from desktop.library.ingest_events import IngestEvents
from desktop.passwords.password_dialog import PasswordDialog
from desktop.passwords.trying import Tried, fits, try_password
from desktop.tasks import Tasks


class Keyring(Protocol):
    """Where passwords can be remembered; each call may take a moment, so it is made on a thread."""

    def is_available(self) -> bool:
        """True where there is one."""
        ...

    def remember(self, document: str, password: str) -> bool:
        """Keep a document's password; False when it is not taken."""
        ...

    def recall(self, document: str) -> str | None:
        """The password kept for a document."""
        ...

    def forget(self, document: str) -> None:
        """Delete it."""
        ...


class PasswordController(QObject):
    """Opens the prompt, tries what is entered, and tries what is remembered by itself.

    Attributes:
        passwords: that fitted in this session, by document; never written down here.

    Signals:
        unlocked: a password fitted: document id, password.
        noticed: a sentence for the person.
    """

    unlocked = Signal(str, str)
    noticed = Signal(str)

    def __init__(
        self,
        dialog: PasswordDialog,
        documents: DocumentModel,
        events: IngestEvents,
        tasks: Tasks,
        keyring: Keyring,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._dialog = dialog
        self._documents = documents
        self._tasks = tasks
        self._keyring = keyring
        self._ingestor: Ingestor | None = None
        self._has_keyring = False
        self._recalled: set[str] = set()  # from the keyring
        self._being_tried: set[str] = set()  # with what is known of them
        self._asked: list[str] = []  # documents that were read already and are locked for the viewer only
        self._trying = False
        self.passwords: dict[str, str] = {}
        dialog.password_entered.connect(self._on_password_entered)
        events.progressed.connect(self._on_progressed)

    async def attach(self, ingestor: Ingestor) -> None:
        """Begin to work with an open library; what waits is tried with what is remembered."""
        self._ingestor = ingestor
        self._has_keyring = await asyncio.to_thread(self._keyring.is_available)
        self._dialog.set_remember_offered(self._has_keyring)
        self._recall([document.id for document in self._waiting()])

    def prompt(self, document: str | None = None) -> None:
        """Ask for passwords of all that wait, and of a document that is locked for the viewer only."""
        self._asked = [document] if document is not None else []
        self._dialog.set_documents(self._listed())
        self._dialog.begin()

    async def recall(self, document: str) -> str | None:
        """The password of a document, by this session or by the keyring."""
        if document not in self.passwords and self._has_keyring:
            password = await asyncio.to_thread(self._keyring.recall, document)
            if password is not None:
                self.passwords[document] = password
        return self.passwords.get(document)

    def forget(self, documents: Sequence[str]) -> None:
        """Forget passwords of documents that went."""
        for document in documents:
            self.passwords.pop(document, None)
        if self._has_keyring:
            self._tasks.start(asyncio.to_thread(self._forget, list(documents)))

    @Slot()
    def refresh(self) -> None:
        """List again what waits, while the prompt is open; it goes when nothing waits any more."""
        if not self._dialog.isVisible() or self._trying:
            return
        listed = self._listed()
        if listed:
            self._dialog.set_documents(listed)
        elif not any(self._is_being_opened(document) for document in self._dialog.documents):
            self._dialog.close()

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _waiting(self) -> list[Document]:
        """What waits for a password that is not known yet."""
        return [
            document
            for document in self._documents.documents()
            if document.id not in self.passwords
            and self._documents.index_of(document.id).data(DocumentRole.STATE) == DocumentState.NEEDS_PASSWORD
        ]

    def _listed(self) -> list[Document]:
        waiting = self._waiting()
        known = {document.id for document in waiting}
        asked = [self._documents.document(one) for one in self._asked if one not in known]
        return [document for document in asked if document is not None] + waiting

    def _is_being_opened(self, document: str) -> bool:
        """True while it is not known yet whether a password fits."""
        return bool(self._documents.index_of(document).data(DocumentRole.STATE) == DocumentState.QUEUED)

    async def _try(self, ingestor: Ingestor, password: str, *, remember: bool) -> None:
        known = [self._documents.document(one) for one in self._dialog.documents]
        listed = [document for document in known if document is not None]
        try:
            tried = await self._try_on_all(ingestor, listed, password)
            self._asked = [one for one in self._asked if one not in tried.opened]
            for document in tried.opened:
                self._take(document, password)
            if remember:
                await self._remember(tried.opened, password)
        finally:
            self._trying = False
        self._dialog.show_result(len(tried.opened), len(tried.refused), len(tried.untried))
        if tried.refused or tried.untried:
            left = {*tried.refused, *tried.untried}
            self._dialog.set_documents([document for document in listed if document.id in left])
        else:
            self._dialog.close()

    async def _try_on_all(self, ingestor: Ingestor, documents: Sequence[Document], password: str) -> Tried:
        """Try a password; a document that was read already is only looked into, so that it stays ready."""
        viewed = [one for one in documents if one.id in self._asked and one.state is DocumentState.READY]
        waiting = [one.id for one in documents if one not in viewed]
        opened = tuple(document.id for document in viewed if fits(Path(document.path), password))
        refused = tuple(document.id for document in viewed if document.id not in opened)
        tried = await try_password(ingestor, waiting, password)
        return Tried(opened + tried.opened, refused + tried.refused, tried.untried)

    def _take(self, document: str, password: str) -> None:
        self.passwords[document] = password
        self.unlocked.emit(document, password)

    async def _remember(self, documents: Sequence[str], password: str) -> None:
        for document in documents:
            if not await asyncio.to_thread(self._keyring.remember, document, password):
                self.noticed.emit(self.tr("The system’s keyring did not take the password."))
                return

    def _recall(self, documents: Sequence[str]) -> None:
        """Try what is known of documents: of this session as often as they ask, of the keyring once in a session."""
        if self._ingestor is None:
            return
        for document in documents:
            is_known = document in self.passwords or (self._has_keyring and document not in self._recalled)
            if is_known and document not in self._being_tried:
                self._being_tried.add(document)
                self._tasks.start(self._try_known(self._ingestor, document))

    async def _try_known(self, ingestor: Ingestor, document: str) -> None:
        try:
            password = self.passwords.get(document)
            if password is None:
                self._recalled.add(document)
                password = await asyncio.to_thread(self._keyring.recall, document)
            if password is None:
                return
            tried = await try_password(ingestor, [document], password)
            if document in tried.opened:
                self._take(document, password)
            elif document in tried.refused:
                self.passwords.pop(document, None)
        finally:
            self._being_tried.discard(document)

    def _forget(self, documents: Sequence[str]) -> None:
        for document in documents:
            self._keyring.forget(document)

    # ── news ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot(str, bool)
    def _on_password_entered(self, password: str, remember: bool) -> None:
        if self._ingestor is not None and not self._trying:
            self._trying = True
            self._dialog.set_trying()
            self._tasks.start(self._try(self._ingestor, password, remember=remember))

    @Slot(list)
    def _on_progressed(self, progress: list[IngestProgress]) -> None:
        self._recall([told.document for told in progress if told.state is DocumentState.NEEDS_PASSWORD])
