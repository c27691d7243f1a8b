from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from core.types import Health
from desktop.health.health_bar import HealthBar, shares
from desktop.theme.theme import Theme


@pytest.fixture
def bar(theme: Theme, holder: QWidget) -> HealthBar:
    bar = HealthBar(theme, holder)
    bar.resize(600, bar.sizeHint().height())
    return bar


def test_only_what_there_is_has_a_share() -> None:
    found = shares(Health(text=205, ocr=6, empty=1))
    assert [(share.count, share.name) for share in found] == [(205, "text"), (6, "by OCR"), (1, "without text")]
    assert [share.name for share in shares(Health(text=4, failed=2), 6)] == [
        "text",
        "could not be read",
        "not read yet",
    ]
    assert shares(Health()) == []


def test_it_says_what_it_paints(bar: HealthBar, theme: Theme) -> None:
    bar.set_health(Health(text=6000, ocr=112, failed=8), 6120)
    assert bar.accessibleName() == "6,000 text, 112 by OCR, 8 could not be read"
    picture = bar.grab().toImage()
    assert picture.pixelColor(60, 4) == theme.color("supported")
    assert picture.pixelColor(597, 4) == theme.color("fault"), "what there is little of can be seen"


def test_a_narrow_legend_takes_more_lines(bar: HealthBar) -> None:
    bar.set_health(Health(text=100, ocr=20, empty=3, failed=4), 200)
    wide = bar.sizeHint().height()
    bar.resize(200, 80)
    assert bar.sizeHint().height() > wide
    assert not bar.grab().isNull()


def test_nothing_to_show_is_a_bare_line(bar: HealthBar) -> None:
    bar.set_health(Health(), 0)
    assert not bar.grab().isNull()
