"""What stands under an answer: how it was checked, what was searched, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QToolButton, QWidget

from core.types import Answer, Verdict
from desktop.chat.branch_switch import BranchSwitch
from desktop.chat.flow import BLEED, flow
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

_COPIED_MS = 1600


class VerdictLine(QWidget):
    """Counts the sentences by verdict and says what was searched."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._supported = self._label(theme, "supported", 500)
        self._partly = self._label(theme, "caution", 400)
        self._missing = self._label(theme, "caution", 500)
        self._searched = self._label(theme, "meta", 400)
        self._stopped = self._label(theme, "meta", 500)
        self._labels = (self._stopped, self._supported, self._missing, self._partly, self._searched)

    def show_answer(self, answer: Answer) -> None:
        """Describe a finished answer."""
        verdicts = [sentence.verdict for sentence in answer.sentences]
        plain = bool(answer.refused or answer.error)
        self._put(self._stopped, self.tr("Stopped") if answer.stopped else "")
        self._put(self._supported, "" if plain else self._supported_text(verdicts.count(Verdict.SUPPORTED)))
        missing, partly = verdicts.count(Verdict.UNSUPPORTED), verdicts.count(Verdict.PARTLY)
        found = self.tr("{n} not found in your documents").format(n=missing)
        self._put(self._missing, found if missing and not plain else "")
        self._put(self._partly, self.tr("{n} only partly found").format(n=partly) if partly and not plain else "")
        self._put(self._searched, self._searched_text(answer))

    def arrange(self, width: int) -> int:
        """Place the parts; returns the height."""
        return flow(self._labels, QPoint(BLEED, 0), width - 2 * BLEED, 14)

    def _supported_text(self, count: int) -> str:
        if not count:
            return ""
        return self.tr("✓ 1 sentence supported") if count == 1 else self.tr("✓ {n} sentences supported").format(n=count)

    def _searched_text(self, answer: Answer) -> str:
        context, parts = answer.context, []
        # A refusal was decided, and an error or a stop came, before any passage had to fit.
        plain = answer.refused or answer.error or answer.stopped
        if context.passages_found == 0:
            parts.append(self.tr("No passages found"))
        elif plain or context.passages_fit == context.passages_found:
            one = context.passages_found == 1
            parts.append(self.tr("1 passage") if one else self.tr("{n} passages").format(n=context.passages_found))
        else:
            parts.append(
                self.tr("{fit} of {found} passages fit").format(fit=context.passages_fit, found=context.passages_found)
            )
        parts.append(self.tr("searched in {ms} ms").format(ms=max(1, round(answer.timings.retrieve_ms))))
        if answer.notice:
            parts.append(answer.notice)
        return " · ".join(parts)

    def _label(self, theme: Theme, kind: str, weight: int) -> QLabel:
        label = QLabel(self)
        label.setFont(theme.font(TextStyle.META, weight=weight))
        label.setProperty("kind", kind)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.hide()
        return label

    def _put(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))


