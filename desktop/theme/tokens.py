"""Design tokens: every colour, size and radius of the window, for light and dark. No other module names a colour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours of one appearance as `#RRGGBB`, named by what they are for.

    Attributes:
        ink_third: hints and counts that repeat what is said elsewhere.
        on_accent: text on a ground of `accent`.
        highlight: the marker over cited words; painted at `highlight_opacity`.
        scrim: what lies over the chat while a pane lies above it, at `scrim_opacity`.
        page_dim: how much black lies over a PDF page, 0 to 1, so that white paper does not glare at night.
    """

    name: str
    background: str
    surface: str
    side: str
    ink: str
    ink_second: str
    ink_third: str
    line: str
    hover: str
    accent: str
    accent_hover: str
    accent_ground: str
    on_accent: str
    supported: str
    caution: str
    fault: str
    highlight: str
    highlight_opacity: float
    page_dim: float
    shadow: str
    scrim: str
    scrim_opacity: float


LIGHT = Tokens(
    name="light",
    background="#F6F3EE",
    surface="#FFFFFF",
    side="#EFEBE4",
    ink="#211E1A",
    ink_second="#635D54",
    ink_third="#6A6359",
    line="#E2DCD2",
    hover="#E7E1D7",
    accent="#A34D07",
    accent_hover="#8A4006",
    accent_ground="#FBEBD9",
    on_accent="#FFFFFF",
    supported="#2A7147",
    caution="#7F5310",
    fault="#B3372F",
    highlight="#FFC440",
    highlight_opacity=0.43,
    page_dim=0.0,
    shadow="#3A2E1C",
    scrim="#14120F",
    scrim_opacity=0.38,
)

DARK = Tokens(
    name="dark",
    background="#1A1917",
    surface="#242220",
    side="#1F1D1B",
    ink="#ECE8E1",
    ink_second="#A9A196",
    ink_third="#9D958A",
    line="#34312D",
    hover="#2B2825",
    accent="#F0A247",
    accent_hover="#F7B565",
    accent_ground="#3A2C1A",
    on_accent="#1A1917",
    supported="#6CC08B",
    caution="#E0B25A",
    fault="#EE7F76",
    highlight="#FFC440",
    highlight_opacity=0.43,
    page_dim=0.12,
    shadow="#000000",
    scrim="#14120F",
    scrim_opacity=0.38,
)


class Space:
    """Distances in device-independent pixels, on a rhythm of eight."""

    HALF = 4
    UNIT = 8
    WIDE = 16
    PANE = 28


class Radius:
    """Corner radii in device-independent pixels."""

    CHIP = 4
    FIELD = 8
    CARD = 12
    COMPOSER = 14


class TextStyle(Enum):
    """The type scale: (size in pixels, weight, line height as a multiple of the size)."""

    META = (12.0, 400, 1.4)
    LABEL = (11.0, 600, 1.3)
    BODY = (13.0, 400, 1.45)
    BODY_MEDIUM = (13.0, 500, 1.45)
    ANSWER = (14.5, 400, 1.62)
    HEADING = (15.0, 600, 1.4)
    TITLE = (22.0, 600, 1.3)
