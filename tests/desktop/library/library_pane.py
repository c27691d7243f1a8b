"""The left pane as the tests hold it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.library.collection_model import CollectionModel
from desktop.library.conversation_model import ConversationModel
from desktop.library.document_model import DocumentModel
from desktop.library.library_panel import LibraryPanel


@dataclass
class Pane:
    """The panel and the models behind it."""

    panel: LibraryPanel
    documents: DocumentModel
    collections: CollectionModel
    conversations: ConversationModel
