"""A theme for the footer."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.theme.theme import Theme

if sys.version_info < (3, 12):
    # PySide6 6.12 gives references to these away, as if they were immortal, which they are from Python 3.12 on.
    for constant in (None, True, False, NotImplemented):
        ctypes.c_ssize_t.from_address(id(constant)).value += 1 << 40


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(Path(__file__).parents[3] / "resources", "light")
