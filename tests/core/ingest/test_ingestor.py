"""From paths to ready documents: every end has a reason, and nothing that is finished is done again or lost."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import diskcache
import hostile_workers
import numpy as np
import psutil
import pytest
from filled_library import Filled, Watcher
from pypdf import PdfWriter
from waiting import wait_until

from core import composition
from core.embedding.cache import BytesDisk
from core.embedding.choice import chosen_embedder
from core.index.library import AddedFile, Library
from core.ingest import job as job_module
from core.ingest import scheduler, worker_pool
from core.ingest.ingestor import Ingestor
from core.ingest.listening import Callbacks
from core.ingest.worker import WorkerSettings
from core.reading.kinds import OTHER_KIND
from core.types import DocumentState, Health, IngestProgress, PageSource

ORDER = [DocumentState.QUEUED, DocumentState.READING, DocumentState.EMBEDDING]
SECONDS = 120.0


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Library]:
    """Return a library of the test's own for the real embedder."""
    with closing(composition.open_library(tmp_path / "library")) as library:
        yield library


@pytest.fixture
def start(own: Library, watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Ingestor]]:
    """Return a function that starts an ingestor of one worker."""
    monkeypatch.setattr(composition, "worker_count", lambda: 1)
    started: list[Ingestor] = []

    def start_it() -> Ingestor:
        started.append(watcher.start(own))
        return started[-1]

    yield start_it
    for ingestor in started:
        ingestor.close()


def wait_for(ingestor: Ingestor) -> None:
    """Wait for the end, not for ever."""
    waiting = threading.Thread(target=ingestor.wait, daemon=True)
    waiting.start()
    waiting.join(SECONDS)
    assert not waiting.is_alive(), "the ingestor never came to rest"


def full_disk() -> sqlite3.OperationalError:
    """The error of a full disk, as SQLite raises it."""
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


def only_document(library: Library) -> Any:
    (document,) = library.documents()
    return document


# ── the files of tests/data ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "state", "reason", "health"),
    [
        ("text_two_pages.pdf", "ready", None, Health(text=2)),
        ("encrypted_owner_only.pdf", "ready", None, Health(text=2)),
        ("empty_page.pdf", "ready", None, Health(text=1, empty=1)),
        ("long.pdf", "ready", None, Health(text=60)),
        ("labels.pdf", "ready", None, Health(text=6)),
        ("two_columns.pdf", "ready", None, Health(text=1)),
        ("encrypted_user.pdf", "needs_password", "This file is protected by a password.", Health()),
        (
            "zero_bytes.pdf",
            "failed",
            "The file is empty (0 bytes). Copy it again from where it came from.",
            Health(),
        ),
        ("not_a_pdf.pdf", "failed", "This is not a PDF, although its name says so.", Health()),
        ("broken_truncated.pdf", "failed", "The file is damaged, or it is not a PDF.", Health()),
    ],
)
def test_every_file_ends_in_a_state_with_its_reason(
    filled: Filled, name: str, state: str, reason: str | None, health: Health
) -> None:
    document = filled.documents[name]
    assert (document.state, document.reason, document.health) == (state, reason, health)
    assert (document.chunk_count > 0) == (state == "ready")
    assert document.collections == ("Test files",)


def test_what_is_no_pdf_is_named(filled: Filled, data: Path) -> None:
    assert filled.watcher.skipped == [(data / "make.py", OTHER_KIND)]


def test_rows_and_both_indexes_are_equal(library: Library) -> None:
    sizes = library.index_sizes()
    assert sizes["chunks"] == sizes["vectors"] == sizes["keywords"] > 80
    assert library.check() == "ok"


def test_every_document_tells_its_way_in_order(filled: Filled) -> None:
    for document in filled.documents.values():
        events = filled.watcher.of(document.id)
        states = list(dict.fromkeys(event.state for event in events))
        assert states[:-1] == ORDER[: len(states) - 1]
        assert states[-1] == document.state
        assert events[-1].reason == document.reason
        done = [event.pages_done for event in events]
        assert done == sorted(done)
        assert done[-1] == document.health.pages_done
        totals = [event.pages_total for event in events if event.state not in (DocumentState.QUEUED, "failed")]
        assert set(totals) <= {document.page_count}


