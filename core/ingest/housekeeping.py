"""What is done when there is nothing else to do: room is given back to the disk, and a copy of the library is kept."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable

from core.errors import LibraryError
from core.index.backup import back_up_if_due
from core.index.library import Library
from core.ingest.writer_thread import WriterThread

logger = logging.getLogger(__name__)

_AFTER_SECONDS = 5.0


class Housekeeping:
    """Tidies the library on the writer thread, a little at a time, and leaves off when there is work.

    Args:
        library: to be tidied.
        writer: its writer thread.
        is_busy: whether there is work.
    """

    def __init__(self, library: Library, writer: WriterThread, is_busy: Callable[[], bool]) -> None:
        self._library = library
        self._writer = writer
        self._is_busy = is_busy
        self._is_due = False  # there is a time set for it

    def tidy_later(self) -> None:
        """Tidy in a while."""
        if not self._is_due:
            self._is_due = True
            self._writer.submit_later(_AFTER_SECONDS, self._tidy)

    def _tidy(self) -> None:
        self._is_due = False
        if self._is_busy():
            return
        try:
            if self._library.compact():
                self._writer.submit_later(0.0, self._tidy)  # the rest in turn with whatever comes meanwhile
            else:
                back_up_if_due(self._library.folder, lambda: self._writer.is_closing)
        except (OSError, sqlite3.Error, LibraryError):  # the work itself will say what is wrong, once there is some
            logger.warning("the library could not be tidied", exc_info=True)
