"""Generators that are left in the middle are closed on the window's loop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator

from desktop.async_generators import closed_by


async def test_a_generator_that_is_left_can_await_at_its_end(run_async: object) -> None:
    closed = asyncio.Event()

    async def count() -> AsyncGenerator[int, None]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            closed.set()

    with closed_by(asyncio.get_running_loop()):
        async for _ in count():
            break
        gc.collect()
        async with asyncio.timeout(20):
            await closed.wait()
