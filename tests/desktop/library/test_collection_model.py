from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from core.types import Conversation
from desktop.library.collection_model import SWATCHES, CollectionModel, CollectionRole
from desktop.library.conversation_model import ConversationModel, ConversationRole


def test_collections(qapp: QApplication, qtmodeltester: ModelTester) -> None:
    model = CollectionModel(qapp)
    qtmodeltester.check(model)
    assert model.data(model.index(0)) == "All documents"
    model.set_collections([("Benefits", 6), ("Contracts", 18)], 1042)
    assert model.names == ["Benefits", "Contracts"]
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "All documents, 1,042"
    assert model.data(model.index(0), CollectionRole.NAME) is None
    assert model.index_of("Contracts").data(CollectionRole.COUNT) == 18
    assert not model.index_of("Gone").isValid()
    model.set_collections([("Contracts", 18)], 18)
    assert model.rowCount() == 2


def test_neighbours_have_different_colours_and_keep_them(qapp: QApplication) -> None:
    model = CollectionModel(qapp)
    names = [f"Collection {number}" for number in range(SWATCHES)]
    model.set_collections([(name, 0) for name in names], 0)
    swatches = [model.index_of(name).data(CollectionRole.SWATCH) for name in names]
    assert len(set(swatches)) == SWATCHES
    model.set_collections([(name, 1) for name in [*names, "One more", "And more"]], 0)
    assert [model.index_of(name).data(CollectionRole.SWATCH) for name in names] == swatches


def test_conversations(qapp: QApplication, qtmodeltester: ModelTester) -> None:
    model = ConversationModel(qapp, today=lambda: date(2024, 11, 23))
    qtmodeltester.check(model)
    model.set_conversations(
        [Conversation(2, "Notice", "", "2024-11-22T12:00:00"), Conversation(1, "", "", "2024-11-23T12:00:00")]
    )
    assert model.index_of(2).data(ConversationRole.DAY) == "Yesterday"
    assert model.index_of(1).data() == "New conversation"
    model.set_conversations([Conversation(1, "Named", "", "2024-11-23T12:00:00")])
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Named, Today"
    assert not model.index_of(None).isValid()
