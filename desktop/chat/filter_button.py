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
        ask_every_requested: one question is to go to each document of the scope.
    """

    collection_chosen = Signal(object)
    tags_chosen = Signal(list)
    ask_every_requested = Signal()

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
        self._offered: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.hide()

    def set_choices(
        self, collections: Sequence[str], collection: str | None, tags: Sequence[str], chosen: Sequence[str]
    ) -> None:
        """Offer collections, of which one or none is chosen, and tags, of which any may be."""
        offered = (tuple(collections), tuple(tags))
        if offered != self._offered:  # entries stay while they can: one of them may be what is being chosen
            self._offered = offered
            self._offer(collections, tags)
        for action in self._collections.actions():
            action.setChecked(action.data() == collection)
        for action in self._tags:
            action.setChecked(action.data() in chosen)

    def _offer(self, collections: Sequence[str], tags: Sequence[str]) -> None:
        self._menu.clear()
        for action in self._collections.actions():
            self._collections.removeAction(action)
        if collections:
            self._add_heading(self.tr("Collection"))
            self._collections.addAction(self._add(self.tr("All documents"), None))
            for name in collections:
                self._collections.addAction(self._add(name, name))
        self._tags = []
        if tags:
            self._add_heading(self.tr("Tags"))
            self._tags = [self._add(name, name) for name in tags]
            for action in self._tags:
                action.triggered.connect(self._on_tag_triggered)
        if collections or tags:
            self._menu.addSeparator()
            self._menu.addAction(self.tr("Ask every document…")).triggered.connect(self.ask_every_requested)
        self.setVisible(bool(collections or tags))

    def _add_heading(self, text: str) -> None:
        """Qt's own sections show no text in a style with a style sheet."""
        if not self._menu.isEmpty():
            self._menu.addSeparator()
        self._menu.addAction(text).setEnabled(False)

    def _add(self, text: str, data: str | None) -> QAction:
        action = self._menu.addAction(text.replace("&", "&&"))  # an ampersand in a name is no mnemonic
        action.setData(data)
        action.setCheckable(True)
        return action

    @Slot(QAction)
    def _on_collection_triggered(self, action: QAction) -> None:
        self.collection_chosen.emit(action.data())

    @Slot()
    def _on_tag_triggered(self) -> None:
        self.tags_chosen.emit([str(action.data()) for action in self._tags if action.isChecked()])
