"""Waiting for what other processes do, where there is no signal to wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

SECONDS = 120.0
STEP = 0.01


def wait_until(condition: Callable[[], object]) -> None:
    """Return as soon as the condition holds; fail the test if it never does."""
    never = threading.Event()
    for _ in range(int(SECONDS / STEP)):
        if condition():
            return
        never.wait(STEP)
    pytest.fail("what the test waited for did not happen")
