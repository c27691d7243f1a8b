"""What can be done with the chosen documents, as a menu: the keyboard's way to everything that a row offers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from core.types import DocumentState
from desktop.document_action import DocumentAction, action_text
from desktop.library.document_model import DocumentFilterModel, DocumentRole

_QUEUE_ACTIONS = (
    (DocumentAction.FIRST, ""),
    (DocumentAction.UP, "\tAlt+Up"),
    (DocumentAction.DOWN, "\tAlt+Down"),
    (DocumentAction.LAST, ""),
)


class DocumentMenu(QMenu):
    """Offers only what some of the documents can take, and asks it of those that can.

    Signals:
        document_opened: a document's id.
        action_requested: a `DocumentAction`, list[str] of ids.
        new_collection_requested: list[str] of ids.
        documents_assigned, documents_unassigned: a collection's name, list[str] of ids.
        documents_tagged, documents_untagged: a tag, list[str] of ids.
        new_tag_requested: list[str] of ids.
    """

    document_opened = Signal(str)
    action_requested = Signal(object, list)
    new_collection_requested = Signal(list)
    documents_assigned = Signal(str, list)
    documents_unassigned = Signal(str, list)
    documents_tagged = Signal(str, list)
    documents_untagged = Signal(str, list)
    new_tag_requested = Signal(list)

    def __init__(
        self, documents: DocumentFilterModel, ids: Sequence[str], collections: Sequence[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._rows = [documents.documents.index_of(document_id) for document_id in ids]
        self._ids = list(ids)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(self._ids) == 1:
            self._add_single_actions(self._ids[0])
        self._add_whole_document_actions()
        self._add_job_actions()
        self.addSeparator()
        self._add_collection_actions(collections, documents.collection)
        self._add_tag_actions(documents.documents.tags)
        if len(self._ids) == 1:
            self._add_action(DocumentAction.REVEAL, self._ids)
        self.addSeparator()
        self._add_action(DocumentAction.REMOVE, self._ids, self.tr("Remove from library\tDel"))

    def _add_single_actions(self, document_id: str) -> None:
        row = self._rows[0]
        if row.data(DocumentRole.STATE) == DocumentState.NEEDS_PASSWORD:
            self._add_action(DocumentAction.UNLOCK, self._ids, self.tr("Unlock…"))
        else:
            self.addAction(self.tr("Open\tEnter")).triggered.connect(lambda: self.document_opened.emit(document_id))
        self._add_action(DocumentAction.DETAILS, self._ids, self.tr("Details…"))
        if row.data(DocumentRole.MISSING):
            self._add_action(DocumentAction.LOCATE, self._ids)

    def _add_whole_document_actions(self) -> None:
        """What takes all of a document; nothing where nothing of it has been read."""
        readable = [one for one, row in zip(self._ids, self._rows, strict=True) if row.data(DocumentRole.PAGES_DONE)]
        if len(self._ids) == 1 and readable:
            self._add_action(DocumentAction.SUMMARISE, readable)
            self._add_action(DocumentAction.OUTLINE, readable)
        if len(self._ids) == 2 and len(readable) == 2:
            self._add_action(DocumentAction.COMPARE, readable)
        if len(readable) > 1:
            self._add_action(DocumentAction.ASK_EACH, readable)

    def _add_job_actions(self) -> None:
        working = self._ids_where(DocumentRole.CAN_CANCEL)
        stopped = self._ids_where(DocumentRole.CAN_RESUME)
        for action, ids in (
            (DocumentAction.PAUSE, working),
            (DocumentAction.STOP, working),
            (DocumentAction.RESUME, stopped),
            (DocumentAction.RETRY, self._ids_where(DocumentRole.CAN_RETRY)),
        ):
            if ids:
                self._add_action(action, ids)
        if working:
            self.addSeparator()
            for action, keys in _QUEUE_ACTIONS:
                self._add_action(action, working, action_text(action) + keys)

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

    def _add_tag_actions(self, tags: Sequence[str]) -> None:
        """Each tag with a mark where all of the documents have it; choosing it gives it to all, or takes it."""
        menu = self.addMenu(self.tr("Tags"))
        for tag in tags:
            on_all = all(tag in row.data(DocumentRole.TAGS) for row in self._rows)
            action = menu.addAction(tag.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(on_all)
            signal = self.documents_untagged if on_all else self.documents_tagged
            action.triggered.connect(lambda _checked=False, tag=tag, signal=signal: signal.emit(tag, self._ids))
        menu.addSeparator()
        menu.addAction(self.tr("New tag…")).triggered.connect(lambda: self.new_tag_requested.emit(self._ids))

    def _add_action(self, action: DocumentAction, ids: list[str], text: str = "") -> None:
        entry = self.addAction(text or action_text(action))
        entry.triggered.connect(lambda: self.action_requested.emit(action, ids))

    def _ids_where(self, role: DocumentRole) -> list[str]:
        return [document_id for document_id, row in zip(self._ids, self._rows, strict=True) if row.data(role)]
