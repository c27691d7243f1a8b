"""The window stays fluid: how long its event loop is kept waiting while it works hardest."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTextEdit
from real_desk import OpenDesk, ScriptedModel, all_are, drop, until

from core.types import Answer, DocumentState
from desktop.chat.transcript_model import TranscriptRole

TICK_MS = 5
LONGEST_MS = 100.0
COPIES, DISTINCT, PAGES = 14, 3, 60
PARAGRAPH = (
    "Agnes Marrow lit the first of them on 21 June 1874 [1]. She kept the pier for **thirty-one years**. By the "
    "office’s own count she missed *nine* evenings [1]. Lamp 17 was carried away by the storm of 1899 [1].\n\n"
)
PARAGRAPHS = 12


class Stopwatch(QObject):
    """A timer that notes by how much each of its ticks comes after the last.

    Attributes:
        gaps: in milliseconds.
        stalls: the same without the time in which the thread was ready to run and the machine had no processor for it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.gaps: list[float] = []
        self.stalls: list[float] = []
        self._at, self._waited = time.perf_counter(), seconds_waited()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start(TICK_MS)

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def _on_timeout(self) -> None:
        now, waited = time.perf_counter(), seconds_waited()
        self.gaps.append((now - self._at) * 1000)
        self.stalls.append((now - self._at - (waited - self._waited)) * 1000)
        self._at, self._waited = now, waited


def seconds_waited() -> float:
    """Return how long this thread has been waiting for a processor, all in all; 0 where the system does not tell."""
    try:
        with open("/proc/thread-self/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except OSError:
        return 0.0


@contextmanager
def fluid(what: str, parent: QObject) -> Iterator[None]:
    """Hold that the event loop never waits longer than `LONGEST_MS` inside the block."""
    gc.freeze()  # as `desktop.app.run` does once the library is open
    watch = Stopwatch(parent)
    try:
        yield
    finally:
        watch.stop()
        gc.unfreeze()
    for name, times in (("gaps", sorted(watch.gaps)), ("own", sorted(watch.stalls))):
        half, most = times[len(times) // 2], times[int(len(times) * 0.99)]
        print(f"\n{what}: {name} p50 {half:.1f} ms, p99 {most:.1f} ms, max {times[-1]:.1f} ms, {len(times)} ticks")
    assert max(watch.stalls) < LONGEST_MS, f"the event loop stood still for {max(watch.stalls):.0f} ms"


@pytest.fixture
def thousand_pages(data: Path, tmp_path: Path) -> Path:
    """Return a folder of 1,020 pages: most repeat the same text, so that their embeddings are cached, some do not."""
    folder = tmp_path / "thousand"
    folder.mkdir()
    for number in range(COPIES):
        writer = PdfWriter(clone_from=PdfReader(data / "long.pdf"))
        writer.add_metadata({"/Title": f"The sixty piers, volume {number + 1}"})
        writer.write(folder / f"piers-{number + 1:02}.pdf")
    for number in range(DISTINCT):
        pdf = FPDF(format=(148, 210))
        pdf.set_font("Helvetica", size=11)
        for page in range(PAGES):
            lamp = number * PAGES + page
            pdf.add_page()
            pdf.multi_cell(0, 6, f"Lamp {lamp} was lit {lamp * 7} times and went out {lamp % 13} times in a storm.")
        pdf.output(str(folder / f"lamps-{number + 1}.pdf"))
    return folder


async def test_the_window_is_fluid_while_a_thousand_pages_are_read(open_desk: OpenDesk, thousand_pages: Path) -> None:
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        with fluid("1,020 pages", desk):
            drop(desk.empty, thousand_pages)
            await until(lambda: all_are(desk, DocumentState.READY, COPIES + DISTINCT), 120)
        assert sum(document.health.text for document in desk.library.documents) == (COPIES + DISTINCT) * PAGES


async def test_the_window_is_fluid_while_an_answer_grows(open_desk: OpenDesk, lamps: Path) -> None:
    words = [f"{word} " for word in (PARAGRAPH * PARAGRAPHS).split(" ")]
    model = ScriptedModel(*words, pause=0.004)  # faster than any model on a laptop
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        with fluid("a long answer", desk):
            field = desk.chat_panel.composer.findChild(QTextEdit)
            QTest.keyClicks(field, "Who lit the first lamp of the Long Pier?")
            QTest.keyClick(field, Qt.Key.Key_Return)
            await until(lambda: desk.transcript.rowCount() == 2 and not desk.chat.is_answering, 60)
        answer = desk.transcript.index(1).data(TranscriptRole.ANSWER)
        assert isinstance(answer, Answer)
        assert len(answer.sentences) == 4 * PARAGRAPHS
