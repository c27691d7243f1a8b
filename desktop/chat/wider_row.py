"""What can be done about a question that was not answered: buttons that ask it again in a wider scope."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from core.types import Scope
from desktop.chat.flow import BLEED, flow
from desktop.chat.wider_scopes import wider_scopes
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_MOST_WIDTH = 420


class WiderRow(QWidget):
    """Offers the scopes wider than one; hidden where there is none.

    Signals:
        scope_chosen: the Scope to ask in.
    """

    scope_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scopes: list[Scope] = []
        self.buttons: list[QPushButton] = []
        self.hide()

    def show_offers(self, scope: Scope | None) -> None:
        """Offer what is wider than `scope`; None offers nothing."""
        for button in self.buttons:
            button.deleteLater()
        offers = wider_scopes(scope) if scope is not None else []
        self._scopes = [offer.scope for offer in offers]
        self.buttons = [self._button(offer.label) for offer in offers]
        self.setVisible(bool(offers))

    def chain_focus(self, previous: QWidget) -> QWidget:
        """Let Tab reach the buttons after `previous`; returns the last stop."""
        for button in self.buttons:
            QWidget.setTabOrder(previous, button)
            previous = button
        return previous

    def arrange(self, width: int) -> int:
        """Place the buttons; returns the height."""
        return flow(self.buttons, QPoint(BLEED, 0), width - 2 * BLEED, Space.UNIT, Space.UNIT)

    def _button(self, label: str) -> QPushButton:
        button = QPushButton(label, self)
        button.setFont(self._theme.font(TextStyle.META, weight=500))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setMaximumWidth(_MOST_WIDTH)
        button.clicked.connect(self._on_clicked)
        button.show()
        return button

    @Slot()
    def _on_clicked(self) -> None:
        at = next(at for at, button in enumerate(self.buttons) if button is self.sender())
        self.scope_chosen.emit(self._scopes[at])
