"""Imported by every Python process that finds this folder on its path: what would leave is noted and refused.

Each attempt is a line of the file that WALL_LOG names. Loopback stays open: the built-in model's process listens there.
"""

import os
import socket
import sys

LOOPBACK = ("127.", "::1", "localhost")


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse to look up or to reach another machine; an audit hook sees what C libraries called from Python do too."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name and not str(name).startswith(LOOPBACK):
        with open(os.environ["WALL_LOG"], "a", encoding="utf-8") as log:
            log.write(f"{event} {name}\n")
        raise ConnectionRefusedError(f"the wall: {event} {name}")


if "WALL_LOG" in os.environ:
    sys.addaudithook(refuse)
    assert socket.socket  # loaded, so that the hook sees its events
