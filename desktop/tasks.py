"""Background work of the window: tasks that are kept, whose errors are told, and that end with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from core.errors import UserError

logger = logging.getLogger(__name__)


class Tasks:
    """Starts coroutines and keeps them until they end.

    Args:
        on_error: told one sentence for a task that failed.
    """

    def __init__(self, on_error: Callable[[str], None]) -> None:
        self._on_error = on_error
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run `work` on the window's loop."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancel what runs and wait for it."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, UserError):
            self._on_error(str(error))
        elif error is not None:
            logger.error("a task of the window failed", exc_info=error)
            self._on_error(f"Something went wrong: {error}")
