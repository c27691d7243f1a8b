"""What every test stands on: no display, no network, the PDFs of tests/data, and nothing left running behind.

Importing this file imports no Qt: the tests of core run without it.
"""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.python_constants import protect

protect()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

THREAD_GRACE_MS = 2000


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the folder of PDFs made by tests/data/make.py."""
    return Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def sample() -> Path:
    """Return the sample PDF that Paperlamp ships."""
    return Path(__file__).parent.parent / "resources" / "sample" / "paperlamp-sample.pdf"


@pytest.fixture
def run_async(qapp: Any) -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """Return a function that runs a coroutine to its end on qasync's loop, with Qt's events going on.

    pytest-qt knows nothing of qasync (pytest-qt #448).
    """
    import asyncio

    from qasync import QEventLoop

    from desktop.async_generators import closed_by

    loop = QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    with closed_by(loop):
        yield loop.run_until_complete
    left = [task for task in asyncio.all_tasks(loop) if not task.done()]
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    asyncio.set_event_loop(None)
    loop.close()
    # What the loop leaves behind are timers of this thread; collected by another one, they take the process with them.
    del loop, left
    gc.collect()


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    """Fail a test that ends while a QThread or a job of the global thread pool still runs."""
    yield
    qt = sys.modules.get("PySide6.QtCore")
    if qt is None:
        return
    # Threads that Python never saw are Qt’s own affair. type(), because lazy objects answer isinstance() with work.
    kinds = {qt.QThread, *subclasses(qt.QThread)}
    threads = [thing for thing in gc.get_objects() if type(thing) in kinds]
    left = [thread for thread in threads if thread is not qt.QThread.currentThread() and is_stuck(thread)]
    assert not left, f"QThreads still run after the test: {left}"
    assert qt.QThreadPool.globalInstance().waitForDone(THREAD_GRACE_MS), "jobs still run in Qt's global thread pool"


def subclasses(kind: type) -> Iterator[type]:
    """Give the classes made of a class, and those made of them."""
    for made in kind.__subclasses__():
        yield made
        yield from subclasses(made)


def is_stuck(thread: Any) -> bool:
    """Tell whether a QThread, given a moment, goes on running; one that Qt has deleted does not."""
    try:
        return bool(thread.isRunning()) and not thread.wait(THREAD_GRACE_MS)
    except RuntimeError:
        return False


# ── no network ───────────────────────────────────────────────────────────────────────────────────────────────────


def is_local(address: object) -> bool:
    """Tell whether a socket address stays on this machine: loopback, or not of the internet families at all."""
    host = address[0] if isinstance(address, tuple) else address
    return host_is_local(host) if isinstance(address, tuple) else True


def host_is_local(host: object) -> bool:
    """Tell whether a host name or number is this machine; no host at all means loopback."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Fail whoever looks up or connects to another machine: nothing leaves."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse(host: object) -> None:
        raise AssertionError(f"a test tried to reach {host!r}: Paperlamp talks to this machine only")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if not is_local(address):
            refuse(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if not is_local(address):
            refuse(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if not host_is_local(host):
            refuse(host)
        return getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield
