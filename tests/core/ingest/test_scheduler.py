"""The scheduler with workers that are worked by hand: order, stopping and going on, ends, versions, recovery."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hand_pool
import pytest
from filled_library import Watcher
from hand_pool import PAGES, HandPool, chunk_ids, hand_worked, page_rows, read, settle
from stand_ins import HashEmbedder

from core.embedding.cache import CachedEmbedder
from core.embedding.embedder import embedded_text
from core.errors import BrokenFile, DeathCause, FileUnreachable, WorkerDied
from core.index.library import Library
from core.ingest import job as job_module
from core.ingest import scheduler
from core.ingest.ingestor import Ingestor
from core.ingest.tasks import PagesResult, PagesTask, SurveyTask
from core.types import DocumentState, Health, JobState, Page, PageSource

SECONDS = 60.0
BATCH = 5


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_module, "BATCH_PAGES", BATCH)


def add(ingestor: Ingestor, *paths: Path, **options: Any) -> list[str]:
    documents = ingestor.add(list(paths), **options).result(SECONDS)
    settle(ingestor)
    return documents


def state_of(library: Library, document: str) -> JobState:
    return library.job(document).state


def leases(library: Library) -> int:
    (count,) = library.database.read().execute("SELECT COUNT(*) FROM leases").fetchone()
    return int(count)


def died(page: int | None = None, cause: DeathCause = DeathCause.CRASH) -> WorkerDied:
    return WorkerDied("The reader ended unexpectedly.", cause, page)


# ── pausing ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("everything", [True, False])
def test_what_is_in_flight_when_paused_is_kept_and_nothing_is_read_twice(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path], everything: bool
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run()  # the survey
    settle(ingestor)
    pool.begin()
    ingestor.pause(None if everything else [document]).result(SECONDS)
    assert state_of(hashed, document) is JobState.PAUSED
    settle(ingestor)
    assert pool.tasks == []  # the batch in waiting was taken back
    pool.end()
    settle(ingestor)
    assert set(page_rows(hashed, document)) == set(range(BATCH))
    assert leases(hashed) == 0
    assert state_of(hashed, document) is JobState.PAUSED
    ingestor.wait()

    ingestor.resume(None if everything else [document]).result(SECONDS)
    pool.run_all(ingestor)
    assert sorted(pool.pages_begun("a.pdf")) == list(range(PAGES))
    assert state_of(hashed, document) is JobState.READY


def test_resuming_while_the_batch_of_before_is_still_with_its_worker_reads_no_page_twice(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run()
    settle(ingestor)
    pool.begin()
    ingestor.pause([document]).result(SECONDS)
    ingestor.resume([document]).result(SECONDS)
    settle(ingestor)
    pool.begin()  # the new survey, beside the old batch
    pool.end()  # the old batch
    pool.end()
    pool.run_all(ingestor)
    assert sorted(pool.pages_begun("a.pdf")) == list(range(PAGES))
    assert state_of(hashed, document) is JobState.READY
    assert leases(hashed) == 0


def test_one_that_is_resumed_by_name_goes_on_although_everything_is_paused(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    ingestor.pause().result(SECONDS)
    first, second = add(ingestor, file("a.pdf"), file("b.pdf"))
    assert ingestor.resume([second]).result(SECONDS) == [second]
    pool.run_all(ingestor)
    assert (state_of(hashed, first), state_of(hashed, second)) == (JobState.PAUSED, JobState.READY)
    assert hashed.is_paused()


def test_a_survey_that_was_begun_before_a_pause_does_not_count_after_it(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.begin()
    ingestor.pause([document]).result(SECONDS)
    ingestor.resume([document]).result(SECONDS)
    settle(ingestor)
    pool.begin()
    pool.end(BrokenFile("It was broken then."))
    settle(ingestor)
    assert state_of(hashed, document) is JobState.QUEUED
    pool.end()
    pool.run_all(ingestor)
    assert state_of(hashed, document) is JobState.READY


def test_a_paused_survey_that_comes_back_changes_nothing(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.begin()
    ingestor.pause([document]).result(SECONDS)
    pool.end()
    settle(ingestor)
    assert state_of(hashed, document) is JobState.PAUSED
    assert pool.tasks == []
    ingestor.wait()


def test_while_everything_is_paused_what_is_added_waits(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    ingestor.pause().result(SECONDS)
    (document,) = add(ingestor, file("a.pdf"))
    assert (state_of(hashed, document), pool.tasks) == (JobState.PAUSED, [])
    ingestor.wait()
    ingestor.resume().result(SECONDS)
    pool.run_all(ingestor)
    assert state_of(hashed, document) is JobState.READY


def test_a_pause_survives_a_restart(hashed: Library, file: Callable[..., Path]) -> None:
    before = HandPool()
    ingestor = hand_worked(hashed, before)
    one, other = add(ingestor, file("one.pdf"), file("other.pdf"))
    ingestor.pause([one]).result(SECONDS)
    ingestor.close()
    pool = HandPool()
    again = hand_worked(hashed, pool)
    again.recover().result(SECONDS)
    pool.run_all(again)
    assert (state_of(hashed, one), state_of(hashed, other)) == (JobState.PAUSED, JobState.READY)
    again.pause().result(SECONDS)
    again.close()
    last = HandPool()
    third = hand_worked(hashed, last)
    third.recover().result(SECONDS)
    (new,) = add(third, file("new.pdf"))
    assert (state_of(hashed, new), last.tasks) == (JobState.PAUSED, [])
    third.resume().result(SECONDS)
    last.run_all(third)
    assert {job.state for job in hashed.jobs(finished=True)} == {JobState.READY}
    third.close()


def test_what_was_cancelled_does_not_go_on_when_everything_is_resumed(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    one, other = add(ingestor, file("one.pdf"), file("other.pdf"))
    ingestor.cancel([one]).result(SECONDS)
    ingestor.pause().result(SECONDS)
    assert ingestor.resume().result(SECONDS) == [other]
    pool.run_all(ingestor)
    assert (state_of(hashed, one), state_of(hashed, other)) == (JobState.CANCELLED, JobState.READY)
    assert hashed.document(one).reason == "Stopped before it was read."
    assert ingestor.resume([one]).result(SECONDS) == [one]
    pool.run_all(ingestor)
    assert state_of(hashed, one) is JobState.READY


def test_resuming_or_retrying_what_is_being_worked_on_begins_nothing(
    ingestor: Ingestor, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    assert ingestor.resume([document]).result(SECONDS) == []
    assert ingestor.retry([document]).result(SECONDS) == []
    assert len(pool.tasks) == 1


# ── order ────────────────────────────────────────────────────────────────────────────────────────────────────────


def names_of(tasks: list[Any], kind: type) -> list[str]:
    """Return the files of tasks of a kind, each once, in order."""
    return list(dict.fromkeys(task.path.stem for task in tasks if isinstance(task, kind)))


def test_files_are_opened_and_read_in_the_order_in_which_they_came(
    ingestor: Ingestor, pool: HandPool, file: Callable[..., Path]
) -> None:
    add(ingestor, *(file(f"{name}.pdf") for name in "abcde"))
    done = pool.run_all(ingestor)
    assert names_of(done, SurveyTask) == list("abcde")
    assert names_of(done, PagesTask) == list("abcde")


def test_what_is_put_first_is_opened_and_read_first(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    documents = add(ingestor, *(file(f"{name}.pdf") for name in "abcde"))
    ingestor.move([documents[4]]).result(SECONDS)
    done = pool.run_all(ingestor)
    assert names_of(done, SurveyTask)[:3] == ["a", "b", "e"]  # the first two were with the pool already
    assert names_of(done, PagesTask) == list("eabcd")


def test_what_is_put_last_is_read_last_and_a_priority_comes_before_all(
    ingestor: Ingestor, pool: HandPool, file: Callable[..., Path]
) -> None:
    documents = add(ingestor, *(file(f"{name}.pdf") for name in "abc"))
    add(ingestor, file("urgent.pdf"), priority=5)
    ingestor.move([documents[0]], last=True).result(SECONDS)
    done = pool.run_all(ingestor)
    assert names_of(done, PagesTask) == ["urgent", "b", "c", "a"]


def test_first_while_another_is_read_takes_the_next_place(
    ingestor: Ingestor, pool: HandPool, file: Callable[..., Path]
) -> None:
    other = add(ingestor, file("one.pdf"), file("other.pdf"))[1]
    for _ in range(2):
        pool.run()
        settle(ingestor)
    pool.run()
    settle(ingestor)
    ingestor.move([other]).result(SECONDS)
    done = pool.run_all(ingestor)
    assert [task.path.stem for task in done] == ["one"] * 2 + ["other"] * 4 + ["one"]


# ── cancelling and removing ──────────────────────────────────────────────────────────────────────────────────────


def test_a_cancelled_document_tells_how_far_it_came_when_its_last_batch_is_in(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run()
    settle(ingestor)
    pool.begin()
    ingestor.cancel([document]).result(SECONDS)
    assert hashed.document(document).reason == f"Stopped after 0 of {PAGES} pages."
    pool.end()
    settle(ingestor)
    assert hashed.document(document).reason == f"Stopped after {BATCH} of {PAGES} pages."
    assert leases(hashed) == 0


def test_a_document_that_is_removed_and_added_again_before_its_worker_returns_is_read_whole(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    path = file("a.pdf")
    (document,) = add(ingestor, path)
    pool.run()
    settle(ingestor)
    pool.begin()
    ingestor.remove([document]).result(SECONDS)
    assert hashed.documents() == []
    assert add(ingestor, path) == [document]
    pool.end()
    pool.run_all(ingestor)
    assert state_of(hashed, document) is JobState.READY
    assert set(page_rows(hashed, document)) == set(range(PAGES))
    assert leases(hashed) == 0
    ingestor.wait()


def test_what_a_worker_returns_of_a_removed_document_leaves_the_cache_too(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run()
    settle(ingestor)
    task = pool.begin()
    ingestor.remove([document]).result(SECONDS)
    embedder = HashEmbedder()
    cached = CachedEmbedder(embedder, hashed.cache_folder)
    texts = [embedded_text(context, chunk.text) for chunk, context in read(task).chunks]
    cached.embed_passages(texts)  # as the worker does
    pool.end()
    settle(ingestor)
    embedder.embedded.clear()
    cached.embed_passages(texts)
    assert sorted(embedder.embedded) == texts  # none of them was known any more
    cached.close()


# ── ends ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_cannot_be_reached_is_tried_again_after_a_while(
    ingestor: Ingestor,
    hashed: Library,
    pool: HandPool,
    watched: Watcher,
    file: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scheduler, "_RETRY_AFTER_SECONDS", (0.0, 0.0))
    (document,) = add(ingestor, file("a.pdf"))
    gone = FileUnreachable("The drive is not there.")
    pool.run(gone)
    pool.run(gone)
    pool.run()
    settle(ingestor)
    pool.run(gone)  # a batch: the third time
    settle(ingestor)
    assert state_of(hashed, document) is JobState.FAILED
    assert hashed.document(document).reason == "The drive is not there."
    tries = [event.reason for event in watched.of(document) if event.reason and "tried again" in event.reason]
    assert tries == ["The drive is not there. It is tried again."] * 2
    ingestor.wait()
    assert leases(hashed) == 0


def test_a_waiting_time_is_kept_with_the_job(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run(FileUnreachable("The drive is not there."))
    settle(ingestor)
    job = hashed.job(document)
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    assert job.retry_at > 0
    ingestor.pause([document]).result(SECONDS)
    assert ingestor.resume([document]).result(SECONDS) == [document]
    settle(ingestor)
    assert len(pool.tasks) == 1
    pool.run_all(ingestor)
    assert state_of(hashed, document) is JobState.READY


def test_a_page_at_fault_is_found_and_costs_itself_only(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run_all(ingestor, lambda task: died() if isinstance(task, PagesTask) and 7 in task.pages else None)
    assert hashed.document(document).health == Health(text=PAGES - 1, failed=1)
    (problem,) = hashed.problems(document)
    assert (problem.page_index, problem.reason) == (7, "This page made its reader crash, so it was left out.")
    assert leases(hashed) == 0


@pytest.mark.parametrize("pages", [1, PAGES])
@pytest.mark.parametrize("known", [True, False])
def test_a_worker_that_was_ended_from_outside_costs_no_page(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path], pages: int, known: bool
) -> None:
    """Twice over the same page: whoever ends workers at random may well meet it again."""
    pool.pages["a.pdf"] = pages
    (document,) = add(ingestor, file("a.pdf"))
    ended = [0]

    def end(task: Any) -> Exception | None:
        if isinstance(task, PagesTask) and 0 in task.pages and ended[0] < 2:
            ended[0] += 1
            return died(0 if known else None)
        return None

    pool.run_all(ingestor, end)
    assert ended == [2]
    assert hashed.document(document).health == Health(text=pages)


@pytest.mark.parametrize(
    ("cause", "words"),
    [(DeathCause.TIME, "not read within 60 seconds"), (DeathCause.MEMORY, "needs more than 1,024 MB")],
)
def test_a_page_that_takes_too_much_is_not_tried_a_second_time_alone(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path], cause: DeathCause, words: str
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run_all(ingestor, lambda task: died(3, cause) if isinstance(task, PagesTask) and 3 in task.pages else None)
    assert pool.pages_begun("a.pdf").count(3) == 2  # with its batch, and alone
    (problem,) = hashed.problems(document)
    assert words in problem.reason


def test_a_reader_that_cannot_be_started_blames_no_page(
    ingestor: Ingestor,
    hashed: Library,
    pool: HandPool,
    file: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scheduler, "_RETRY_AFTER_SECONDS", (0.0,))
    (document,) = add(ingestor, file("a.pdf"))
    refused = died(cause=DeathCause.NO_START)
    pool.run()
    settle(ingestor)
    pool.run(refused)
    pool.run_all(ingestor)
    assert hashed.document(document).health == Health(text=PAGES)
    assert state_of(hashed, document) is JobState.READY


# ── recovery ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_an_end_in_the_middle_what_was_being_read_goes_in_halves_and_nothing_finished_again(
    hashed: Library, file: Callable[..., Path]
) -> None:
    before = HandPool()
    killed = hand_worked(hashed, before)
    (document,) = add(killed, file("a.pdf"))
    before.run()
    settle(killed)
    before.run()
    settle(killed)
    before.begin()  # pages 5 to 9 are with the worker, 10 to 14 wait for one
    kept = chunk_ids(hashed, document)
    assert leases(hashed) == 2
    killed.close()
    hashed._owner_id = "the next one"
    pool = HandPool()
    again = hand_worked(hashed, pool)
    again.recover().result(SECONDS)
    assert leases(hashed) == 0
    done = pool.run_all(again)
    sizes = [len(task.pages) for task in done if isinstance(task, PagesTask)]
    assert sizes == [3, 2, 3, 2, 5]
    assert sorted(pool.pages_begun("a.pdf")) == list(range(BATCH, PAGES))
    assert state_of(hashed, document) is JobState.READY
    assert {page: ids for page, ids in chunk_ids(hashed, document).items() if page < BATCH} == kept
    again.close()


def test_leases_of_several_owners_that_ended_are_taken_back(hashed: Library, file: Callable[..., Path]) -> None:
    pool = HandPool()
    ingestor = hand_worked(hashed, pool)
    one, other = add(ingestor, file("one.pdf"), file("other.pdf"))
    ingestor.close()
    for owner, document, pages in (("x", one, (0, 1)), ("y", one, (4, 5, 6)), ("z", other, (2,))):
        hashed._owner_id = owner
        hashed.lease(document, pages, 0, 60.0)
    hashed._owner_id = "living"
    last = HandPool()
    again = hand_worked(hashed, last)
    again.recover().result(SECONDS)
    assert leases(hashed) == 0
    done = [task for task in last.run_all(again) if isinstance(task, PagesTask)]
    assert [task.pages for task in done if task.path.stem == "one"][:4] == [(0,), (1,), (2, 3, 7, 8, 9), (4, 5)]
    assert sorted(last.pages_begun("one.pdf")) == list(range(PAGES))
    again.close()


def test_whoever_begins_without_recovering_everything_takes_back_the_leases_too(
    hashed: Library, file: Callable[..., Path]
) -> None:
    """The command line goes on with what it was asked for, and leaves the rest to the next window."""
    pool = HandPool()
    killed = hand_worked(hashed, pool)
    one, _ = add(killed, file("one.pdf"), file("other.pdf"))
    for _ in range(2):
        pool.run()
        settle(killed)
    assert leases(hashed) == 2
    killed.close()
    hashed._owner_id = "the next one"
    last = HandPool()
    again = hand_worked(hashed, last)
    again.resume([one]).result(SECONDS)
    done = last.run_all(again)
    assert [len(task.pages) for task in done if isinstance(task, PagesTask)] == [3, 2, 3, 2, 5, 5]
    assert leases(hashed) == 0
    again.close()


def test_everything_stopped_by_a_full_disk_goes_on(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    documents = add(ingestor, file("one.pdf"), file("other.pdf"))
    pool.run()
    pool.run()
    settle(ingestor)
    with monkeypatch.context() as patch:
        patch.setattr(Library, "commit_pages", full)
        pool.run()
        settle(ingestor)
    ingestor.wait()
    assert pool.tasks == []
    assert ingestor.resume().result(SECONDS) == documents
    pool.run_all(ingestor)
    assert {state_of(hashed, document) for document in documents} == {JobState.READY}
    assert all(set(page_rows(hashed, document)) == set(range(PAGES)) for document in documents)


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_changed_file_takes_the_place_of_its_earlier_version_once_it_is_ready(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (old,) = add(ingestor, file("a.pdf", "first"), collection="Sea")
    pool.run_all(ingestor)
    (new,) = add(ingestor, file("a.pdf", "second"))
    pool.run()
    settle(ingestor)
    pool.run()
    settle(ingestor)
    assert state_of(hashed, old) is JobState.READY  # it can still be asked
    assert set(page_rows(hashed, old)) == set(range(PAGES))
    pool.run_all(ingestor)
    (document,) = hashed.documents()
    assert (document.id, document.state, document.collections) == (new, DocumentState.READY, ("Sea",))
    sizes = hashed.index_sizes()
    assert sizes["chunks"] == sizes["vectors"] == sizes["keywords"] == PAGES


def test_a_new_version_that_cannot_be_read_leaves_the_earlier_one(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (old,) = add(ingestor, file("a.pdf", "first"))
    pool.run_all(ingestor)
    (broken,) = add(ingestor, file("a.pdf", "second"))
    pool.run_all(ingestor, lambda task: BrokenFile("The file is damaged."))
    assert (state_of(hashed, old), state_of(hashed, broken)) == (JobState.READY, JobState.FAILED)
    (third,) = add(ingestor, file("a.pdf", "third"))
    pool.run_all(ingestor)
    assert [document.id for document in hashed.documents()] == [third]


def test_a_version_that_was_never_ready_goes_at_once(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    add(ingestor, file("a.pdf", "first"))
    pool.run()
    settle(ingestor)
    (second,) = add(ingestor, file("a.pdf", "second"))
    assert [document.id for document in hashed.documents()] == [second]
    pool.run_all(ingestor)
    assert state_of(hashed, second) is JobState.READY


def test_going_back_to_an_earlier_version_ends_the_later_one(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (old,) = add(ingestor, file("a.pdf", "first"))
    pool.run_all(ingestor)
    add(ingestor, file("a.pdf", "second"))
    pool.run()
    settle(ingestor)
    assert add(ingestor, file("a.pdf", "first")) == [old]
    pool.run_all(ingestor)
    (document,) = hashed.documents()
    assert (document.id, document.state) == (old, DocumentState.READY)


def test_removing_a_new_version_removes_the_one_that_it_stood_in_for(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    add(ingestor, file("a.pdf", "first"))
    pool.run_all(ingestor)
    (new,) = add(ingestor, file("a.pdf", "second"))
    pool.run()
    settle(ingestor)
    assert len(hashed.documents()) == 2
    ingestor.remove([new]).result(SECONDS)
    assert hashed.documents() == []
    assert hashed.index_sizes() == {"chunks": 0, "vectors": 0, "keywords": 0}


@pytest.mark.parametrize("ready", [True, False])
def test_an_earlier_version_whose_removal_was_cut_short_goes_at_the_next_start(
    hashed: Library, file: Callable[..., Path], ready: bool
) -> None:
    """Between the commit that makes it superfluous and its removal everything may end."""
    pool = HandPool()
    killed = hand_worked(hashed, pool)
    (old,) = add(killed, file("a.pdf", "first"))
    if ready:
        pool.run_all(killed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scheduler.Scheduler, "supersede", lambda *_, **__: None)
        add(killed, file("a.pdf", "second"))
        if ready:
            pool.run_all(killed)
    assert old in {document.id for document in hashed.documents()}
    killed.close()
    last = HandPool()
    again = hand_worked(hashed, last)
    again.recover().result(SECONDS)
    last.run_all(again)
    (document,) = hashed.documents()
    assert (document.id == old, document.state) == (False, DocumentState.READY)
    again.close()


def test_a_renamed_file_is_followed_and_a_copy_is_a_second_place(
    ingestor: Ingestor, hashed: Library, pool: HandPool, tmp_path: Path, file: Callable[..., Path]
) -> None:
    path = file("a.pdf")
    (document,) = add(ingestor, path)
    pool.run_all(ingestor)
    before = chunk_ids(hashed, document)
    os.rename(path, tmp_path / "b.pdf")
    assert add(ingestor, tmp_path / "b.pdf") == [document]
    assert hashed.document(document).paths == (str(tmp_path / "b.pdf"),)
    (tmp_path / "copy.pdf").write_bytes((tmp_path / "b.pdf").read_bytes())
    assert add(ingestor, tmp_path / "copy.pdf", collection="Sea") == [document]
    assert set(hashed.document(document).paths) == {str(tmp_path / "copy.pdf"), str(tmp_path / "b.pdf")}
    assert pool.tasks == []
    assert chunk_ids(hashed, document) == before


def test_a_file_that_is_renamed_while_it_is_read_is_read_at_its_new_place(
    ingestor: Ingestor, hashed: Library, pool: HandPool, tmp_path: Path, file: Callable[..., Path]
) -> None:
    path = file("a.pdf")
    (document,) = add(ingestor, path)
    pool.run()
    settle(ingestor)
    pool.begin()
    os.rename(path, tmp_path / "b.pdf")
    assert add(ingestor, tmp_path / "b.pdf") == [document]
    pool.end(BrokenFile("The file is no longer there. It may have been moved or deleted."))
    done = pool.run_all(
        ingestor,
        lambda task: None if task.path.exists() else BrokenFile("The file is no longer there."),
    )
    assert {task.path.name for task in done if task.path.exists()} == {"b.pdf"}
    assert state_of(hashed, document) is JobState.READY
    assert set(page_rows(hashed, document)) == set(range(PAGES))


# ── recognising and skipping ─────────────────────────────────────────────────────────────────────────────────────


def test_recognised_pages_take_the_place_of_what_was_read(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run_all(ingestor)
    before = chunk_ids(hashed, document)
    assert ingestor.recognise(document, [3, 4]).result(SECONDS) == [document]
    pool.run_all(ingestor)
    rows = page_rows(hashed, document)
    assert {page for page, (source, _) in rows.items() if source == PageSource.OCR} == {3, 4}
    assert rows[3][1] == "a words of page 3 recognised"
    after = chunk_ids(hashed, document)
    assert {page for page in after if after[page] != before[page]} == {3, 4}
    sizes = hashed.index_sizes()
    assert sizes["chunks"] == sizes["vectors"] == sizes["keywords"] == PAGES
    assert state_of(hashed, document) is JobState.READY
    assert hashed.document(document).health == Health(text=PAGES - 2, ocr=2)


def test_where_nothing_is_recognised_the_text_stays(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run_all(ingestor)
    before, ids = page_rows(hashed, document), chunk_ids(hashed, document)

    def nothing(task: PagesTask) -> PagesResult:
        empty = tuple(Page(index, str(index), "", PageSource.EMPTY) for index in task.pages)
        return PagesResult(empty, (), read(task).vectors[:0])

    monkeypatch.setattr(hand_pool, "read", nothing)
    ingestor.recognise(document, [3, 4]).result(SECONDS)
    pool.run_all(ingestor)
    assert (page_rows(hashed, document), chunk_ids(hashed, document)) == (before, ids)
    assert state_of(hashed, document) is JobState.READY
    assert leases(hashed) == 0


def test_a_crash_while_recognising_keeps_what_was_read(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run_all(ingestor)
    before = page_rows(hashed, document)
    ingestor.recognise(document, [3]).result(SECONDS)
    pool.run_all(ingestor, lambda task: died() if isinstance(task, PagesTask) else None)
    assert page_rows(hashed, document) == before
    assert state_of(hashed, document) is JobState.READY


def test_a_wish_for_recognition_outlives_the_owner(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run_all(ingestor)
    ingestor.recognise(document, [4, 3]).result(SECONDS)
    settle(ingestor)
    ingestor.close()
    assert hashed.job(document).recognise == (3, 4)

    other_pool = HandPool()
    again = hand_worked(hashed, other_pool)
    try:
        again.recover().result(SECONDS)
        other_pool.run_all(again)
    finally:
        again.close()
    assert hashed.document(document).health == Health(text=PAGES - 2, ocr=2)
    assert hashed.job(document).recognise == ()


def test_a_page_that_is_done_without_is_no_longer_a_fault(
    ingestor: Ingestor, hashed: Library, pool: HandPool, watched: Watcher, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    pool.run_all(ingestor, lambda task: died(3) if isinstance(task, PagesTask) and 3 in task.pages else None)
    assert hashed.document(document).reason == "1 page could not be read."
    ingestor.skip(document, [3]).result(SECONDS)
    now = hashed.document(document)
    assert (now.state, now.reason, now.health) == (DocumentState.READY, None, Health(text=PAGES - 1, empty=1))
    assert [problem.reason for problem in hashed.problems(document)] == ["Left out on request."]
    assert watched.of(document)[-1].reason is None


def test_only_the_pages_that_are_named_are_tried_again(
    ingestor: Ingestor, hashed: Library, pool: HandPool, file: Callable[..., Path]
) -> None:
    (document,) = add(ingestor, file("a.pdf"))
    hostile = {3, 8}
    pool.run_all(ingestor, lambda t: died() if isinstance(t, PagesTask) and hostile.intersection(t.pages) else None)
    assert hashed.document(document).health.failed == 2
    pool.begun.clear()
    ingestor.retry([document], pages=[8]).result(SECONDS)
    pool.run_all(ingestor)
    assert pool.pages_begun("a.pdf") == [8]
    assert hashed.document(document).health == Health(text=PAGES - 1, failed=1)
