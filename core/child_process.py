"""How a process that this program starts behaves: it leaves with its parent, and it comes last."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from multiprocessing.connection import wait

import psutil

logger = logging.getLogger(__name__)

_NICE = 10


def end_with_parent() -> None:
    """Leave when the parent is killed, even in the middle of work that never ends: nobody would take the result."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, args=(parent.sentinel,), name="parent-watch", daemon=True).start()


def lower_priority() -> None:
    """Keep the machine usable: the window and everything else come first."""
    try:
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else _NICE)
    except (OSError, psutil.Error):
        logger.debug("the priority of this process could not be lowered")
