"""Has the chosen model loaded while nobody asks anything, so that the first answer does not wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.tasks import Tasks

IDLE_MS = 5000


class IdlePreload(QObject):
    """Waits for some seconds without an event, and then asks once.

    Args:
        preload: has the model loaded.
        may_load: whether it is wanted, and nothing else is going on.
        idle_ms: how long nothing may happen before.
    """

    def __init__(
        self,
        preload: Callable[[], Awaitable[object]],
        may_load: Callable[[], Awaitable[bool]],
        tasks: Tasks,
        parent: QObject,
        idle_ms: int = IDLE_MS,
    ) -> None:
        super().__init__(parent)
        self._preload = preload
        self._may_load = may_load
        self._tasks = tasks
        self._loading: asyncio.Task[None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(idle_ms)
        self._timer.timeout.connect(self._on_timeout)

    @Slot()
    def wait(self) -> None:
        """Something happened: begin to wait anew."""
        self._timer.start()

    @Slot()
    def stop(self) -> None:
        """Wait no more."""
        self._timer.stop()
        if self._loading is not None:
            self._loading.cancel()

    @Slot()
    def _on_timeout(self) -> None:
        if self._loading is None or self._loading.done():
            self._loading = self._tasks.start(self._load())

    async def _load(self) -> None:
        if await self._may_load():
            await self._preload()