class AnswerActions(QWidget):
    """The quiet buttons under an answer.

    Attributes:
        switch: between the answers to one question.

    Signals:
        copy_requested: the answer is to be copied; True with its sources.
        retry_requested: the answer is to be made again.
        models_requested: the models that could make it again are to be offered, at a place of the screen.
        branch_chosen: the id of another answer to the same question.
        searched_toggled: what was searched is to be shown, or no longer.
    """

    copy_requested = Signal(bool)
    retry_requested = Signal()
    models_requested = Signal(QPoint)
    branch_chosen = Signal(int)
    searched_toggled = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._copy = self._button(self.tr("Copy"))
        self._copy.clicked.connect(self._on_copy_clicked)
        self._more = QToolButton(self)
        self._more.setAccessibleName(self.tr("More ways to copy"))
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setFixedSize(20, 24)
        menu = QMenu(self._more)
        for text, sources in ((self.tr("Copy"), False), (self.tr("Copy with sources"), True)):
            action = QAction(text, menu)
            action.setData(sources)
            menu.addAction(action)
        menu.triggered.connect(self._on_copy_chosen)
        self._more.setMenu(menu)
        self._retry = self._button(self.tr("Regenerate"))
        self._retry.clicked.connect(self._on_retry_clicked)
        self._models = QToolButton(self)
        self._models.setAccessibleName(self.tr("Regenerate with another model"))
        self._models.setToolTip(self._models.accessibleName())
        self._models.setFixedSize(20, 24)
        self._models.clicked.connect(self._on_models_clicked)
        self.switch = BranchSwitch(theme, self)
        self.switch.branch_chosen.connect(self.branch_chosen)
        self._searched = self._button(self.tr("What was searched"))
        self._searched.setCheckable(True)
        self._searched.setIconSize(QSize(12, 12))
        self._searched.toggled.connect(self._on_searched_toggled)
        self._copied_timer = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._copied_timer.timeout.connect(self._on_copied_timeout)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def last_stop(self) -> QWidget:
        """The last button that Tab reaches."""
        return self.switch.stops[-1]

    def set_retry_visible(self, visible: bool) -> None:
        """Offer to make the answer again; only the last one offers it."""
        self._retry.setVisible(visible)
        self._models.setVisible(visible)

    def set_copy_visible(self, visible: bool) -> None:
        """Offer copying; there is nothing to copy without a text."""
        self._copy.setVisible(visible)
        self._more.setVisible(visible)

    def chain_focus(self, previous: QWidget) -> QWidget:
        """Let Tab reach the buttons after `previous`; returns the last stop."""
        for stop in (self._copy, self._more, self._retry, self._models, self._searched, *self.switch.stops):
            QWidget.setTabOrder(previous, stop)
            previous = stop
        return previous

    def arrange(self, width: int) -> int:
        """Place the buttons; returns the height."""
        left, top, line = BLEED - 8, 0, 0
        for parts in ((self._copy, self._more), (self._retry, self._models), (self._searched,), (self.switch,)):
            shown = [part for part in parts if not part.isHidden()]
            if not shown:
                continue
            # A button and its arrow stand close together, and on one line.
            taken = sum(part.sizeHint().boundedTo(part.maximumSize()).width() - 8 for part in shown) + 8
            if left + taken > width and line:
                left, top, line = BLEED - 8, top + line + 4, 0
            line = max(line, flow(shown, QPoint(left, top), width, -8))
            left += taken + (5 if len(shown) > 1 else 0)
        return top + line

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "quiet")
        button.setFont(self._theme.font(TextStyle.META))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _copied(self, sources: bool) -> None:
        self.copy_requested.emit(sources)
        self._copy.setMinimumWidth(self._copy.width())
        self._copy.setText(self.tr("Copied"))
        self._copied_timer.start()

    @Slot()
    def _on_copy_clicked(self) -> None:
        self._copied(False)

    @Slot(QAction)
    def _on_copy_chosen(self, action: QAction) -> None:
        self._copied(bool(action.data()))

    @Slot()
    def _on_retry_clicked(self) -> None:
        self.retry_requested.emit()

    @Slot()
    def _on_models_clicked(self) -> None:
        self.models_requested.emit(self._models.mapToGlobal(QPoint(0, self._models.height())))

    @Slot()
    def _on_copied_timeout(self) -> None:
        self._copy.setText(self.tr("Copy"))

    @Slot(bool)
    def _on_searched_toggled(self, shown: bool) -> None:
        self._show_chevron()
        self.searched_toggled.emit(shown)

    def _show_chevron(self) -> None:
        chevron = "chevron-down" if self._searched.isChecked() else "chevron-right"
        self._searched.setIcon(self._theme.icon(chevron, "ink_second", 12))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._show_chevron()
        for arrow in (self._more, self._models):
            arrow.setIcon(self._theme.icon("chevron-down", "ink_second", 12))
