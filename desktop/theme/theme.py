"""The theme in force: follows the system or the person's choice, and turns tokens into palette, fonts and icons."""

from __future__ import annotations

import logging
from pathlib import Path
from string import Template

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.theme.tokens import DARK, LIGHT, TextStyle, Tokens

logger = logging.getLogger(__name__)

APPEARANCES = ("system", "light", "dark")


class Theme(QObject):
    """Holds the tokens in force and tells when they change.

    Attributes:
        tokens: the colours of the moment.

    Signals:
        changed: the appearance is another one; views read `tokens` again and repaint.
    """

    changed = Signal()

    def __init__(self, resources: Path, appearance: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._resources = resources
        self._appearance = appearance
        self._family = self._load_fonts()
        self._icons: dict[tuple[str, str, int], QIcon] = {}
        self.tokens: Tokens = self._choose()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)

    @property
    def appearance(self) -> str:
        """What was chosen: `system`, `light` or `dark`."""
        return self._appearance

    def set_appearance(self, appearance: str) -> None:
        """Choose `system`, `light` or `dark`."""
        self._appearance = appearance
        self._refresh()

    def color(self, token: str, opacity: float = 1.0) -> QColor:
        """The colour that `token` names, at an opacity from 0 to 1."""
        color = QColor(getattr(self.tokens, token))
        color.setAlphaF(opacity)
        return color

    def font(self, style: TextStyle, *, weight: int | None = None) -> QFont:
        """A font of the type scale; sizes follow the screen's logical resolution."""
        pixels, own_weight, _ = style.value
        font = QFont(self._family)
        screen = QGuiApplication.primaryScreen()
        dpi = screen.logicalDotsPerInch() if screen else 96.0
        font.setPointSizeF(pixels * 72.0 / dpi)
        font.setWeight(QFont.Weight(weight or own_weight))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def icon(self, name: str, token: str = "ink_second", size: int = 16) -> QIcon:
        """An icon of `resources/icons`, drawn in the colour that `token` names, crisp at 1×, 2× and 3×."""
        key = (name, getattr(self.tokens, token), size)
        if key not in self._icons:
            self._icons[key] = self._draw_icon(name, getattr(self.tokens, token), size)
        return self._icons[key]

    def palette(self) -> QPalette:
        """The palette that unstyled parts of the window take."""
        t = self.tokens
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: t.background,
            QPalette.ColorRole.WindowText: t.ink,
            QPalette.ColorRole.Base: t.surface,
            QPalette.ColorRole.AlternateBase: t.side,
            QPalette.ColorRole.Text: t.ink,
            QPalette.ColorRole.PlaceholderText: t.ink_third,
            QPalette.ColorRole.Button: t.surface,
            QPalette.ColorRole.ButtonText: t.ink,
            QPalette.ColorRole.ToolTipBase: t.surface,
            QPalette.ColorRole.ToolTipText: t.ink,
            QPalette.ColorRole.Highlight: t.accent,
            QPalette.ColorRole.HighlightedText: t.on_accent,
            QPalette.ColorRole.Link: t.accent,
            QPalette.ColorRole.Mid: t.line,
            QPalette.ColorRole.Dark: t.side,
            QPalette.ColorRole.Light: t.surface,
        }
        for role, value in roles.items():
            palette.setColor(role, QColor(value))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.ink_third))
        return palette

    def style_sheet(self) -> str:
        """The application's style sheet: the templates of `resources/styles` with the tokens filled in."""
        values = {name: getattr(self.tokens, name) for name in Tokens.__dataclass_fields__}
        templates = sorted((self._resources / "styles").glob("*.qss"))
        return "\n".join(Template(path.read_text("utf-8")).substitute(values) for path in templates)

    def _choose(self) -> Tokens:
        if self._appearance == "system":
            return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._appearance == "dark" else LIGHT

    def _refresh(self) -> None:
        tokens = self._choose()
        if tokens is not self.tokens:
            self.tokens = tokens
            self.changed.emit()

    @Slot(Qt.ColorScheme)
    def _on_color_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._refresh()

    def _load_fonts(self) -> str:
        families: list[str] = []
        for path in sorted((self._resources / "fonts").glob("*.otf")):
            families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
        if "Inter" in families:
            return "Inter"
        logger.warning("the bundled font could not be loaded; the system's face is used")
        return QGuiApplication.font().family()

    def _draw_icon(self, name: str, color: str, size: int) -> QIcon:
        source = (self._resources / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", color)
        renderer = QSvgRenderer(QByteArray(source.encode()))
        icon = QIcon()
        for scale in (1, 2, 3):
            pixmap = QPixmap(QSize(size, size) * scale)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, size * scale, size * scale))
            painter.end()
            pixmap.setDevicePixelRatio(scale)
            icon.addPixmap(pixmap)
        return icon
