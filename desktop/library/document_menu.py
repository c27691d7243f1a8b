"""What can be done with the chosen documents, as a menu: the keyboard's way to everything that a row offers."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from core.types import DocumentState
from desktop.library.document_model import DocumentFilterModel, DocumentRole


class DocumentMenu(QMenu):
    """Offers only what some of the documents can take, and asks it of those that can.

    Signals:
        document_opened, unlock_requested, reveal_requested: a document's id.
        cancel_requested, retry_requested, remove_requested, new_collection_requested: list[str] of ids.
        documents_assigned, documents_unassigned: a collection's name, list[str] of ids.
    """

    document_opened = Signal(str)
    unlock_requested = Signal(str)
    reveal_requested = Signal(str)
    cancel_requested = Signal(list)
    retry_requested = Signal(list)
    remove_requested = Signal(list)
    new_collection_requested = Signal(list)
    documents_assigned = Signal(str, list)
    documents_unassigned = Signal(str, list)

    def __init__(
        self, documents: DocumentFilterModel, ids: Sequence[str], collections: Sequence[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._rows = [documents.documents.index_of(document_id) for document_id in ids]
        self._ids = list(ids)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(self._ids) == 1:
            self._add_single_actions(self._ids[0])
        self._add_job_actions()
        self.addSeparator()
        self._add_collection_actions(collections, documents.collection)
        if len(self._ids) == 1:
            name = self.tr("Show in Finder") if sys.platform == "darwin" else self.tr("Show in folder")
            self.addAction(name).triggered.connect(lambda: self.reveal_requested.emit(self._ids[0]))
        self.addSeparator()
        self.addAction(self.tr("Remove from library\tDel")).triggered.connect(
            lambda: self.remove_requested.emit(self._ids)
        )

    def _add_single_actions(self, document_id: str) -> None:
        state = self._rows[0].data(DocumentRole.STATE)
        if state == DocumentState.NEEDS_PASSWORD:
            self.addAction(self.tr("Unlock…")).triggered.connect(lambda: self.unlock_requested.emit(document_id))
        else:
            self.addAction(self.tr("Open\tEnter")).triggered.connect(lambda: self.document_opened.emit(document_id))

    def _add_job_actions(self) -> None:
        working = self._ids_where(DocumentRole.CAN_CANCEL)
        if working:
            self.addAction(self.tr("Stop")).triggered.connect(lambda: self.cancel_requested.emit(working))
        stopped = self._ids_where(DocumentRole.CAN_RETRY)
        if stopped:
            paused = all(row.data(DocumentRole.STATE) != DocumentState.FAILED for row in self._rows)
            name = self.tr("Resume") if paused else self.tr("Retry")
            self.addAction(name).triggered.connect(lambda: self.retry_requested.emit(stopped))

    def _add_collection_actions(self, collections: Sequence[str], shown: str | None) -> None:
        menu = self.addMenu(self.tr("Add to collection"))
        for name in collections:
            # An ampersand in a name is no mnemonic.
            action = menu.addAction(name.replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, name=name: self.documents_assigned.emit(name, self._ids))
            action.setEnabled(not all(name in row.data(DocumentRole.COLLECTIONS) for row in self._rows))
        menu.addSeparator()
        menu.addAction(self.tr("New collection…")).triggered.connect(
            lambda: self.new_collection_requested.emit(self._ids)
        )
        if shown is not None:
            title = self.tr("Remove from “{name}”").format(name=shown.replace("&", "&&"))
            self.addAction(title).triggered.connect(lambda: self.documents_unassigned.emit(shown, self._ids))

    def _ids_where(self, role: DocumentRole) -> list[str]:
        return [document_id for document_id, row in zip(self._ids, self._rows, strict=True) if row.data(role)]