def test_time_left_is_said_only_with_a_measured_speed(filled: Filled) -> None:
    scans_done: dict[str, int] = {}
    for event in filled.watcher.events:
        scans_done[event.document] = event.scans_done
        assert (event.eta_seconds is None) == (event.pages_per_second is None)
        if event.pages_per_second is not None:
            assert event.state is DocumentState.EMBEDDING
            assert event.eta_seconds is not None
            pages_left = event.pages_total - event.pages_done
            # A page with text that is left may take less time than those, scans among them, that were done.
            if not any(scans_done.values()):
                assert event.eta_seconds * event.pages_per_second >= pages_left - 1e-6
            assert event.eta_seconds > 0 or not pages_left
    for overall in filled.watcher.overall:
        assert overall.eta_seconds is None or overall.pages_per_second is not None


def test_the_whole_adds_up(filled: Filled) -> None:
    for overall in filled.watcher.overall:
        assert 0 <= overall.files_done <= overall.files_total
        assert 0 <= overall.pages_done <= overall.pages_total
    last = filled.watcher.overall[-1]
    assert last.is_idle
    assert last.pages_done == last.pages_total


# ── again ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_known_files_are_linked_and_nothing_is_parsed(filled: Filled, data: Path, tmp_path: Path) -> None:
    shutil.copytree(filled.folder, tmp_path / "copy")
    copied = tmp_path / "elsewhere.pdf"
    shutil.copyfile(data / "long.pdf", copied)
    watcher = Watcher()
    with closing(composition.open_library(tmp_path / "copy")) as library:
        before = library.index_sizes()
        ingestor = watcher.start(library)
        ingestor.add([copied, data / "long.pdf", data / "zero_bytes.pdf"], "Again")
        wait_for(ingestor)
        assert ingestor._pool.processes() == []  # no worker was even started
        ingestor.close()
        assert library.index_sizes() == before
        document = library.document(filled.id_of("long.pdf"))
    assert set(document.paths) == {str(copied), str(data / "long.pdf")}
    assert set(document.collections) == {"Again", "Test files"}
    assert [(event.state, event.pages_done) for event in watcher.of(document.id)] == [("ready", 60)] * 2
    assert watcher.of(filled.id_of("zero_bytes.pdf"))[-1].reason == filled.documents["zero_bytes.pdf"].reason


