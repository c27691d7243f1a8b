"""The documents of the library as rows with named roles, and the filter that the pane lays over them."""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QObject, QSortFilterProxyModel, Qt
from PySide6.QtGui import QImage

from core.types import Document, DocumentState, IngestProgress
from desktop.document_action import DocumentAction
from desktop.keyed_list_model import KeyedListModel, ModelIndex
from desktop.wording import document_meta, health_line, needs_attention, pages_of, title_of

DOCUMENTS_MIME_TYPE = "application/x-paperlamp-documents"

_WORKING = (DocumentState.QUEUED, DocumentState.READING, DocumentState.EMBEDDING)


class DocumentRole(IntEnum):
    """What a view can ask of a row. Qt hands string enums on as plain strings: compare with `==`, never with `is`.

    `ID` str, `TITLE` str, `STATE` DocumentState, `REASON` str or None, `PAGES` int, `PAGES_DONE` int, `PROGRESS` 0 to 1
    or None where no rate was measured, `ETA_SECONDS` and `PAGES_PER_SECOND` float or None, `META` str, `META_BRIEF` str
    for where that has no room, `THUMBNAIL` QImage or None, `ACTION` the DocumentAction always offered or None,
    `CAN_CANCEL`, `CAN_RESUME` and `CAN_RETRY` bool, `PATH` str, `COLLECTIONS` tuple of str, `SEARCH_TEXT` str folded by
    `fold`, `NEEDS_ATTENTION` bool, `HAS_DETAILS` bool where there is more to say than its line does, `MISSING`
    bool, `TAGS` tuple of str.
    """

    ID = Qt.ItemDataRole.UserRole + 1
    TITLE = ID + 1
    STATE = ID + 2
    REASON = ID + 3
    PAGES = ID + 4
    PAGES_DONE = ID + 5
    PROGRESS = ID + 6
    ETA_SECONDS = ID + 7
    PAGES_PER_SECOND = ID + 8
    META = ID + 9
    THUMBNAIL = ID + 10
    ACTION = ID + 11
    CAN_CANCEL = ID + 12
    CAN_RETRY = ID + 13
    PATH = ID + 14
    COLLECTIONS = ID + 15
    SEARCH_TEXT = ID + 16
    NEEDS_ATTENTION = ID + 17
    META_BRIEF = ID + 18
    CAN_RESUME = ID + 19
    HAS_DETAILS = ID + 20
    MISSING = ID + 21
    TAGS = ID + 22


@dataclass(frozen=True, slots=True)
class _Row:
    """A document, what a filter compares, the latest word of the ingest on it, and its first page as a picture."""

    document: Document
    search_text: str
    progress: IngestProgress | None = None
    thumbnail: QImage | None = None
    recognising: bool = False
    is_late: bool = False

    @property
    def state(self) -> DocumentState:
        return self.progress.state if self.progress else self.document.state

    @property
    def title(self) -> str:
        return title_of(self.document)

    @property
    def fraction(self) -> float | None:
        if self.state not in (DocumentState.READING, DocumentState.EMBEDDING):
            return None
        done, total = pages_of(self.document, self.progress)
        measured = self.progress is not None and self.progress.pages_per_second is not None
        return min(1.0, done / total) if measured and total else None

    @property
    def is_missing(self) -> bool:
        return self.document.missing and self.state.is_final

    @property
    def action(self) -> DocumentAction | None:
        if self.is_missing:
            return DocumentAction.LOCATE
        if self.state is DocumentState.READY:
            return DocumentAction.DETAILS if self.document.health.failed else None
        return {
            DocumentState.NEEDS_PASSWORD: DocumentAction.UNLOCK,
            DocumentState.FAILED: DocumentAction.RETRY,
            DocumentState.PAUSED: DocumentAction.RESUME,
        }.get(self.state)

    @property
    def has_details(self) -> bool:
        return self.is_missing or self.state is DocumentState.FAILED or self.action is DocumentAction.DETAILS

    @property
    def tool_tip(self) -> str:
        meta = health_line(self.document) if self.state is DocumentState.READY else self.meta
        tags = ", ".join(self.document.tags)
        lines = [f"<b>{html.escape(self.title)}</b>", *map(html.escape, (self.document.path, meta, tags))]
        return "<br>".join(line for line in lines if line)

    @property
    def meta(self) -> str:
        return document_meta(self.document, self.progress, recognising=self.recognising, is_late=self.is_late)

    @property
    def brief_meta(self) -> str:
        return document_meta(self.document, self.progress, recognising=self.recognising, brief=True)


