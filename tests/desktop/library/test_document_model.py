from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.types import Document, DocumentState, IngestProgress
from desktop.document_action import DocumentAction
from desktop.library.document_model import DocumentFilterModel, DocumentModel, DocumentRole, fold


@pytest.fixture
def model(qapp: QApplication, qtmodeltester: ModelTester, documents: list[Document]) -> DocumentModel:
    model = DocumentModel(qapp)
    qtmodeltester.check(model)
    model.set_documents(documents)
    return model


def value(model: DocumentModel, document_id: str, role: DocumentRole) -> object:
    return model.data(model.index_of(document_id), role)


def ids(model: DocumentModel | DocumentFilterModel) -> list[str]:
    return [model.index(row, 0).data(DocumentRole.ID) for row in range(model.rowCount())]


def embedding(document_id: str, done: int, total: int, rate: float | None = 5.0) -> IngestProgress:
    return IngestProgress(document_id, "", DocumentState.EMBEDDING, done, total, rate, 10.0 if rate else None)


def test_passes_the_model_tester(model: DocumentModel, qtmodeltester: ModelTester) -> None:
    filtered = DocumentFilterModel(model, model)
    qtmodeltester.check(filtered)
    filtered.set_text("re")
    filtered.set_attention_only(True)


def test_roles(model: DocumentModel) -> None:
    assert value(model, "locked", DocumentRole.ACTION) is DocumentAction.UNLOCK
    assert value(model, "broken", DocumentRole.ACTION) is DocumentAction.RETRY
    assert value(model, "broken", DocumentRole.CAN_RETRY) is True
    assert value(model, "working", DocumentRole.CAN_CANCEL) is True
    assert value(model, "ready", DocumentRole.CAN_CANCEL) is False
    assert value(model, "ready", DocumentRole.META) == "98 pages"
    assert value(model, "ready", DocumentRole.THUMBNAIL) is None
    assert model.data(model.index_of("ready"), Qt.ItemDataRole.AccessibleTextRole) == "Élan vital, 98 pages"
    assert b"meta" in {bytes(name.data()) for name in model.roleNames().values()}


def test_a_document_without_a_title_goes_by_its_file(
    model: DocumentModel, make_document: Callable[..., Document]
) -> None:
    model.set_documents([make_document("a", title="", paths=("/x/report.pdf",))])
    assert value(model, "a", DocumentRole.TITLE) == "report.pdf"


