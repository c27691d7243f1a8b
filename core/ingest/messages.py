"""What a worker process says to the pool: where it is, what came of its task, or why nothing did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StepBegun:
    """A sign of life: the worker turns to a page, or (None) to what concerns all pages of its task."""

    page: int | None


@dataclass(frozen=True, slots=True)
class TaskDone:
    """The task's result."""

    value: Any


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """The task's error; the worker itself is well."""

    error: Exception
