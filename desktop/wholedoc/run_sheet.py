"""A sheet whose body grows while something is being worked out: progress, Stop, and what came of it."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.answering.progress import Progress
from desktop.sheet import Sheet
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle
from desktop.thin_bar import ThinBar


class RunState(Enum):
    """How the work stands."""

    IDLE = auto()
    RUNNING = auto()
    STOPPED = auto()
    FAILED = auto()
    DONE = auto()


class RunSheet(Sheet):
    """Shows how far some work is, and offers to stop it, or to begin again what was stopped or failed.

    Attributes:
        state: how the work stands.

    Signals:
        stop_requested: the work is to end; what is there stays.
        again_requested: it is to begin again.
    """

    stop_requested = Signal()
    again_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget, heading: str, size: QSize) -> None:
        super().__init__(theme, parent, heading, size)
        self._again_text = ""
        self.state = RunState.IDLE
        self._stop = self.add_head_button(self.tr("Stop"))
        self._stop.setAccessibleName(self.tr("Stop; what is there stays"))
        self._stop.clicked.connect(self._on_stop_clicked)
        self._again = self.add_head_button(self.tr("Try again"))
        self._again.clicked.connect(self._on_again_clicked)
        self._bar = ThinBar(theme, self)
        self._problem = self.label(TextStyle.BODY, "caution")
        self._problem.setWordWrap(True)
        self.add(self._bar)
        self.add(self._problem)
        self.finished.connect(self._on_finished)  # what nobody looks at is not worked out any further
        self._enter(RunState.IDLE)

    @property
    def problem(self) -> str:
        """Why there is no more; empty where nothing went wrong."""
        return self._problem.text()

    def offer_again(self, text: str) -> None:
        """Offer, under this name, to do again what is done."""
        self._again_text = text

    def begin(self, line: str) -> None:
        """The work begins; `line` says what is being done."""
        self._problem.setText("")
        self.set_line(line)
        self._bar.set_fraction(0.0)
        self._enter(RunState.RUNNING)

    def show_progress(self, progress: Progress, line: str) -> None:
        """Show how far the work is."""
        self.set_line(line)
        self._bar.set_fraction(progress.done / progress.total if progress.total else 0.0)
        self._bar.setVisible(self.state is RunState.RUNNING and progress.total > 0)

    def end(self, state: RunState, line: str, problem: str = "") -> None:
        """The work has ended; `problem` says why there is no more."""
        self.set_line(line)
        self._problem.setText(problem)
        self._enter(state)

    def _enter(self, state: RunState) -> None:
        self.state = state
        self._stop.setVisible(state is RunState.RUNNING)
        broke_off = state in (RunState.STOPPED, RunState.FAILED)
        self._again.setVisible(broke_off or (state is RunState.DONE and bool(self._again_text)))
        self._again.setText(self.tr("Try again") if broke_off else self._again_text)
        self._bar.setVisible(False)
        self._problem.setVisible(bool(self._problem.text()))

    @Slot()
    def _on_finished(self) -> None:
        if self.state is RunState.RUNNING:
            self.stop_requested.emit()

    @Slot()
    def _on_stop_clicked(self) -> None:
        self.stop_requested.emit()

    @Slot()
    def _on_again_clicked(self) -> None:
        self.again_requested.emit()
