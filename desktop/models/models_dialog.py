"""The dialog of chat models: what is there and fits, what is being fetched or worth it, and who is asked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from core.llm.catalogue import Catalogue
from core.llm.ollama_host import OllamaState
from desktop.action_rows.model import ActionRowModel
from desktop.document_action import DocumentAction
from desktop.models.access_editor import AccessEditor
from desktop.models.grown_list import GrownList
from desktop.models.model_rows import model_rows, pull_rows, suggestion_rows
from desktop.models.pulls import Pull
from desktop.models.state_card import StateCard
from desktop.models.wording import memory_line
from desktop.sheet import Sheet
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_SIZE = QSize(660, 700)
_INSET = Space.WIDE + Space.UNIT


class ModelsDialog(Sheet):
    """Shows models; it says what is wanted and does nothing itself.

    Signals:
        action_requested: the id of a model, a `DocumentAction`.
        pull_action_requested: the name of a model that is being fetched, a `DocumentAction`.
        pull_requested: the name of a model that is wanted.
        setting_chosen: a `Setting` and its new value.
        refresh_requested: the servers are to be asked again.
        consent_requested: the person wants to allow the other computer that an address names.
        withdraw_requested: passages are to stay here from now on.
    """

    action_requested = Signal(str, object)
    pull_action_requested = Signal(str, object)
    pull_requested = Signal(str)
    setting_chosen = Signal(object, str)
    refresh_requested = Signal()
    consent_requested = Signal()
    withdraw_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, self.tr("Models"), _SIZE)
        self.setObjectName("modelsDialog")
        self._catalogue: Catalogue | None = None
        self._consented = ""
        self.models = ActionRowModel(self)
        self.pulls = ActionRowModel(self)
        self.suggested = ActionRowModel(self)
        page = QWidget(self)
        page.setObjectName("modelsPage")
        self.card = StateCard(theme, page)
        self.card.pressed.connect(self._on_card_pressed)
        self._lists = [
            self._list(page, self.pulls, self.tr("Models being downloaded"), has_bars=True),
            self._list(page, self.models, self.tr("Models that can answer")),
            self._list(page, self.suggested, self.tr("Suggested models")),
        ]
        pulls, models, suggested = self._lists
        pulls.action_triggered.connect(self.pull_action_requested)
        models.action_triggered.connect(self.action_requested)
        suggested.action_triggered.connect(self._on_suggestion_triggered)
        self.other = QLineEdit(page)
        self.other.setPlaceholderText(self.tr("Another model of Ollama’s library, such as qwen3:4b"))
        self.other.setAccessibleName(self.tr("Name of a model to download"))
        self.other.setMaxLength(200)
        self.other.returnPressed.connect(self._on_other_requested)
        self._download = self.button(self.tr("Download"))
        self._download.clicked.connect(self._on_other_requested)
        self._problem = self.label(TextStyle.META, "fault")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.editor = AccessEditor(theme, page)
        self.editor.chosen.connect(self.setting_chosen)
        self._suggested_heading = self._heading_label(self.tr("Worth downloading"))
        self._note = self.label(TextStyle.META, "ink_second")
        self._note.setWordWrap(True)
        self._note.setText(
            self.tr("Ollama downloads models from its library on the internet. Your documents have no part in that.")
        )
        self._fill(page)
        self.add_scrolling(page)
        self._first = models  # what has the keyboard first
        refresh = self.button(self.tr("Look again"))
        refresh.clicked.connect(self._on_refresh_clicked)
        self.foot.insertWidget(0, refresh)
        self.set_line(self.tr("Looking for models…"))

    def show_catalogue(self, catalogue: Catalogue, current: str, consented: str) -> None:
        """Show what there is.

        Args:
            catalogue: as it was read.
            current: the id of the model in use.
            consented: the other computer that the person allowed; empty for none.
        """
        self._catalogue, self._consented = catalogue, consented
        self.set_line(memory_line(catalogue.memory))
        self._show_state(catalogue, consented)
        self.models.set_rows(model_rows(catalogue, current))

    def show_pulls(self, pulls: Sequence[Pull]) -> None:
        """Show what is being fetched, and what else could be."""
        self.pulls.set_rows(pull_rows(pulls))
        can_fetch = self._catalogue is not None and self._catalogue.ollama is OllamaState.RUNNING
        if self._catalogue is not None:
            self.suggested.set_rows(suggestion_rows(self._catalogue, pulls, can_fetch=can_fetch))
        self._suggested_heading.setVisible(can_fetch or bool(self.suggested.rowCount()))
        for part in (self.other, self._download, self._note):
            part.setVisible(can_fetch)

    def show_problem(self, sentence: str) -> None:
        """Say why what was asked for could not be done; an empty sentence takes it back."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _show_state(self, catalogue: Catalogue, consented: str) -> None:
        if host := catalogue.refused_host:
            heading = self.tr("{host} is another computer").format(host=host)
            text = self.tr("Nothing has been sent there. Allow it, or set the address to 127.0.0.1.")
            self.card.show_state(heading, text, self.tr("Allow {host}…").format(host=host))
        elif consented:
            heading = self.tr("Passages may go to {host}").format(host=consented)
            text = catalogue.problem or self.tr("Its models answer there. You allowed this.")
            self.card.show_state(heading, text, self.tr("Withdraw"))
        elif catalogue.ollama is OllamaState.RUNNING:
            self.card.show_state("", "", "")
        else:
            headings = {
                OllamaState.NOT_INSTALLED: self.tr("Ollama is not installed"),
                OllamaState.NOT_RUNNING: self.tr("Ollama is not running"),
                OllamaState.REFUSED: self.tr("Ollama’s address cannot be used"),
            }
            heading = headings[catalogue.ollama]
            text = catalogue.problem.removeprefix(f"{heading}. ")
            self.card.show_state(heading, text, self.tr("Look again"))

    def _fill(self, page: QWidget) -> None:
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, Space.HALF, 0, Space.UNIT)
        layout.setSpacing(Space.UNIT)
        pulls, models, suggested = self._lists
        other = QHBoxLayout()
        other.setSpacing(Space.UNIT)
        other.addWidget(self.other, 1)
        other.addWidget(self._download)
        for part in (self.card, self._problem):
            layout.addLayout(_inset(part))
        layout.addLayout(_outset(pulls))
        layout.addSpacing(Space.HALF)
        layout.addLayout(_inset(self._heading_label(self.tr("Ready to answer"))))
        layout.addLayout(_outset(models))
        layout.addSpacing(Space.UNIT)
        layout.addLayout(_inset(self._suggested_heading))
        layout.addLayout(_outset(suggested))
        row = QHBoxLayout()
        row.setContentsMargins(_INSET, 0, _INSET, 0)
        row.addLayout(other)
        layout.addLayout(row)
        layout.addLayout(_inset(self._note))
        layout.addSpacing(Space.WIDE)
        layout.addLayout(_inset(self._heading_label(self.tr("Servers and memory"))))
        layout.addLayout(_inset(self.editor))
        layout.addStretch(1)

    def _list(self, page: QWidget, model: ActionRowModel, name: str, *, has_bars: bool = False) -> GrownList:
        rows = GrownList(self._theme, model, page, has_bars=has_bars)
        rows.setAccessibleName(name)
        return rows

    def _heading_label(self, text: str) -> QLabel:
        label = self.label(TextStyle.META, "ink_second")
        label.setFont(self._theme.font(TextStyle.META, weight=600))
        label.setText(text)
        return label

    @Slot()
    def _on_card_pressed(self) -> None:
        if self._catalogue is not None and self._catalogue.refused_host:
            self.consent_requested.emit()
        elif self._consented:
            self.withdraw_requested.emit()
        else:
            self.refresh_requested.emit()

    @Slot(str, object)
    def _on_suggestion_triggered(self, name: str, _action: DocumentAction) -> None:
        self.pull_requested.emit(name)

    @Slot()
    def _on_other_requested(self) -> None:
        name = self.other.text().strip()
        if name:
            self.other.clear()
            self.pull_requested.emit(name)

    @Slot()
    def _on_refresh_clicked(self) -> None:
        self.refresh_requested.emit()


def _inset(part: QWidget) -> QHBoxLayout:
    """As wide as the heading of the dialog."""
    row = QHBoxLayout()
    row.setContentsMargins(_INSET, 0, _INSET, 0)
    row.addWidget(part)
    return row


def _outset(part: QWidget) -> QHBoxLayout:
    """A list, whose words stand below the heading and whose ground reaches further."""
    row = QHBoxLayout()
    row.setContentsMargins(_INSET - Space.WIDE, 0, _INSET - Space.WIDE, 0)
    row.addWidget(part)
    row.setAlignment(Qt.AlignmentFlag.AlignTop)
    return row
