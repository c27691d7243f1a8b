"""The theme in force: palette, style sheets, fonts and icons out of the tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.paths import resources_folder
from desktop.theme.theme import Theme
from desktop.theme.tokens import DARK, LIGHT, TextStyle, Tokens

ROOT = Path(__file__).parents[3]
ICONS = sorted((resources_folder() / "icons").glob("*.svg"))
STYLES = sorted((resources_folder() / "styles").glob("*.qss"))
by_stem = pytest.mark.parametrize("file", ICONS, ids=lambda file: file.stem)


@pytest.fixture
def plain(qapp: QApplication) -> Iterator[Theme]:
    """Return a theme that is not in force."""
    theme = Theme(resources_folder(), "light", qapp)
    yield theme
    theme.deleteLater()


def test_changing_the_appearance_is_told_once(plain: Theme, qtbot: QtBot) -> None:
    with qtbot.waitSignal(plain.changed):
        plain.set_appearance("dark")
    assert plain.tokens is DARK
    with qtbot.assertNotEmitted(plain.changed):
        plain.set_appearance("dark")
    assert plain.color("accent").name().upper() == DARK.accent
    assert plain.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.background
    plain.set_appearance("system")
    assert plain.tokens in (LIGHT, DARK)


def test_the_bundled_face_is_used_at_the_size_asked_for(plain: Theme) -> None:
    for style in TextStyle:
        font = QFontInfo(plain.font(style))
        assert font.family() == "Inter"
        assert font.pixelSize() == pytest.approx(style.value[0], abs=0.6)


@by_stem
@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_an_icon_loads_in_the_colour_of_a_token(plain: Theme, file: Path, appearance: str) -> None:
    plain.set_appearance(appearance)
    picture = plain.icon(file.stem, "accent", 16).pixmap(16).toImage()
    wanted = plain.color("accent")
    painted = [
        color
        for x in range(picture.width())
        for y in range(picture.height())
        if (color := picture.pixelColor(x, y)).alpha() > 150
    ]
    assert painted, "nothing is drawn"
    for color in painted:  # a shade beside, where an edge is smoothed
        assert max(abs(a - b) for a, b in zip(color.getRgb()[:3], wanted.getRgb()[:3], strict=True)) < 8


@by_stem
def test_an_icon_is_drawn_like_the_others(file: Path) -> None:
    root = ElementTree.parse(file).getroot()
    assert root.get("viewBox") == "0 0 16 16"
    text = file.read_text("utf-8")
    assert not re.search(r"#[0-9A-Fa-f]{3,8}|rgb\(|url\(|<image|<script|href", text)


def test_every_icon_is_used_and_every_name_is_an_icon() -> None:
    code = "\n".join(file.read_text("utf-8") for file in (ROOT / "desktop").rglob("*.py"))
    assert [file.stem for file in ICONS if f'"{file.stem}"' not in code] == []
    named = set(re.findall(r'\bicon\(\s*"([\w-]+)"', code))
    assert named - {file.stem for file in ICONS} == set()


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.stem)
def test_a_style_sheet_names_tokens_only(file: Path) -> None:
    names = set(re.findall(r"\$\{?(\w+)", file.read_text("utf-8")))
    assert names - {field.name for field in fields(Tokens)} == set()


def test_the_style_sheet_has_every_file_and_no_placeholder(theme: Theme, qapp: QApplication) -> None:
    sheet = theme.style_sheet()
    assert "$" not in sheet
    assert "noticeBar" in sheet
    assert "answerView" in sheet
    assert sheet.count("{") == sheet.count("}")
    qapp.setStyleSheet(sheet)  # what Qt cannot read it says in a warning, and warnings fail tests
