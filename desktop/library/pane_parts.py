"""Small parts of the left pane: the header, the titles of its sections, the outline while files are held over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from desktop.library.brand_mark import BrandMark
from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, Space, TextStyle

_MARK_SIZE = 20


@dataclass(frozen=True, slots=True)
class EmbedderEntry:
    """An embedding model that can be chosen: `value` for the program, `label` for people."""

    value: str
    label: str
    is_in_force: bool


class PaneHeader(QWidget):
    """The name of the application, the library's report, and the menu that adds to the library.

    Signals:
        add_files_requested, add_folder_requested, collection_requested: chosen in the menu.
        ask_every_requested: one question for each document was chosen in the menu.
        watching_requested, models_requested: the watched folders, or the models, were chosen in the menu.
        scan_language_selected: a language for scans was chosen there.
        embedder_selected: an embedding model was chosen there, by its value.
        embedder_folder_requested: a folder is to be chosen for one.
        report_requested: the button of the report was pressed.
    """

    add_files_requested = Signal()
    add_folder_requested = Signal()
    collection_requested = Signal()
    ask_every_requested = Signal()
    watching_requested = Signal()
    models_requested = Signal()
    scan_language_selected = Signal(str)
    embedder_selected = Signal(str)
    embedder_folder_requested = Signal()
    report_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        name = QLabel(self.tr("Paperlamp"), self)
        name.setFont(theme.font(TextStyle.HEADING))
        self._report = self._button(self.tr("Library report"))
        self._report.clicked.connect(self._on_report_clicked)
        self._add = self._button(self.tr("Add to the library"))
        self._add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._add.setMenu(self._build_menu())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.WIDE, Space.UNIT + Space.HALF, Space.UNIT + Space.HALF, Space.UNIT + Space.HALF)
        layout.setSpacing(Space.UNIT)
        layout.addWidget(BrandMark(theme, _MARK_SIZE, self))
        layout.addWidget(name)
        layout.addStretch(1)
        layout.addWidget(self._report)
        layout.addWidget(self._add)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def menu(self) -> QMenu:
        """The menu of the "+" button."""
        return self._add.menu()

    def set_report_offered(self, offered: bool) -> None:
        """Offer the report only where there is something to report on."""
        self._report.setVisible(offered)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIconSize(QSize(16, 16))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _build_menu(self) -> QMenu:
        menu = QMenu(self)
        entries = [
            (self.tr("Add files…"), "Ctrl+O", self.add_files_requested),
            (self.tr("Add folder…"), "Ctrl+Shift+O", self.add_folder_requested),
            (self.tr("New collection…"), "", self.collection_requested),
        ]
        for text, keys, signal in entries:
            # The keys are shown only: the window's own actions answer to them.
            shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            menu.addAction(f"{text}\t{shown}" if shown else text).triggered.connect(signal)
        menu.addSeparator()
        keys = QKeySequence("Ctrl+Shift+E").toString(QKeySequence.SequenceFormat.NativeText)
        menu.addAction(f"{self.tr('Ask every document…')}\t{keys}").triggered.connect(self.ask_every_requested)
        menu.addSeparator()
        menu.addAction(self.tr("Watched folders…")).triggered.connect(self.watching_requested)
        shown = QKeySequence("Ctrl+Shift+M").toString(QKeySequence.SequenceFormat.NativeText)
        menu.addAction(self.tr("Models…") + f"\t{shown}").triggered.connect(self.models_requested)
        self._languages = menu.addMenu(self.tr("Language of scans"))
        self._languages.menuAction().setVisible(False)
        self._embedders = menu.addMenu(self.tr("Embedding model"))
        self._embedders.menuAction().setVisible(False)
        return menu

    def set_embedders(self, entries: Sequence[EmbedderEntry]) -> None:
        """Offer models that passages can be found with, and any other by its folder."""
        self._embedders.clear()
        for entry in entries:
            action = self._embedders.addAction(entry.label.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(entry.is_in_force)
            action.triggered.connect(partial(self.embedder_selected.emit, entry.value))
        self._embedders.addSeparator()
        self._embedders.addAction(self.tr("Model folder…")).triggered.connect(self.embedder_folder_requested)
        self._embedders.menuAction().setVisible(True)

    def set_scan_languages(self, languages: Sequence[str], chosen: str) -> None:
        """Offer the languages that scans can be read in."""
        self._languages.clear()
        for language in languages:
            action = self._languages.addAction(language.replace("&", "&&").capitalize())
            action.setCheckable(True)
            action.setChecked(language == chosen)
            action.triggered.connect(partial(self.scan_language_selected.emit, language))
        self._languages.menuAction().setVisible(len(languages) > 1)

    @Slot()
    def _on_report_clicked(self) -> None:
        self.report_requested.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._report.setIcon(self._theme.icon("report", "ink"))
        self._add.setIcon(self._theme.icon("plus", "ink"))


class SectionTitle(QWidget):
    """The title of a section and, at its right, what can be done with the section.

    Signals:
        action_triggered: the thing was asked for.
        search_triggered: the section is to be searched.
    """

    action_triggered = Signal()
    search_triggered = Signal()

    def __init__(self, theme: Theme, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._search = QToolButton(self)
        self._search.setIconSize(QSize(14, 14))
        self._search.setFixedSize(22, 22)
        self._search.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._search.clicked.connect(self.search_triggered)
        self._search.hide()
        self._label = QLabel(title, self)
        self._label.setFont(theme.font(TextStyle.LABEL))
        self._label.setProperty("ink", "ink_second")
        self._action = QPushButton(self)
        self._action.setObjectName("sectionAction")
        self._action.setFont(theme.font(TextStyle.META))
        self._action.clicked.connect(self._on_clicked)
        self._action.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.WIDE, 0, Space.UNIT + 2, 0)
        layout.setSpacing(Space.UNIT)
        layout.addWidget(self._label)
        layout.addStretch(1)
        layout.addWidget(self._search)
        layout.addWidget(self._action)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        # As high with the action as without, so that the lists do not jump.
        self.setFixedHeight(self._action.sizeHint().height())

    def set_title(self, title: str) -> None:
        """Name the section."""
        self._label.setText(title)

    def set_action(self, text: str, tool_tip: str = "") -> None:
        """Offer something to do; nothing with an empty text."""
        self._action.setText(text)
        self._action.setToolTip(tool_tip)
        self._action.setAccessibleName(tool_tip or text)
        self._action.setVisible(bool(text))

    def offer_search(self, tool_tip: str) -> None:
        """Offer to search the section."""
        self._search.setToolTip(tool_tip)
        self._search.setAccessibleName(tool_tip)
        self._search.show()

    @property
    def action_text(self) -> str:
        """What is offered; empty for nothing."""
        return self._action.text()

    @Slot()
    def _on_clicked(self) -> None:
        self.action_triggered.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._search.setIcon(self._theme.icon("search", "ink_second"))


class DropOutline(QWidget):
    """An outline of the accent over a widget, for as long as files are held over it."""

    def __init__(self, theme: Theme, covered: QWidget) -> None:
        super().__init__(covered)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        covered.installEventFilter(self)
        theme.changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what is covered."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.resize(watched.size())
        return False

    @Slot(bool)
    def set_shown(self, shown: bool) -> None:
        """Show or hide the outline."""
        self.setVisible(shown)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a faint ground and the outline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._theme.color("accent", 0.06))
        painter.setPen(QPen(self._theme.color("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(5, 5, -5, -5), Radius.CARD, Radius.CARD)
        painter.end()
