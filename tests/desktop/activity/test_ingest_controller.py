"""What stands between the footer, the queue and the ingestor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from desk_stand_ins import ObedientIngestor, SlowLibrary, document, job, jobs
from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QLabel, QWidget
from real_desk import until

from core.types import DocumentState, IngestProgress, JobState, OverallProgress
from desktop.activity.activity_footer import ActivityFooter
from desktop.activity.ingest_controller import IngestController
from desktop.activity.queue_dialog import QueueDialog
from desktop.activity.queue_model import QueueModel
from desktop.library.ingest_events import IngestEvents
from desktop.tasks import Tasks
from desktop.theme.theme import Theme

FULL = "The library could not be written (disk full). Make room on the disk, then resume."


@dataclass
class Bench:
    """The controller and all that it stands between."""

    controller: IngestController
    footer: ActivityFooter
    queue: QueueDialog
    model: QueueModel
    events: IngestEvents
    library: SlowLibrary
    ingestor: ObedientIngestor
    passwords: dict[str, str]

    async def attach(self) -> None:
        self.library.may_read.set()
        self.controller.attach(self.library, self.ingestor)  # type: ignore[arg-type]
        await until(lambda: self.library.queue_readings)  # it was asked how the queue stands

    def says(self, words: str) -> bool:
        return any(words in label.text() for label in self.footer.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def bench(run_async: object, theme: Theme, holder: QWidget) -> Bench:
    holder.resize(900, 700)
    events, footer, model = IngestEvents(holder), ActivityFooter(theme, holder), QueueModel(holder)
    footer.resize(296, 200)
    holder.show()
    queue = QueueDialog(theme, model, holder)
    passwords: dict[str, str] = {}
    errors: list[str] = []
    controller = IngestController(footer, queue, model, events, Tasks(errors.append), passwords, holder)
    return Bench(controller, footer, queue, model, events, SlowLibrary(), ObedientIngestor(), passwords)


async def test_without_a_library_nothing_happens(bench: Bench) -> None:
    bench.controller.pause_all()
    bench.controller.resume(["a"])
    bench.controller.move_up(["a"])
    bench.controller.read_queue()
    assert bench.ingestor.asked == []
    assert bench.library.queue_readings == 0


async def test_what_an_earlier_run_left_goes_on(bench: Bench) -> None:
    await bench.attach()
    assert bench.ingestor.asked == [("recover",)]
    assert not bench.footer._rest.isVisible()


async def test_a_pause_outlives_a_restart(bench: Bench) -> None:
    bench.library.queue, bench.library.paused = [job("a", JobState.PAUSED, 2, 42)], True
    await bench.attach()
    await until(lambda: bench.says("Paused · 40\u00a0pages left"))


@pytest.mark.parametrize(
    ("ask", "asked"),
    [
        (lambda c: c.pause_all(), ("pause",)),
        (lambda c: c.resume_all(), ("resume",)),
        (lambda c: c.pause(["b"]), ("pause", ["b"])),
        (lambda c: c.resume(["b"]), ("resume", ["b"])),
        (lambda c: c.cancel(["b"]), ("cancel", ["b"])),
        (lambda c: c.retry(["a", "b"]), ("retry", ["a", "b"], ["lamp"], None)),
        (lambda c: c.retry(["b"], [3, 4]), ("retry", ["b"], [], [3, 4])),
        (lambda c: c.recognise("a", [3]), ("recognise", "a", [3], ["lamp"])),
        (lambda c: c.skip("b", [3]), ("skip", "b", [3])),
        (lambda c: c.move_first(["b"]), ("move", ["b"])),
        (lambda c: c.move_last(["b"]), ("move", ["b"], {"last": True})),
        (lambda c: c.move_up(["c"]), ("move", ["c"], "b", {"last": False})),
        (lambda c: c.move_down(["a"]), ("move", ["a"], "c", {"last": False})),
        (lambda c: c.move_down(["c", "b"]), ("move", ["b", "c"], None, {"last": True})),
    ],
)
async def test_requests_are_handed_on(
    bench: Bench, ask: Callable[[IngestController], None], asked: tuple[object, ...]
) -> None:
    bench.library.queue = list(jobs("a", "b", "c"))
    bench.passwords["a"] = "lamp"
    await bench.attach()
    ask(bench.controller)
    await until(lambda: bench.ingestor.asked[1:] == [asked])


async def test_buttons_and_drags_reach_the_ingestor(bench: Bench) -> None:
    bench.library.queue = list(jobs("a", "b", "c"))
    await bench.attach()
    bench.footer.queue_requested.emit()
    await until(lambda: bench.model.keys == ["a", "b", "c"])
    assert bench.queue.isVisible()
    bench.footer.pause_requested.emit()
    bench.queue.resume_requested.emit()
    bench.model.moveRow(QModelIndex(), 2, QModelIndex(), 0)
    bench.model.moveRow(QModelIndex(), 0, QModelIndex(), 3)
    assert bench.ingestor.asked[1:] == [
        ("pause",),
        ("resume",),
        ("move", ["c"], "a", {"last": False}),
        ("move", ["c"], None, {"last": True}),
    ]


async def test_the_queue_is_read_only_while_it_is_looked_at(bench: Bench) -> None:
    await bench.attach()
    before = bench.library.queue_readings
    bench.library.queue = list(jobs("a"))
    bench.events.tell_progress(IngestProgress("a", "", DocumentState.READING, 0, 8))
    bench.events.tell_overall(OverallProgress(0, 1, 0, 8))
    await until(lambda: bench.says("Adding 1 file"))
    assert bench.library.queue_readings == before
    bench.controller.show_queue()
    await until(lambda: bench.model.keys == ["a"])
    bench.library.queue = list(jobs("b", "a"))
    bench.events.tell_progress(IngestProgress("b", "", DocumentState.QUEUED, 0, 0))
    await until(lambda: bench.model.keys == ["b", "a"])
    before = bench.library.queue_readings
    bench.events.tell_progress(IngestProgress("b", "", DocumentState.READY, 8, 8))
    await until(lambda: bench.model.keys == ["a"])
    assert bench.library.queue_readings == before, "what ends leaves without a reading"


async def test_the_footer_counts_then_sums_up(bench: Bench) -> None:
    bench.library.held = [document("a"), document("b", DocumentState.NEEDS_PASSWORD), document("c", missing=True)]
    await bench.attach()
    bench.events.tell_overall(OverallProgress(0, 2, 3, 16, 2.0, 6.0))
    await until(lambda: bench.says("Adding 2 files"))
    bench.events.tell_overall(OverallProgress(2, 2, 16, 16))
    await until(lambda: bench.says("2\u00a0need attention"))


async def test_what_failed_at_once_is_summed_up_too(bench: Bench) -> None:
    bench.library.held = [document("a", DocumentState.FAILED)]
    await bench.attach()
    bench.events.tell_overall(OverallProgress(0, 1, 0, 0))
    bench.events.tell_overall(OverallProgress(1, 1, 0, 0))  # before anyone has heard of the first
    await until(lambda: bench.says("1\u00a0needs attention"))


async def test_a_pause_is_no_summary(bench: Bench) -> None:
    await bench.attach()
    bench.events.tell_overall(OverallProgress(0, 2, 3, 16, 2.0, 6.0))
    await until(lambda: bench.says("Adding 2 files"))
    bench.library.queue, bench.library.paused = [job("a", JobState.PAUSED, 3, 16)], True
    bench.events.tell_progress(IngestProgress("a", "", DocumentState.PAUSED, 3, 16, reason="Paused."))
    bench.events.tell_overall(OverallProgress(2, 2, 3, 3))
    await until(lambda: bench.says("Paused · 13\u00a0pages left"))
    assert bench.queue._line.text() == "Paused · 13 pages left"
    assert not bench.footer._summary.isVisible()


async def test_a_full_disk_is_explained_until_work_goes_on(bench: Bench) -> None:
    await bench.attach()
    bench.library.queue = [job("a", JobState.EMBEDDING, 3, 16)]
    bench.events.tell_progress(IngestProgress("a", "", DocumentState.PAUSED, 3, 16, reason=FULL))
    bench.events.tell_overall(OverallProgress(1, 1, 3, 3))
    await until(lambda: bench.says("Make room on the disk, then resume."))
    bench.footer._resume.click()
    await until(lambda: bench.ingestor.asked[-1] == ("resume",))
    bench.events.tell_progress(IngestProgress("a", "", DocumentState.QUEUED, 3, 16))
    bench.events.tell_overall(OverallProgress(0, 1, 3, 16))
    await until(lambda: bench.says("Adding 1 file"))
    assert not bench.footer._rest.isVisible()
