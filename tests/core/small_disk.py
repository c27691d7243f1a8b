"""A real disk of a few MB that fills up or turns read-only, where a test may mount one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """Give a file system of a few MB; the test is left out where none may be mounted."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this system lets no test mount a small disk")
    try:
        yield place
    finally:
        make_writable(place)
        # Lazily: what a test has mapped into memory is let go of by the garbage collector, later on.
        subprocess.run(["umount", "-l", str(place)], check=True, capture_output=True)


def make_read_only(place: Path) -> None:
    """Let nothing be written there."""
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True, capture_output=True)


def make_writable(place: Path) -> None:
    """Let everything be written there again."""
    subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True, capture_output=True)