def test_two_copies_in_one_folder_are_one_document(
    start: Callable[[], Ingestor], own: Library, data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.pdf", "b.pdf"):
        shutil.copyfile(data / "labels.pdf", folder / name)
    ingestor = start()
    ingestor.add([folder])
    wait_for(ingestor)
    document = only_document(own)
    assert document.health == Health(text=6)
    assert sorted(Path(path).name for path in document.paths) == ["a.pdf", "b.pdf"]


def test_a_locked_file_waits_and_opens_with_its_password(
    start: Callable[[], Ingestor], own: Library, data: Path
) -> None:
    ingestor = start()
    ingestor.add([data / "encrypted_user.pdf"], passwords=["wrong", "also wrong"])
    wait_for(ingestor)
    assert only_document(own).state is DocumentState.NEEDS_PASSWORD
    ingestor.retry([only_document(own).id], ["no"])
    wait_for(ingestor)
    assert only_document(own).state is DocumentState.NEEDS_PASSWORD
    ingestor.retry([only_document(own).id], ["no", "lamp"])
    wait_for(ingestor)
    document = only_document(own)
    assert (document.state, document.reason, document.health) == (DocumentState.READY, None, Health(text=2))


def test_one_password_opens_its_file_among_many_that_wait(
    start: Callable[[], Ingestor], own: Library, tmp_path: Path
) -> None:
    """More surveys than places used to leave the opened file's pages unread for ever."""
    folder = tmp_path / "locked"
    folder.mkdir()
    for number in range(8):
        writer = PdfWriter()
        writer.add_blank_page(200, 200)
        writer.add_metadata({"/Subject": str(number)})
        writer.encrypt("right" if number == 3 else "another", algorithm="AES-128")
        writer.write(folder / f"{number}.pdf")
    ingestor = start()
    ingestor.add([folder])
    wait_for(ingestor)
    assert {d.state for d in own.documents()} == {DocumentState.NEEDS_PASSWORD}
    ingestor.retry([document.id for document in own.documents()], ["wrong", "right"])
    wait_for(ingestor)
    opened = [Path(d.path).stem for d in own.documents() if d.state is DocumentState.READY]
    assert opened == ["3"]
    assert sum(d.state is DocumentState.NEEDS_PASSWORD for d in own.documents()) == 7


def test_adding_a_locked_file_again_with_its_password_unlocks_it(
    start: Callable[[], Ingestor], own: Library, data: Path
) -> None:
    ingestor = start()
    ingestor.add([data / "encrypted_user.pdf"])
    wait_for(ingestor)
    ingestor.add([data / "encrypted_user.pdf"], passwords=["lamp"])
    wait_for(ingestor)
    assert only_document(own).state is DocumentState.READY


def test_the_password_is_kept_nowhere(start: Callable[[], Ingestor], own: Library, data: Path) -> None:
    secret = b"a-password-nobody-guesses"
    ingestor = start()
    ingestor.add([data / "encrypted_user.pdf"], passwords=[secret.decode(), "lamp"])
    wait_for(ingestor)
    ingestor.close()
    own.close()
    for file in own.folder.rglob("*"):
        assert not file.is_file() or secret not in file.read_bytes()


def test_unchanged_pages_of_a_changed_file_are_not_embedded_again(
    start: Callable[[], Ingestor], own: Library, data: Path, tmp_path: Path
) -> None:
    def cached() -> int:
        with closing(diskcache.Cache(str(own.cache_folder), disk=BytesDisk)) as cache:
            return len(cache)

    path = tmp_path / "piers.pdf"
    shutil.copyfile(data / "long.pdf", path)
    ingestor = start()
    ingestor.add([path], "Sea")
    wait_for(ingestor)
    first, before = only_document(own), cached()

    writer = PdfWriter(clone_from=path)
    writer.append(data / "table.pdf")
    writer.write(path)
    ingestor.add([path])
    wait_for(ingestor)
    second = only_document(own)  # the earlier version has gone
    assert second.id != first.id
    assert (second.state, second.page_count, second.collections) == (DocumentState.READY, 61, ("Sea",))
    added = second.chunk_count - first.chunk_count
    assert 0 < added < first.chunk_count / 4
    assert cached() <= before + added + 3  # pages beside the new one may be cut otherwise


# ── stopping and going on ────────────────────────────────────────────────────────────────────────────────────────


def at_first_pages(ingestor_of: Callable[[], Ingestor], act: Callable[[Ingestor, str], None]) -> Callable[..., None]:
    """Return a listener that acts once, when the first pages are committed."""
    acted = threading.Event()

    def listen(progress: IngestProgress) -> None:
        if progress.pages_done and not acted.is_set():
            acted.set()
            act(ingestor_of(), progress.document)

    return listen


def contents(library: Library) -> list[tuple[Any, ...]]:
    rows = library.database.read().execute(
        "SELECT c.page_index, c.char_start, c.char_end, c.text, c.context, v.vector FROM chunks c "
        "JOIN vectors v ON v.chunk = c.id JOIN documents d ON d.id = c.document "
        "WHERE d.title = 'The sixty piers' ORDER BY c.page_index, c.char_start"
    )
    return [tuple(row) for row in rows]


def assert_long_is_whole(own: Library, library: Library) -> None:
    """Every page once, with the chunks and vectors that an undisturbed run has."""
    document = only_document(own)
    assert (document.state, document.health) == (DocumentState.READY, Health(text=60))
    ours, theirs = contents(own), contents(library)
    assert [row[:5] for row in ours] == [row[:5] for row in theirs]
    vectors = [np.stack([np.frombuffer(row[5], np.float16) for row in rows]) for rows in (ours, theirs)]
    assert float(np.abs(vectors[0].astype(np.float32) - vectors[1].astype(np.float32)).max()) < 5e-3
    sizes = own.index_sizes()
    assert sizes["chunks"] == sizes["vectors"] == sizes["keywords"] == len(ours)


def test_a_cancelled_document_is_paused_and_goes_on_where_it_stopped(
    own: Library, library: Library, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_module, "BATCH_PAGES", 4)
    events: list[IngestProgress] = []
    stop = at_first_pages(lambda: ingestor, lambda it, document: it.cancel([document]))
    ingestor = composition.start_ingestor(own, Callbacks(events.append), Callbacks(stop))
    try:
        ingestor.add([data / "long.pdf"])
        wait_for(ingestor)
        paused = only_document(own)
        kept = paused.health.pages_done
        assert 0 < kept < 60
        assert paused.state is DocumentState.PAUSED
        assert paused.reason == f"Stopped after {kept} of 60 pages."
        events.clear()
        monkeypatch.undo()
        ingestor.retry([paused.id])
        wait_for(ingestor)
        assert [event.pages_done for event in events if event.state is DocumentState.READING] == [kept]
    finally:
        ingestor.close()
    assert_long_is_whole(own, library)


def test_a_paused_document_goes_on_when_it_is_added_again(own: Library, library: Library, data: Path) -> None:
    stop = at_first_pages(lambda: ingestor, lambda it, document: it.cancel([document]))
    ingestor = composition.start_ingestor(own, Callbacks(stop))
    try:
        for _ in range(2):
            ingestor.add([data / "long.pdf"])
            wait_for(ingestor)
    finally:
        ingestor.close()
    assert_long_is_whole(own, library)


def test_after_closing_in_the_middle_the_next_start_goes_on(
    tmp_path: Path, library: Library, data: Path, filled: Filled
) -> None:
    folder = tmp_path / "interrupted"
    reached = threading.Event()
    with closing(composition.open_library(folder)) as own:
        ingestor = composition.start_ingestor(
            own, Callbacks(at_first_pages(lambda: ingestor, lambda *_: reached.set()))
        )
        ingestor.add([data / "long.pdf"])
        assert reached.wait(SECONDS)
        pids = ingestor._pool.processes()
        ingestor.close()
        assert not [pid for pid in pids if psutil.pid_exists(pid)]
        document = only_document(own)
        kept = document.health.pages_done
        assert 0 < kept < 60
        assert document.state is DocumentState.EMBEDDING
    watcher = Watcher()
    with closing(composition.open_library(folder)) as own:
        ingestor = watcher.start(own)
        try:
            ingestor.recover()
            wait_for(ingestor)
        finally:
            ingestor.close()
        assert_long_is_whole(own, library)
    reading = [event for event in watcher.events if event.state is DocumentState.READING]
    assert [event.pages_done for event in reading] == [kept]


@pytest.mark.parametrize("kind", [hostile_workers.that_hangs, hostile_workers.that_hangs_over_pages])
def test_closing_is_no_fault_of_the_document(
    start: Callable[[], Ingestor],
    own: Library,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: Callable[..., None],
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(worker_pool, "serve", kind)
        ingestor = start()
        ingestor.add([data / "table.pdf"])
        wait_until((own.folder / "cache" / "embeddings" / "hanging").exists)
        ingestor.close()
    document = only_document(own)
    assert not document.state.is_final
    assert (document.reason, document.health) == (None, Health())
    again = start()
    again.recover()
    wait_for(again)
    assert only_document(own).state is DocumentState.READY


def test_a_document_that_is_removed_while_it_is_read_is_gone(own: Library, data: Path) -> None:
    remove = at_first_pages(lambda: ingestor, lambda it, document: it.remove([document]))
    ingestor = composition.start_ingestor(own, Callbacks(remove))
    try:
        ingestor.add([data / "long.pdf", data / "labels.pdf"])
        wait_for(ingestor)
    finally:
        ingestor.close()
    (left,) = own.documents()
    assert left.state is DocumentState.READY
    assert own.index_sizes()["vectors"] == own.index_sizes()["keywords"] == left.chunk_count


def test_after_closing_nothing_is_taken(start: Callable[[], Ingestor], own: Library, data: Path) -> None:
    ingestor = start()
    ingestor.close()
    ingestor.cancel(["x"])
    assert ingestor.remove(["x"]).cancelled()
    ingestor.wait()
    assert own.documents() == []


def test_other_changes_take_their_turn_with_the_commits(start: Callable[[], Ingestor], own: Library) -> None:
    ingestor = start()
    ingestor.run_on_writer(lambda: own.add_collection("Sea")).result(SECONDS)
    assert own.collections() == [("Sea", 0)]


def test_a_change_to_an_unknown_document_hurts_no_other(
    start: Callable[[], Ingestor], own: Library, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ingestor = start()
    ingestor.retry(["nobody"])
    ingestor.cancel(["nobody"])
    ingestor.remove(["nobody"])
    ingestor.add([data / "table.pdf"])
    wait_for(ingestor)
    assert only_document(own).state is DocumentState.READY


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (hostile_workers.with_a_deadly_page, "made its reader crash"),
        (hostile_workers.with_a_faulty_page, "a fault of ours"),
    ],
)
def test_a_page_that_brings_its_reader_down_costs_itself_only(
    start: Callable[[], Ingestor],
    own: Library,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: Callable[..., None],
    words: str,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(worker_pool, "serve", kind)
        ingestor = start()
        ingestor.add([data / "labels.pdf"])
        wait_for(ingestor)
        ingestor.close()
    document = only_document(own)
    assert (document.state, document.health) == (DocumentState.READY, Health(text=5, failed=1))
    assert document.reason == "1 page could not be read."
    row = own.database.read().execute("SELECT page_index, reason FROM pages WHERE source = 'failed'").fetchone()
    assert row["page_index"] == hostile_workers.DEADLY_PAGE
    assert words in row["reason"]

    again = start()
    again.retry([document.id])
    wait_for(again)
    document = only_document(own)
    assert (document.state, document.reason, document.health) == (DocumentState.READY, None, Health(text=6))


def test_a_file_that_brings_its_reader_down_is_set_aside(
    start: Callable[[], Ingestor], own: Library, data: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_pool, "serve", hostile_workers.that_dies)
    monkeypatch.setattr(scheduler, "_RETRY_AFTER_SECONDS", (0.0, 0.0))
    ingestor = start()
    ingestor.add([data / "table.pdf"])
    wait_for(ingestor)
    document = only_document(own)
    assert document.state is DocumentState.FAILED
    assert document.reason == "Opening this file made its reader crash, so it was set aside."
    tries = [event for event in watcher.events if event.reason and event.reason.endswith("It is tried again.")]
    assert len(tries) == 2


def test_a_file_that_hangs_its_reader_is_set_aside(own: Library, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "serve", hostile_workers.that_hangs)
    pool = worker_pool.WorkerPool(WorkerSettings(chosen_embedder({}), own.cache_folder), 1)
    with closing(Ingestor(own, pool, step_seconds=1.0)) as ingestor:
        ingestor.add([data / "table.pdf"])
        wait_for(ingestor)
    assert only_document(own).state is DocumentState.FAILED
    assert only_document(own).reason == "This file could not be opened within 1 seconds, so it was set aside."


def test_a_file_without_any_text_says_so(start: Callable[[], Ingestor], own: Library, tmp_path: Path) -> None:
    from fpdf import FPDF

    sheet = FPDF()
    sheet.add_page()
    sheet.output(str(tmp_path / "blank.pdf"))
    ingestor = start()
    ingestor.add([tmp_path / "blank.pdf"])
    wait_for(ingestor)
    document = only_document(own)
    assert (document.state, document.health) == (DocumentState.READY, Health(empty=1))
    assert document.reason == "No text was found: its pages are blank, or pictures without words."


def test_weights_that_are_not_the_published_ones_are_named(
    own: Library, data: Path, tmp_path: Path, model_folder: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERLAMP_DATA", str(tmp_path / "data"))
    altered = shutil.copytree(model_folder, tmp_path / "data" / "models" / model_folder.name)
    with (altered / "model.bin").open("r+b") as file:
        file.write(b"altered")
    ingestor = watcher.start(own)
    try:
        ingestor.add([data / "labels.pdf"])
        wait_for(ingestor)
    finally:
        ingestor.close()
    document = only_document(own)
    assert document.state is DocumentState.FAILED
    assert "model.bin is not the file it should be" in (document.reason or "")
    assert document.health == Health()  # no page is blamed


@pytest.mark.parametrize(
    "error",
    [full_disk(), OSError(28, "No space left on device")],
    ids=["sqlite", "system"],
)
def test_a_library_that_takes_nothing_more_stops_everything_and_says_why(
    start: Callable[[], Ingestor],
    own: Library,
    data: Path,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise error

    ingestor = start()
    with monkeypatch.context() as patch:
        patch.setattr(Library, "commit_pages", full)
        ingestor.add([data / "table.pdf", data / "labels.pdf"])
        wait_for(ingestor)
    for document in own.documents():
        last = watcher.of(document.id)[-1]
        assert last.state is DocumentState.PAUSED
        assert "Make room on the disk, then go on." in (last.reason or "")
        assert not document.state.is_final  # it goes on at the next start, too
    assert watcher.overall[-1].is_idle
    ingestor.resume()
    wait_for(ingestor)
    assert {document.state for document in own.documents()} == {DocumentState.READY}


def test_a_fault_of_ours_ends_its_document_with_a_reason(
    start: Callable[[], Ingestor], own: Library, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Library.commit_pages

    def broken(self: Library, document: str, *rows: Any, **options: Any) -> int:
        if self.document(document).title == "A table":
            raise ValueError("An IO error occurred in tantivy")
        return commit(self, document, *rows, **options)

    monkeypatch.setattr(Library, "commit_pages", broken)
    ingestor = start()
    ingestor.add([data / "table.pdf", data / "labels.pdf"])
    wait_for(ingestor)
    documents = {document.title: document for document in own.documents()}
    assert documents["Page labels"].state is DocumentState.READY
    assert documents["A table"].state is DocumentState.FAILED
    assert "An unexpected fault: ValueError: An IO error occurred in tantivy" in (documents["A table"].reason or "")
    monkeypatch.undo()
    ingestor.retry([documents["A table"].id])
    wait_for(ingestor)
    assert own.document(documents["A table"].id).state is DocumentState.READY


def test_a_listener_that_fails_does_not_stop_the_work(own: Library, data: Path) -> None:
    def fail(progress: IngestProgress) -> None:
        raise RuntimeError("the window is gone")

    ingestor = composition.start_ingestor(own, Callbacks(fail))
    try:
        ingestor.add([data / "table.pdf"])
        wait_for(ingestor)
    finally:
        ingestor.close()
    assert only_document(own).state is DocumentState.READY


def test_a_file_that_cannot_even_be_noted_is_named(
    start: Callable[[], Ingestor], own: Library, data: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise full_disk()

    monkeypatch.setattr(Library, "add_file", full)
    ingestor = start()
    ingestor.add([data / "table.pdf"])
    wait_for(ingestor)
    ((path, reason),) = watcher.skipped
    assert path == data / "table.pdf"
    assert "Make room on the disk" in reason


def test_a_document_whose_first_state_cannot_be_kept_is_named(
    start: Callable[[], Ingestor], own: Library, data: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise full_disk()

    monkeypatch.setattr(Library, "set_state", full)
    ingestor = start()
    ingestor.add([data / "table.pdf"])
    wait_for(ingestor)
    assert watcher.events[-1].state is DocumentState.PAUSED
    assert "Make room on the disk" in (watcher.events[-1].reason or "")


def test_a_file_that_vanishes_on_the_way_is_named(
    start: Callable[[], Ingestor], own: Library, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "brief.pdf"
    shutil.copyfile(data / "table.pdf", path)
    add_file = Library.add_file

    def vanish(self: Library, *arguments: Any) -> AddedFile:
        path.unlink()
        return add_file(self, *arguments)

    monkeypatch.setattr(Library, "add_file", vanish)
    ingestor = start()
    ingestor.add([path])
    wait_for(ingestor)
    document = only_document(own)
    assert document.state is DocumentState.FAILED
    assert "no longer there" in (document.reason or "")


def test_pages_are_stored_with_text_label_and_source(library: Library, filled: Filled) -> None:
    rows = library.database.read().execute(
        "SELECT label, source FROM pages p JOIN documents d ON d.id = p.document WHERE d.hash = ? ORDER BY page_index",
        (filled.id_of("labels.pdf"),),
    )
    assert [tuple(row) for row in rows] == [(label, PageSource.TEXT) for label in ("i", "ii", "1", "2", "A-1", "A-2")]
