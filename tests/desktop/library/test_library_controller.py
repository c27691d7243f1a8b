"""What stands between the library pane and core, with a library that answers when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from desk_stand_ins import ObedientIngestor, SlowLibrary, document
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget
from real_desk import until

from core.types import DocumentState, IngestProgress
from desktop.library.collection_model import CollectionModel
from desktop.library.document_model import DocumentModel, DocumentRole
from desktop.library.ingest_events import IngestEvents
from desktop.library.library_controller import LibraryController
from desktop.tasks import Tasks

THOROUGH_MS = 60_000


@dataclass
class Bench:
    """The controller and all that it stands between."""

    controller: LibraryController
    documents: DocumentModel
    collections: CollectionModel
    events: IngestEvents
    tasks: Tasks
    library: SlowLibrary
    ingestor: ObedientIngestor
    errors: list[str]

    async def attach(self) -> None:
        self.library.may_read.set()
        await self.controller.attach(self.library, self.ingestor)  # type: ignore[arg-type]


@pytest.fixture
def bench(run_async: object, holder: QWidget) -> Bench:
    documents, collections, events = DocumentModel(holder), CollectionModel(holder), IngestEvents(holder)
    errors: list[str] = []
    tasks = Tasks(errors.append)
    controller = LibraryController(documents, collections, events, tasks, holder, THOROUGH_MS)
    return Bench(controller, documents, collections, events, tasks, SlowLibrary(), ObedientIngestor(), errors)


async def test_without_a_library_nothing_happens(bench: Bench) -> None:
    controller = bench.controller
    controller.remove(["a"])
    controller.create_collection("Lamps")
    controller.refresh()
    assert bench.ingestor.asked == []
    assert bench.library.readings == 0


async def test_attaching_reads_the_lists(bench: Bench) -> None:
    bench.library.held, bench.library.names = [document("a")], ["Lamps"]
    await bench.attach()
    assert [one.id for one in bench.controller.documents] == ["a"]
    assert bench.documents.rowCount() == 1
    assert bench.collections.names == ["Lamps"]


async def test_what_is_dropped_before_the_library_is_open_waits(bench: Bench) -> None:
    bench.controller.add([Path("/a.pdf")], "Lamps")
    await bench.attach()
    assert bench.ingestor.asked == [("add", [Path("/a.pdf")], "Lamps")]


async def test_requests_during_a_reading_are_answered_by_one_more(bench: Bench) -> None:
    await bench.attach()
    bench.library.may_read.clear()
    before = bench.library.readings
    bench.controller.refresh()
    await until(lambda: bench.library.readings == before + 1)
    for _ in range(20):
        bench.controller.refresh()
    bench.library.held = [document("late")]
    bench.library.may_read.set()
    await until(lambda: bench.library.readings == before + 2 and bench.documents.rowCount() == 1)
    await asyncio.gather(*bench.tasks._running)
    assert bench.library.readings == before + 2


async def test_requests_are_handed_on(bench: Bench) -> None:
    await bench.attach()
    bench.ingestor.asked.clear()
    bench.controller.add([Path("/a.pdf")], "Lamps")
    assert bench.ingestor.asked == [("add", [Path("/a.pdf")], "Lamps")]
    removed: list[list[str]] = []
    bench.controller.removed.connect(removed.append)
    bench.controller.remove(["a"])
    await until(lambda: removed == [["a"]])
    assert bench.ingestor.asked[-1] == ("remove", ["a"])


async def test_a_change_that_fails_is_told(bench: Bench) -> None:
    await bench.attach()
    bench.controller.create_collection("Lamps")
    await until(lambda: bench.collections.names == ["Lamps"])
    bench.controller.create_collection("full")
    await until(lambda: bench.errors == ["The disk is full."])
    assert bench.collections.names == ["Lamps"]


async def test_progress_goes_to_its_row_and_unknown_documents_are_looked_up(bench: Bench) -> None:
    bench.library.held = [document("a", DocumentState.EMBEDDING)]
    await bench.attach()
    bench.events.tell_progress(IngestProgress("a", "/files/a.pdf", DocumentState.EMBEDDING, 3, 8, 2.0, 4.0))
    await until(lambda: bench.documents.index(0).data(DocumentRole.PAGES_DONE) == 3)
    bench.library.held = [document("a", DocumentState.EMBEDDING), document("b", DocumentState.QUEUED)]
    bench.events.tell_progress(IngestProgress("b", "/files/b.pdf", DocumentState.QUEUED, 0, 0))
    await until(lambda: bench.documents.rowCount() == 2)


async def test_a_document_that_changes_is_read_alone(bench: Bench) -> None:
    bench.library.held = [document("a", DocumentState.EMBEDDING), document("b")]
    await bench.attach()
    before = bench.library.readings
    bench.library.held = [document("a"), document("b")]
    bench.events.tell_progress(IngestProgress("a", "/files/a.pdf", DocumentState.READY, 8, 8))
    await until(lambda: bench.controller.documents[0].state is DocumentState.READY)
    assert bench.library.single_readings == ["a"]
    assert bench.library.readings == before


async def test_changes_during_a_reading_are_read_next(bench: Bench) -> None:
    bench.library.held = [document("a", DocumentState.QUEUED), document("b", DocumentState.QUEUED)]
    await bench.attach()
    bench.library.may_read.clear()
    bench.events.tell_progress(IngestProgress("a", "/files/a.pdf", DocumentState.READING, 0, 8))
    await until(lambda: bench.library.single_readings == ["a"])
    bench.events.tell_progress(IngestProgress("b", "/files/b.pdf", DocumentState.READING, 0, 8))
    bench.library.held = [document("a", DocumentState.READING), document("b", DocumentState.READING)]
    bench.library.may_read.set()
    await until(lambda: bench.library.single_readings == ["a", "b"])
    await until(lambda: [one.state for one in bench.controller.documents] == [DocumentState.READING] * 2)


async def test_what_has_gone_makes_all_be_read_again(bench: Bench) -> None:
    bench.library.held = [document("a"), document("b")]
    await bench.attach()
    bench.library.held = [document("b")]
    bench.events.tell_progress(IngestProgress("a", "/files/a.pdf", DocumentState.PAUSED, 8, 8))
    await until(lambda: [one.id for one in bench.controller.documents] == ["b"])


async def test_many_changes_are_one_reading(bench: Bench) -> None:
    names = [f"d{number}" for number in range(150)]
    bench.library.held = [document(name, DocumentState.QUEUED) for name in names]
    await bench.attach()
    before = bench.library.readings
    for name in names:
        bench.events.tell_progress(IngestProgress(name, "", DocumentState.READING, 0, 8))
    await until(lambda: bench.library.readings == before + 1)
    assert bench.library.single_readings == []


async def test_everything_is_read_again_some_time_after_a_change(bench: Bench) -> None:
    bench.library.held = [document("a", DocumentState.EMBEDDING), document("replaced")]
    await bench.attach()
    bench.controller._thorough.setInterval(50)
    bench.library.held = [document("a")]  # its earlier version went with it, and nothing told of that
    bench.events.tell_progress(IngestProgress("a", "/files/a.pdf", DocumentState.READY, 8, 8))
    await until(lambda: [one.id for one in bench.controller.documents] == ["a"])


async def test_what_was_left_out_is_named(bench: Bench) -> None:
    noticed: list[str] = []
    bench.controller.noticed.connect(noticed.append)
    bench.events.tell_skipped(Path("/files/a.txt"), "It is no PDF.")
    await until(lambda: noticed)
    for name in "abcde":
        bench.events.tell_skipped(Path(f"/files/{name}.txt"), "It is no PDF.")
    await until(lambda: len(noticed) == 2)
    assert noticed == [
        "a.txt was not added. It is no PDF.",
        "5 files were not added, among them a.txt, b.txt, c.txt …",
    ]


class FileManager(QObject):
    """Takes the place of the system's own."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


@pytest.fixture
def file_manager(qapp: object) -> Iterator[FileManager]:
    manager = FileManager()
    QDesktopServices.setUrlHandler("file", manager, "open")
    yield manager
    QDesktopServices.unsetUrlHandler("file")


async def test_a_document_is_shown_in_its_folder(bench: Bench, file_manager: FileManager) -> None:
    bench.library.held = [document("a")]
    await bench.attach()
    bench.controller.reveal("a")
    bench.controller.reveal("unknown")
    await asyncio.sleep(0)
    assert file_manager.opened == ["/files"]
