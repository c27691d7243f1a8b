"""The button beside the scope: narrows the next question to a collection, or to documents with some tags."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.chat.pill_button import PillButton
from desktop.theme.theme import Theme


class FilterButton(PillButton):
    """A menu of the library's collections and tags; hidden where there are neither.

    Signals:
        collection_chosen: a collection's name, or None for all documents.
        tags_chosen: list[str] of the tags that are on.
    """

    collection_chosen = Signal(object)
    tags_chosen = Signal(list)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setText(self.tr("Filter"))
        self.set_look("chevron-down", tinted=False)
        self.setAccessibleName(self.tr("Filter by collection or tag"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._collections = QActionGroup(self)
        self._collections.triggered.connect(self._on_collection_triggered)
        self._tags: list[QAction] = []
        self.hide()

    def set_choices(
        self, collections: Sequence[str], collection: str | None, tags: Sequence[str], chosen: Sequence[str]
    ) -> None:
        """Offer collections, of which one or none is chosen, and tags, of which any may be."""
        self._menu.clear()
        for action in self._collections.actions():
            self._collections.removeAction(action)
        if collections:
            self._add_heading(self.tr("Collection"))
            for name in (None, *collections):
                action = self._add(self.tr("All documents") if name is None else name, name, name == collection)
                self._collections.addAction(action)
        self._tags = []
        if tags:
            self._add_heading(self.tr("Tags"))
            for name in tags:
                action = self._add(name, name, name in chosen)
                action.triggered.connect(self._on_tag_triggered)
                self._tags.append(action)
        self.setVisible(bool(collections or tags))

    def _add_heading(self, text: str) -> None:
        """Qt's own sections show no text in a style with a style sheet."""
        if not self._menu.isEmpty():
            self._menu.addSeparator()
        self._menu.addAction(text).setEnabled(False)

    def _add(self, text: str, data: str | None, checked: bool) -> QAction:
        action = self._menu.addAction(text.replace("&", "&&"))  # an ampersand in a name is no mnemonic
        action.setData(data)
        action.setCheckable(True)
        action.setChecked(checked)
        return action

    @Slot(QAction)
    def _on_collection_triggered(self, action: QAction) -> None:
        self.collection_chosen.emit(action.data())

    @Slot()
    def _on_tag_triggered(self) -> None:
        self.tags_chosen.emit([str(action.data()) for action in self._tags if action.isChecked()])