def test_the_tool_tip_cannot_be_markup(model: DocumentModel, make_document: Callable[..., Document]) -> None:
    model.set_documents([make_document("a", title="<img src=x>")])
    tip = model.data(model.index_of("a"), Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img src=x&gt;" in tip


def test_a_bar_needs_a_measured_rate(model: DocumentModel) -> None:
    assert model.update_progress(embedding("working", 47, 188, rate=None))
    assert value(model, "working", DocumentRole.PROGRESS) is None
    model.update_progress(embedding("working", 47, 188))
    assert value(model, "working", DocumentRole.PROGRESS) == 0.25
    assert not model.update_progress(embedding("nobody", 1, 2))


def test_progress_changes_one_row(model: DocumentModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.update_progress(embedding("working", 1, 188))
    assert changed.args is not None
    assert changed.args[0].row() == changed.args[1].row() == 1
    with qtbot.assertNotEmitted(model.dataChanged):
        model.update_progress(embedding("working", 1, 188))


def test_an_older_document_does_not_undo_progress(model: DocumentModel, documents: list[Document]) -> None:
    model.update_progress(embedding("working", 100, 188))
    model.set_documents(documents)
    assert value(model, "working", DocumentRole.PAGES_DONE) == 100


def test_a_final_document_ends_progress(
    model: DocumentModel, documents: list[Document], make_document: Callable[..., Document]
) -> None:
    model.update_progress(embedding("working", 188, 188))
    model.set_documents([make_document("working", page_count=188)])
    assert value(model, "working", DocumentRole.STATE) is DocumentState.READY


def test_a_retry_shows_although_the_last_progress_told_of_failure(
    model: DocumentModel, make_document: Callable[..., Document]
) -> None:
    model.update_progress(IngestProgress("working", "", DocumentState.FAILED, 0, 0, reason="Out of memory"))
    assert value(model, "working", DocumentRole.META) == "Out of memory"
    model.set_documents([make_document("working", DocumentState.QUEUED)])
    assert value(model, "working", DocumentRole.META) == "Waiting"


def test_what_waits_for_all_others_says_so(model: DocumentModel, make_document: Callable[..., Document]) -> None:
    waiting = make_document("a", DocumentState.QUEUED)
    model.set_documents([waiting], ["a"])
    assert value(model, "a", DocumentRole.META) == "Waiting · low priority"
    model.set_documents([waiting])
    assert value(model, "a", DocumentRole.META) == "Waiting"


def test_one_document_is_renewed_alone(
    model: DocumentModel, make_document: Callable[..., Document], qtbot: QtBot
) -> None:
    model.set_thumbnail("working", QImage(3, 4, QImage.Format.Format_RGB32))
    model.update_progress(embedding("working", 188, 188))
    with qtbot.waitSignal(model.dataChanged) as changed:
        assert model.update_document(make_document("working", page_count=188))
    assert changed.args is not None
    assert changed.args[0].row() == changed.args[1].row() == 1
    assert value(model, "working", DocumentRole.STATE) is DocumentState.READY
    assert model.has_thumbnail("working")
    with qtbot.assertNotEmitted(model.dataChanged):
        model.update_document(make_document("working", page_count=188))
    assert not model.update_document(make_document("nobody"))
    assert [one.id for one in model.documents()] == ids(model)


def test_a_refresh_keeps_rows_and_thumbnails(model: DocumentModel, documents: list[Document], qtbot: QtBot) -> None:
    model.set_thumbnail("scan", QImage(3, 4, QImage.Format.Format_RGB32))
    kept = QPersistentModelIndex(model.index_of("scan"))
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_documents([documents[4], documents[0]])
    assert kept.data(DocumentRole.ID) == "scan"
    assert kept.row() == 0
    assert model.has_thumbnail("scan")
    assert not model.has_thumbnail("ready")


def test_any_list_can_follow_any_other(
    model: DocumentModel, make_document: Callable[..., Document], qapp: QApplication
) -> None:
    rng = random.Random(3)
    pool = [make_document(str(number), page_count=number) for number in range(12)]
    filtered = DocumentFilterModel(model, model)
    for _ in range(200):
        wanted = rng.sample(pool, rng.randrange(len(pool) + 1))
        model.set_documents(wanted)
        assert ids(model) == ids(filtered) == [document.id for document in wanted]
        assert all(model.index_of(document.id).data(DocumentRole.ID) == document.id for document in wanted)


def test_filter_knows_neither_case_nor_accents(model: DocumentModel) -> None:
    filtered = DocumentFilterModel(model, model)
    filtered.set_text("ELAN  vit")
    assert ids(filtered) == ["ready"]
    filtered.set_text("locked.pdf")
    assert ids(filtered) == ["locked"], "the file's name counts too"
    filtered.set_text("")
    assert len(ids(filtered)) == 5


def test_filter_by_collection_and_attention(model: DocumentModel) -> None:
    filtered = DocumentFilterModel(model, model)
    filtered.set_collection("Benefits")
    assert ids(filtered) == ["ready"]
    filtered.set_collection(None)
    filtered.set_attention_only(True)
    assert ids(filtered) == ["locked", "broken"]
    model.update_progress(embedding("broken", 1, 2))
    assert ids(filtered) == ["locked"], "what is being tried again needs nobody"


def test_fold() -> None:
    assert fold("Straße ÉÇ") == fold("STRASSE éç")


def test_dragged_rows_carry_their_ids(model: DocumentModel) -> None:
    filtered = DocumentFilterModel(model, model)
    data = filtered.mimeData([filtered.index(0, 0), filtered.index(2, 0)])
    assert not data.hasUrls()
    assert model.mimeTypes()[0] in data.formats()