class DocumentModel(KeyedListModel[_Row]):
    """The documents in the order they are given; rows are told apart by the document's id."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(lambda row: row.document.id, parent)

    def set_documents(self, documents: Sequence[Document], low_priority: Collection[str] = ()) -> None:
        """Show these documents, some of which wait for all others; their progress and their thumbnails stay."""
        late = set(low_priority)
        self._replace_rows([self._renewed(document, is_late=document.id in late) for document in documents])

    def update_progress(self, progress: IngestProgress) -> bool:
        """Take over the latest progress of one document; False where it is not in the list."""
        number = self._row_number(progress.document)
        if number is None:
            return False
        old = self._rows[number]
        recognising = is_recognising(old.progress, progress, before=old.recognising)
        row = replace(old, progress=progress, recognising=recognising)
        if row != old:
            self._set_row(number, row)
        return True

    def update_document(self, document: Document) -> bool:
        """Take over one document as the library has it now; False where it is not in the list."""
        number = self._row_number(document.id)
        if number is None:
            return False
        row = self._renewed(document, is_late=self._rows[number].is_late)
        if row != self._rows[number]:
            self._set_row(number, row)
        return True

    def documents(self) -> list[Document]:
        """The documents as they were last set, in their order."""
        return [row.document for row in self._rows]

    @property
    def tags(self) -> list[str]:
        """The tags that any of the documents has, by name."""
        return sorted({tag for row in self._rows for tag in row.document.tags}, key=str.casefold)

    def set_thumbnail(self, document_id: str, image: QImage) -> None:
        """Show `image` as the document's first page; unknown ids are passed over."""
        number = self._row_number(document_id)
        if number is not None:
            self._set_row(number, replace(self._rows[number], thumbnail=image))

    def has_thumbnail(self, document_id: str) -> bool:
        """True where a thumbnail was set."""
        number = self._row_number(document_id)
        return number is not None and self._rows[number].thumbnail is not None

    def document(self, document_id: str) -> Document | None:
        """The document with this id, as it was last set."""
        number = self._row_number(document_id)
        return None if number is None else self._rows[number].document

    def index_of(self, document_id: str) -> QModelIndex:
        """The index of a document's row; an invalid one where it is not in the list."""
        number = self._row_number(document_id)
        return QModelIndex() if number is None else self.index(number)

    def accepts(self, row: int, words: Sequence[str], collection: str | None, *, attention_only: bool) -> bool:
        """True where a row belongs to the collection and holds every word; asked without Qt in between, to be quick."""
        shown = self._rows[row]
        if attention_only and not needs_attention(shown.document, shown.state):
            return False
        if collection is not None and collection not in shown.document.collections:
            return False
        return all(word in shown.search_text for word in words)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What `DocumentRole` promises, and the texts that Qt itself asks for."""
        row = self._row_at(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | DocumentRole.TITLE:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return row.tool_tip
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.title}, {row.meta}"
            case DocumentRole.ID:
                return row.document.id
            case DocumentRole.STATE:
                return row.state
            case DocumentRole.REASON:
                return (row.progress.reason if row.progress else None) or row.document.reason
            case DocumentRole.PAGES:
                return pages_of(row.document, row.progress)[1]
            case DocumentRole.PAGES_DONE:
                return pages_of(row.document, row.progress)[0]
            case DocumentRole.PROGRESS:
                return row.fraction
            case DocumentRole.ETA_SECONDS:
                return row.progress.eta_seconds if row.progress else None
            case DocumentRole.PAGES_PER_SECOND:
                return row.progress.pages_per_second if row.progress else None
            case DocumentRole.META:
                return row.meta
            case DocumentRole.THUMBNAIL:
                return row.thumbnail
            case DocumentRole.ACTION:
                return row.action
            case DocumentRole.CAN_CANCEL:
                return row.state in _WORKING
            case DocumentRole.CAN_RESUME:
                return row.state is DocumentState.PAUSED
            case DocumentRole.CAN_RETRY:
                return row.state is DocumentState.FAILED
            case DocumentRole.PATH:
                return row.document.path
            case DocumentRole.TAGS:
                return row.document.tags
            case DocumentRole.COLLECTIONS:
                return row.document.collections
            case DocumentRole.SEARCH_TEXT:
                return row.search_text
            case DocumentRole.NEEDS_ATTENTION:
                return needs_attention(row.document, row.state)
            case DocumentRole.META_BRIEF:
                return row.brief_meta
            case DocumentRole.HAS_DETAILS:
                return row.has_details
            case DocumentRole.MISSING:
                return row.is_missing
        return None

    def roleNames(self) -> dict[int, QByteArray]:
        """Qt's roles and our own by name."""
        own = {int(role): QByteArray(role.name.lower().encode()) for role in DocumentRole}
        return super().roleNames() | own

    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        """Rows can be selected and dragged onto a collection."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        """Documents travel as their ids, inside this window only."""
        return [DOCUMENTS_MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The ids of the dragged rows."""
        data = QMimeData()
        ids = [self.data(index, DocumentRole.ID) for index in indexes]
        data.setData(DOCUMENTS_MIME_TYPE, QByteArray(json.dumps(ids).encode()))
        return data

    def _renewed(self, document: Document, *, is_late: bool) -> _Row:
        number = self._row_number(document.id)
        if number is None:
            return _Row(document, _search_text(document), is_late=is_late)
        old = self._rows[number]
        is_same = document == old.document and is_late == old.is_late
        if is_same and (old.progress is None or not document.state.is_final):
            return old
        progress = old.progress
        # A document read from the store may be older than the last progress. It wins only where it cannot be:
        # once it is final itself, or when it starts anew after an end that the progress told of.
        if progress and (
            document.state.is_final or (progress.state.is_final and document.state is not old.document.state)
        ):
            progress = None
        recognising = old.recognising and progress is not None
        return _Row(document, _search_text(document), progress, old.thumbnail, recognising, is_late)


