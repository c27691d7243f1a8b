"""Asynchronous generators that nobody reads to their end are closed by the window's loop, as asyncio's own do it.

qasync replaces `run_forever`, and with it the place where asyncio registers for such generators. Without that, a stream
that is broken off (an answer that is stopped, a download that is paused) leaves the generators below it to the garbage
collector, which cannot await what they do at their end: closing a connection.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def closed_by(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Let `loop` close the generators that are first read within the block."""
    before = sys.get_asyncgen_hooks()
    if isinstance(loop, asyncio.BaseEventLoop):
        # asyncio's own, as BaseEventLoop.run_forever registers them.
        sys.set_asyncgen_hooks(
            firstiter=loop._asyncgen_firstiter_hook,  # type: ignore[attr-defined]  # noqa: SLF001
            finalizer=loop._asyncgen_finalizer_hook,  # type: ignore[attr-defined]  # noqa: SLF001
        )
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*before)
