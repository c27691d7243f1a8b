"""Keeps None, True and False alive under PySide6 6.12 on Python 3.11.

Those wheels treat the constants as immortal, which they are from Python 3.12 on. On 3.11 every call that returns
nothing gives one reference to None away, and after some thousand calls the interpreter aborts with `none_dealloc`.
"""

from __future__ import annotations

import ctypes
import sys

_PLENTY = 1 << 40


def protect() -> None:
    """Give the constants more references than could ever be given away; nothing to do from Python 3.12 on."""
    if sys.version_info < (3, 12):
        for constant in (None, True, False, NotImplemented):
            ctypes.c_ssize_t.from_address(id(constant)).value += _PLENTY
