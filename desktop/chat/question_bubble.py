"""What the person asked, as a bubble on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QTextCursor
from PySide6.QtWidgets import QLabel, QWidget

from desktop.chat.branch_switch import BranchSwitch
from desktop.chat.flow import BLEED
from desktop.chat.question_editor import QuestionEditor
from desktop.chat.question_tools import EditButton, question_menu
from desktop.chat.searched_for import SearchedFor
from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, TextStyle

_PAD_X, _PAD_Y = 14, 9
_SHARE = 0.78
_SMALL_CORNER = 4.0
_ABOVE_SEARCHED = 4
_BESIDE = 6  # between the bubble and what can be done with it


class QuestionBubble(QWidget):
    """A row of the transcript with the person's own words, selectable, and editable to be asked again.

    Attributes:
        message_id: of the question.
        switch: between the versions of it.
        searched_for: what it was searched as, where that differs from the words.

    Signals:
        search_edited: message id, and what is to be searched for instead.
        edit_requested: message id, the question as it is to be asked now.
        branch_chosen: the id of another version of the question.
        height_changed: the row wants to be arranged again.
    """

    search_edited = Signal(int, str)
    edit_requested = Signal(int, str)
    branch_chosen = Signal(int)
    height_changed = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget, message_id: int = 0) -> None:
        super().__init__(parent)
        self.message_id = message_id
        self._theme = theme
        self._editor: QuestionEditor | None = None
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setFont(theme.font(TextStyle.ANSWER))
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # Reachable with a click, but not a stop on the way of Tab: what can be done is done by the buttons.
        self._label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._label.setCursor(Qt.CursorShape.IBeamCursor)
        self._label.setAccessibleName(self.tr("Your question"))
        self._label.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._label.customContextMenuRequested.connect(self._on_menu_requested)
        self._edit = EditButton(theme, self)
        self._edit.clicked.connect(self.begin_edit)
        self.switch = BranchSwitch(theme, self)
        self.switch.branch_chosen.connect(self.branch_chosen)
        self.searched_for = SearchedFor(theme, self)
        self.searched_for.edited.connect(self._on_edited)
        self.searched_for.height_changed.connect(self.height_changed)
        self.set_text(text)
        theme.changed.connect(self._on_theme_changed)

    def set_text(self, text: str) -> None:
        """Show these words."""
        self._label.setText(text)

    def set_message(self, message_id: int, branches: Sequence[int]) -> None:
        """Say which message it is, and which stand in its place."""
        self.message_id = message_id
        self.switch.set_branches(branches, message_id)

    @property
    def editor(self) -> QuestionEditor | None:
        """The field while the question is being edited."""
        return self._editor

    @Slot()
    def begin_edit(self) -> None:
        """Put a field with the question in the place of its words."""
        if self._editor is None:
            self._editor = QuestionEditor(self._theme, self._label.text(), self)
            self._editor.accepted.connect(self._on_accepted)
            self._editor.left.connect(self.end_edit)
            self._editor.height_changed.connect(self.height_changed)
            self._show_parts()
            self._editor.field.moveCursor(QTextCursor.MoveOperation.End)
        self._editor.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def end_edit(self) -> None:
        """Show the words again, as they were asked."""
        if self._editor is not None:
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self._show_parts()
            self._edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def chain_focus(self, previous: QWidget) -> QWidget:
        """Let Tab reach the buttons after `previous`; returns the last stop."""
        for stop in (self._edit, *self.switch.stops, self.searched_for.pencil, self.searched_for.field):
            QWidget.setTabOrder(previous, stop)
            previous = stop
        return previous

    @property
    def last_stop(self) -> QWidget:
        """The last part that Tab reaches."""
        return self.searched_for.field

    def arrange(self, width: int) -> int:
        """Place the bubble at the right of the column; returns the row's height."""
        most = int((width - 2 * BLEED) * _SHARE) - 2 * _PAD_X
        if self._editor is not None:
            height = self._editor.arrange(most)
            self._editor.setGeometry(width - BLEED - _PAD_X - most, _PAD_Y, most, height)
            self.update()
            return height + 2 * _PAD_Y
        size = self._text_size(most)
        left = width - BLEED - _PAD_X - size.width()
        self._label.setGeometry(left, _PAD_Y, size.width(), size.height())
        bottom = size.height() + 2 * _PAD_Y
        self._edit.move(left - _PAD_X - _BESIDE - self._edit.width(), (bottom - self._edit.height()) // 2)
        if not self.switch.isHidden():
            wanted = self.switch.sizeHint()
            self.switch.setGeometry(width - BLEED - wanted.width(), bottom + 2, wanted.width(), wanted.height())
            bottom += 2 + wanted.height()
        self.update()
        if self.searched_for.isHidden():
            return bottom
        room = width - 2 * BLEED
        below = self.searched_for.arrange(room)
        self.searched_for.setGeometry(BLEED, bottom + _ABOVE_SEARCHED, room, below)
        return bottom + _ABOVE_SEARCHED + below

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent_ground"))
        words: QWidget = self._label
        if self._editor is not None:
            words = self._editor
            painter.setPen(QPen(self._theme.color("accent"), 1.0))
        painter.drawPath(self._shape(QRectF(words.geometry()).adjusted(-_PAD_X, -_PAD_Y, _PAD_X, _PAD_Y)))

    def _show_parts(self) -> None:
        is_editing = self._editor is not None
        self._label.setVisible(not is_editing)
        self._edit.setVisible(not is_editing)
        self.switch.setVisible(not is_editing and bool(self.switch.text))
        self.searched_for.setVisible(not is_editing and bool(self.searched_for.text))
        if self._editor is not None:
            self._editor.show()
        self.height_changed.emit()

    def _text_size(self, most: int) -> QSize:
        natural = QFontMetrics(self._label.font()).boundingRect(
            0, 0, most, 100_000, Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere, self._label.text()
        )
        width = min(most, natural.width() + 4)
        return QSize(width, self._label.heightForWidth(width))

    def _shape(self, rect: QRectF) -> QPainterPath:
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRoundedRect(rect, Radius.COMPOSER, Radius.COMPOSER)
        half = QRectF(rect.center(), rect.bottomRight())
        path.addRoundedRect(half, _SMALL_CORNER, _SMALL_CORNER)
        return path.simplified()

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.search_edited.emit(self.message_id, text)

    @Slot(str)
    def _on_accepted(self, text: str) -> None:
        self.edit_requested.emit(self.message_id, text)

    @Slot(QPoint)
    def _on_menu_requested(self, at: QPoint) -> None:
        question_menu(self._label, self._edit).popup(self._label.mapToGlobal(at))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