class DocumentFilterModel(QSortFilterProxyModel):
    """Lets through the documents of one collection whose title, file name or tags hold every word of a text."""

    def __init__(self, documents: DocumentModel, parent: QObject) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._collection: str | None = None
        self._attention_only = False
        self._documents = documents
        self.setSourceModel(documents)

    @property
    def documents(self) -> DocumentModel:
        """The model behind the filter."""
        return self._documents

    @property
    def collection(self) -> str | None:
        """The collection shown; None for all documents."""
        return self._collection

    @property
    def attention_only(self) -> bool:
        """True while only documents show that wait for the person."""
        return self._attention_only

    @property
    def is_text_set(self) -> bool:
        """True while a text narrows the list."""
        return bool(self._words)

    def set_text(self, text: str) -> None:
        """Show what holds every word of `text`, whatever its case and accents."""
        self.beginFilterChange()
        self._words = fold(text).split()
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def set_collection(self, name: str | None) -> None:
        """Show one collection, or all documents."""
        if name == self._collection:
            return
        self.beginFilterChange()
        self._collection = name
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def set_attention_only(self, attention_only: bool) -> None:
        """Show only what waits for the person: failed documents and locked ones."""
        if attention_only == self._attention_only:
            return
        self.beginFilterChange()
        self._attention_only = attention_only
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def index_of(self, document_id: str) -> QModelIndex:
        """The index of a document's row; an invalid one where the filter hides it."""
        return self.mapFromSource(self._documents.index_of(document_id))

    def filterAcceptsRow(self, source_row: int, source_parent: ModelIndex) -> bool:
        """Qt's question whether a row shows."""
        return self._documents.accepts(source_row, self._words, self._collection, attention_only=self._attention_only)


def is_recognising(old: IngestProgress | None, new: IngestProgress, *, before: bool) -> bool:
    """Whether a document's pages are being recognised: by what its last pages were, `before` where none are new."""
    if new.state not in (DocumentState.READING, DocumentState.EMBEDDING):
        return False
    if old is None or new.pages_done <= old.pages_done:
        return before
    return new.scans_done > old.scans_done


def _search_text(document: Document) -> str:
    return fold(" ".join([document.title, *(PurePath(path).name for path in document.paths), *document.tags]))


def fold(text: str) -> str:
    """Text without case and accents, for comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
