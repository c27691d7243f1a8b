"""Colours that can be read, and named in one place only."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from core.paths import resources_folder
from desktop.theme.tokens import DARK, LIGHT, Tokens

READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3
VISIBLE = 3.0  # 1.4.11, for what is no text
ROOT = Path(__file__).parents[3]

GROUNDS = ("background", "surface", "side", "hover", "accent_ground")
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink_second", "ink_third") for ground in GROUNDS),
    *((ink, ground) for ink in ("accent", "accent_hover") for ground in ("background", "surface", "side")),
    *((ink, ground) for ink in ("supported", "caution", "fault") for ground in GROUNDS),
    ("accent", "accent_ground"),
    ("accent_hover", "hover"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("background", "ink"),  # the notice
]
APPEARANCES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)


def luminance(color: str) -> float:
    """Return the relative luminance of `#RRGGBB` by WCAG."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return how many times brighter the brighter of two colours is."""
    darker, brighter = sorted((luminance(one), luminance(other)))
    return (brighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@APPEARANCES
@pytest.mark.parametrize(("ink", "ground"), PAIRS, ids=lambda name: name)
def test_text_can_be_read_on_its_ground(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= READABLE


@APPEARANCES
@pytest.mark.parametrize("ground", ["background", "surface", "side"])
def test_focus_can_be_seen(tokens: Tokens, ground: str) -> None:
    assert contrast(tokens.accent, getattr(tokens, ground)) >= VISIBLE


@APPEARANCES
def test_words_under_the_marker_can_be_read(tokens: Tokens) -> None:
    # The viewer marks on white paper, whatever the appearance, and the marker multiplies.
    marker = [int(tokens.highlight[at : at + 2], 16) for at in (1, 3, 5)]
    marked = "#" + "".join(f"{round(255 - tokens.highlight_opacity * (255 - value)):02X}" for value in marker)
    assert contrast("#000000", marked) >= READABLE


@APPEARANCES
def test_colours_are_whole_and_opacities_are_shares(tokens: Tokens) -> None:
    for field in fields(tokens):
        value = getattr(tokens, field.name)
        if isinstance(value, float):
            assert 0 <= value <= 1, field.name
        elif field.name != "name":
            assert re.fullmatch(r"#[0-9A-F]{6}", value), field.name


def test_no_colour_is_named_anywhere_else() -> None:
    literal = re.compile(
        r"""["'#\s:]\#[0-9A-Fa-f]{3,8}\b            # "#RGB", "#RRGGBB", "#AARRGGBB"
            |\b(?:rgba?|hsla?|hsva?)\s*\(           # rgb(…)
            |\bQColor\s*\(\s*(?:["'\d]|Qt\.)        # QColor("…"), QColor(1, 2, 3); from a token's name it is none
            |\bGlobalColor\.(?!transparent\b)       # nothing at all is no colour
        """,
        re.VERBOSE,
    )
    files = [*(ROOT / "desktop").rglob("*.py"), *(resources_folder() / "styles").glob("*.qss")]
    files.remove(ROOT / "desktop" / "theme" / "tokens.py")
    named = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if literal.search(line)
    ]
    assert named == []


@pytest.mark.parametrize(
    "line", ['"#A34D07"', "color: #fff;", "rgba(20, 18, 15, 96)", 'QColor("red")', "QColor(0, 0, 0)", "GlobalColor.red"]
)
def test_the_search_for_colours_finds_them(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda self, *_: line if self.name == "app.py" else "")
    with pytest.raises(AssertionError, match=r"app\.py:1"):
        test_no_colour_is_named_anywhere_else()
