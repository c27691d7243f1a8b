"""Which model is to answer again: one menu for all answers of a conversation."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget


class AgainMenu(QMenu):
    """Offers the models there are, the present one first.

    Signals:
        model_chosen: the id of the message to answer anew, the id of the model.
    """

    model_chosen = Signal(int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._message_id = 0
        self.triggered.connect(self._on_triggered)

    def set_models(self, models: Sequence[tuple[str, str, str]], current: str) -> None:
        """Offer models.

        Args:
            models: id, label and detail of each, as the header shows them.
            current: the id of the one in use.
        """
        self.clear()
        for model_id, label, detail in sorted(models, key=lambda model: model[0] != current):
            name = label.replace("&", "&&")
            text = self.tr("Again with {model}") if model_id == current else self.tr("With {model}")
            action = self.addAction(text.format(model=name) + (f"\t{detail}" if detail else ""))
            action.setData(model_id)

    def open_for(self, message_id: int, at: QPoint) -> None:
        """Open for an answer, at a place of the screen."""
        self._message_id = message_id
        self.popup(at)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.model_chosen.emit(self._message_id, str(action.data()))
