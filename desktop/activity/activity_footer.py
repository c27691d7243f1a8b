"""The foot of the left pane: what is being added, what it came to, and that nothing leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.types import OverallProgress
from desktop.activity.footer_parts import Dot, Pressable
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.thin_bar import ThinBar
from desktop.wording import SEPARATOR, adding_line, rate_line

SUMMARY_MS = 12_000
_ICON_SIZE = 12
# The space between a number and what it counts: no line may break there.
_NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=\w)|(?<=\w) (?=\d)")


class ActivityFooter(QWidget):
    """Shows the work under way, or why it rests, only while there is some; then its summary; the privacy line always.

    Signals:
        attention_requested: the person wants to see the files of the summary that need attention.
        queue_requested: the person wants to see what is being added.
        pause_requested, resume_requested: of everything.
        remote_details_requested: the person wants to know what goes to another computer.
    """

    attention_requested = Signal()
    queue_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    remote_details_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, summary_ms: int = SUMMARY_MS) -> None:
        super().__init__(parent)
        self._theme = theme
        self._summary_ms = summary_ms
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_summary_ended)
        self.setObjectName("activityFooter")

        self._adding = self._label("ink")
        self._rate = self._label("ink_second")
        self._rate_words = ""
        for label in (self._adding, self._rate):
            # The words fit themselves into the pane (`_fit_rate`); they may not widen it.
            label.setMinimumWidth(1)
        self._pause = self._button(self.tr("Pause everything"), self._on_pause_clicked)
        self._bar = ThinBar(theme, self)
        self._working = self._build_working()
        self._rest_text = self._label("ink")
        self._rest_text.setWordWrap(True)
        self._resume = self._link(self._on_resume_clicked)
        self._rest = self._build_rest()
        self._summary_text = self._label("ink")
        self._summary_text.setWordWrap(True)
        self._show = self._link(self._on_show_clicked)
        self._show.setText(self.tr("Show"))
        self._show.setAccessibleName(self.tr("Show the files that need attention"))
        self._dismiss = self._button(self.tr("Dismiss"), self._on_summary_ended)
        self._summary = self._build_summary()
        self._remote = ""
        self._privacy_words = ""
        self._dot = Dot(theme, self)
        self._details = self._link(self._on_details_clicked)
        self._details.setText(self.tr("Details"))
        self._details.setAccessibleName(self.tr("What goes to another computer"))
        self._details.hide()
        self._privacy = self._label("ink_second")
        self._privacy.setWordWrap(True)
        self._privacy_row = self._build_privacy()

        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.WIDE, Space.UNIT + Space.HALF, Space.WIDE, Space.WIDE)
        layout.setSpacing(Space.UNIT + Space.HALF)
        for part in (self._working, self._rest, self._summary, self._privacy_row):
            layout.addWidget(part)
        for part in (self._working, self._rest, self._summary):
            part.hide()
        self.set_privacy(self.tr("0 connections · everything stays here"))
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_overall(self, overall: OverallProgress) -> None:
        """Show what is being added; nothing where `overall` is idle."""
        self._working.setVisible(not overall.is_idle)
        if overall.is_idle:
            return
        self._on_summary_ended()
        self._rest.hide()
        adding, rate = adding_line(overall), rate_line(overall)
        self._adding.setText(adding)
        self._rate_words = rate
        self._fit_rate()
        # A bar without a rate behind it would promise an end that nobody has measured.
        measured = bool(overall.pages_per_second) and overall.pages_total > 0
        self._bar.setVisible(measured)
        if measured:
            self._bar.set_fraction(overall.pages_done / overall.pages_total)
        self._working.setAccessibleName(f"{adding}, {rate}" if rate else adding)

    def set_resting(self, text: str, resume: str) -> None:
        """Show why nothing is being read although there is something to read, and what begins it again."""
        self._working.hide()
        self._on_summary_ended()
        self._rest_text.setText(_NUMBER_AND_UNIT.sub("\u00a0", text))
        self._rest.setAccessibleName(text)
        self._resume.setText(resume)
        self._rest.show()

    def set_at_rest(self) -> None:
        """There is nothing to do: the summary stays for its time, anything else goes."""
        self._working.hide()
        self._rest.hide()

    def set_summary(self, text: str, attention: int) -> None:
        """Show what adding came to; it stays until dismissed where `attention` files wait for the person."""
        self._summary_text.setText(_NUMBER_AND_UNIT.sub("\u00a0", text))
        self._show.setVisible(attention > 0)
        self._working.hide()
        self._rest.hide()
        self._summary.show()
        if attention:
            self._timer.stop()
        else:
            self._timer.start(self._summary_ms)

    def set_privacy(self, text: str) -> None:
        """Say what is connected and what leaves."""
        self._privacy_words = text
        self._show_privacy()

    def set_remote(self, host: str) -> None:
        """Passages may go to another computer: that is said for as long as it holds; an empty host ends it."""
        self._remote = host
        self._show_privacy()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much of the rate as there is room for."""
        super().resizeEvent(event)
        self._fit_rate()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the hairline that parts the footer from the lists."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, self._theme.color("line"))
        painter.end()

    def _show_privacy(self) -> None:
        host, words = self._remote, self._privacy_words
        if host and host not in words:  # it is not asked at the moment, but it may be
            words = self.tr("Passages may go to {host}").format(host=host)
        self._privacy.setText(words)
        self._privacy.setProperty("ink", "ink" if host else "ink_second")
        self._privacy.style().polish(self._privacy)
        self._dot.set_token("caution" if host else "supported")
        self._details.setVisible(bool(host))

    def _fit_rate(self) -> None:
        metrics = self._rate.fontMetrics()
        words = (self._adding.text(), self._rate_words)
        needed = sum(metrics.horizontalAdvance(text) for text in words) + Space.UNIT
        fits = needed <= self.width() - 2 * Space.WIDE - self._pause.sizeHint().width() - Space.UNIT
        # What is left of the time says more than the rate does.
        self._rate.setText(self._rate_words if fits else self._rate_words.rpartition(SEPARATOR)[2])

    def _label(self, ink: str) -> QLabel:
        label = QLabel(self)
        label.setFont(self._theme.font(TextStyle.META))
        label.setProperty("ink", ink)
        # Words from files and models end up here; none of them may turn into markup.
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _button(self, name: str, pressed: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.clicked.connect(pressed)
        return button

    def _link(self, pressed: Callable[[], None]) -> QPushButton:
        link = QPushButton(self)
        link.setProperty("kind", "link")
        link.setFont(self._theme.font(TextStyle.META, weight=500))
        link.clicked.connect(pressed)
        return link

    def _build_working(self) -> QWidget:
        part = Pressable(self._theme, self)
        part.setToolTip(self.tr("Show what is being added"))
        part.pressed.connect(self.queue_requested)
        words = QHBoxLayout()
        words.setSpacing(Space.UNIT)
        words.addWidget(self._adding)
        words.addStretch(1)
        words.addWidget(self._rate)
        words.addWidget(self._pause)
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.HALF)
        layout.addLayout(words)
        layout.addWidget(self._bar)
        return part

    def _build_rest(self) -> QWidget:
        part = Pressable(self._theme, self)
        part.setToolTip(self.tr("Show what is waiting"))
        part.pressed.connect(self.queue_requested)
        layout = QHBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.UNIT)
        layout.addWidget(self._rest_text, 1)
        layout.addWidget(self._resume, 0, Qt.AlignmentFlag.AlignTop)
        return part

    def _build_summary(self) -> QWidget:
        part = QWidget(self)
        words = QVBoxLayout()
        words.setSpacing(Space.HALF)
        words.addWidget(self._summary_text)
        words.addWidget(self._show, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QHBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.UNIT)
        layout.addLayout(words, 1)
        layout.addWidget(self._dismiss, 0, Qt.AlignmentFlag.AlignTop)
        return part

    def _build_privacy(self) -> QWidget:
        part = QWidget(self)
        layout = QHBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.UNIT)
        layout.addWidget(self._dot)
        layout.addWidget(self._privacy, 1)
        layout.addWidget(self._details)
        return part

    @Slot()
    def _on_summary_ended(self) -> None:
        self._timer.stop()
        self._summary.hide()

    @Slot()
    def _on_show_clicked(self) -> None:
        self.attention_requested.emit()

    @Slot()
    def _on_details_clicked(self) -> None:
        self.remote_details_requested.emit()

    @Slot()
    def _on_pause_clicked(self) -> None:
        self.pause_requested.emit()

    @Slot()
    def _on_resume_clicked(self) -> None:
        self.resume_requested.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._dismiss.setIcon(self._theme.icon("close", "ink_second", _ICON_SIZE))
        self._pause.setIcon(self._theme.icon("pause", "ink_second", _ICON_SIZE))
        self.update()
