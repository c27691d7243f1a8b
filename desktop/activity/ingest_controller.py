"""What people ask of the work under way, done: pausing, ordering, stopping, trying again; and what they see of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Slot

from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.types import DocumentState, IngestJob, IngestProgress, OverallProgress
from desktop.action_rows.model import ActionRow
from desktop.activity.activity_footer import ActivityFooter
from desktop.activity.queue_dialog import QueueDialog
from desktop.activity.queue_model import QueueModel
from desktop.activity.queue_order import Target, one_down, one_up
from desktop.activity.queue_state import resting
from desktop.library.ingest_events import IngestEvents
from desktop.tasks import Tasks
from desktop.wording import needs_attention, summary_line

# The queue is read again no more often than this while it is looked at: with thousands of jobs that takes a moment.
_QUEUE_SECONDS = 0.5


class IngestController(QObject):
    """Stands between the ingestor and what shows the work: the footer and the queue.

    Args:
        passwords: given in this session, by document, for those that are read again.
    """

    def __init__(
        self,
        footer: ActivityFooter,
        queue: QueueDialog,
        model: QueueModel,
        events: IngestEvents,
        tasks: Tasks,
        passwords: Mapping[str, str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._footer = footer
        self._queue = queue
        self._model = model
        self._tasks = tasks
        self._passwords = passwords
        self._library: Library | None = None
        self._ingestor: Ingestor | None = None
        self._overall = OverallProgress(0, 0, 0, 0)
        self._busy_since: float | None = None
        self._paused: dict[str, IngestProgress] = {}
        self._reading_queue = False
        self._read_again = False
        events.progressed.connect(self._on_progressed)
        events.overall_progressed.connect(self._on_overall_progressed)
        model.moved.connect(self._on_moved)
        footer.pause_requested.connect(self.pause_all)
        footer.resume_requested.connect(self.resume_all)
        footer.queue_requested.connect(self.show_queue)
        queue.pause_requested.connect(self.pause_all)
        queue.resume_requested.connect(self.resume_all)

    def attach(self, library: Library, ingestor: Ingestor) -> None:
        """Begin to work with an open library; what an earlier run left unfinished goes on."""
        self._library, self._ingestor = library, ingestor
        self._ask(lambda ingestor: ingestor.recover())

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def pause_all(self) -> None:
        """Stop everything until it is resumed, what is added later included."""
        self._ask(lambda ingestor: ingestor.pause())

    @Slot()
    def resume_all(self) -> None:
        """Go on with everything that was paused, or halted."""
        self._ask(lambda ingestor: ingestor.resume())

    def pause(self, documents: Sequence[str]) -> None:
        """Stop documents until they are resumed."""
        self._ask(lambda ingestor: ingestor.pause(documents))

    def resume(self, documents: Sequence[str]) -> None:
        """Go on with documents that were paused or stopped."""
        self._ask(lambda ingestor: ingestor.resume(documents))

    def cancel(self, documents: Sequence[str]) -> None:
        """Stop working on documents; the pages that are finished stay."""
        self._ask(lambda ingestor: ingestor.cancel(documents))

    def retry(self, documents: Sequence[str], pages: Sequence[int] | None = None) -> None:
        """Try documents, or some failed pages of one, again."""
        self._ask(lambda ingestor: ingestor.retry(documents, self._known_passwords(documents), pages))

    def recognise(self, document: str, pages: Sequence[int]) -> None:
        """Read pages of a document by OCR, in place of what was read of them before."""
        self._ask(lambda ingestor: ingestor.recognise(document, pages, self._known_passwords([document])))

    def skip(self, document: str, pages: Sequence[int]) -> None:
        """Do without pages that could not be read."""
        self._ask(lambda ingestor: ingestor.skip(document, pages))

    def move_first(self, documents: Sequence[str]) -> None:
        """Read these next."""
        self._ask(lambda ingestor: ingestor.move(documents))

    def move_last(self, documents: Sequence[str]) -> None:
        """Read these when all others are done."""
        self._ask(lambda ingestor: ingestor.move(documents, last=True))

    def move_up(self, documents: Sequence[str]) -> None:
        """Read these one place sooner."""
        self._step(documents, one_up)

    def move_down(self, documents: Sequence[str]) -> None:
        """Read these one place later."""
        self._step(documents, one_down)

    @Slot()
    def show_queue(self) -> None:
        """Open the queue."""
        self._queue.present()
        self.read_queue()

    def read_queue(self) -> None:
        """Read the queue again while it is looked at; requests while that goes on are answered by one more reading."""
        if self._library is None or not self._queue.isVisible():
            return
        if self._reading_queue:
            self._read_again = True
            return
        self._reading_queue = True
        self._tasks.start(self._read_queue(self._library))

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, request: Callable[[Ingestor], Future[Any]]) -> None:
        if self._ingestor is not None:
            self._tasks.start(self._follow(request(self._ingestor)))

    async def _follow(self, request: Future[Any]) -> None:
        await asyncio.wrap_future(request)
        if self._overall.is_idle:
            await self._say_how_it_stands(None)
        self.read_queue()

    def _step(self, documents: Sequence[str], place: Callable[[Sequence[str], Sequence[str]], Target]) -> None:
        if self._library is not None and self._ingestor is not None:
            self._tasks.start(self._move_by(self._library, self._ingestor, list(documents), place))

    async def _move_by(
        self,
        library: Library,
        ingestor: Ingestor,
        documents: list[str],
        place: Callable[[Sequence[str], Sequence[str]], Target],
    ) -> None:
        order = [job.document for job in await asyncio.to_thread(library.jobs)]
        chosen = [document for document in order if document in documents]
        target = place(order, chosen)
        await self._follow(ingestor.move(chosen, target.before, last=target.last))

    def _known_passwords(self, documents: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(self._passwords[one] for one in documents if one in self._passwords))

    async def _read_queue(self, library: Library) -> None:
        try:
            snapshot = self._model.snapshot()

            def read() -> tuple[list[IngestJob], list[ActionRow]]:
                jobs = library.jobs()
                return jobs, snapshot.rows(jobs)

            jobs, rows = await asyncio.to_thread(read)
            self._model.set_jobs(jobs, (snapshot, rows))
            await asyncio.sleep(_QUEUE_SECONDS if self._read_again else 0)
        finally:
            self._reading_queue = False
        if self._read_again:
            self._read_again = False
            self.read_queue()

    async def _say_how_it_stands(self, summary: Callable[[int], str] | None) -> None:
        """At rest: say why, or what the work came to by `summary` of how many documents need attention."""
        library = self._library
        if library is None:
            return

        def read() -> tuple[list[IngestJob], bool, int]:
            attention = sum(needs_attention(document) for document in library.documents()) if summary else 0
            return library.jobs(), library.is_paused(), attention

        jobs, is_paused, attention = await asyncio.to_thread(read)
        if not self._overall.is_idle:  # work has begun meanwhile
            return
        stands = resting(jobs, self._paused, is_paused=is_paused)
        self._queue.set_resting(stands.text if stands else "")
        if stands is not None:
            self._footer.set_resting(stands.text, stands.resume)
        elif summary is not None:
            self._footer.set_summary(summary(attention), attention)
        else:
            self._footer.set_at_rest()

    # ── news ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot(list)
    def _on_progressed(self, progress: list[IngestProgress]) -> None:
        for told in progress:
            if told.state is DocumentState.PAUSED:
                self._paused[told.document] = told
            else:
                self._paused.pop(told.document, None)
        self._model.update_progress(progress)
        if any(not told.state.is_final and not self._model.knows(told.document) for told in progress):
            self.read_queue()

    @Slot(object)
    def _on_overall_progressed(self, overall: OverallProgress) -> None:
        self._overall = overall
        self._footer.set_overall(overall)
        self._queue.set_overall(overall)
        now = time.monotonic()
        if not overall.is_idle:
            self._busy_since = self._busy_since or now
            return
        seconds = now - (self._busy_since or now)  # what was done in a moment is told of only here
        self._busy_since = None
        files, pages = overall.files_total, overall.pages_total
        self._tasks.start(self._say_how_it_stands(lambda attention: summary_line(files, pages, seconds, attention)))

    @Slot(str, object)
    def _on_moved(self, document: str, before: str | None) -> None:
        self._ask(lambda ingestor: ingestor.move([document], before, last=before is None))
