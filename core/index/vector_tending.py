"""Gives the vector index the form that suits its size, in the background, while it goes on answering."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from core.errors import LibraryError
from core.index.vector_build import BuildTask, VectorBuild
from core.index.vector_forms import FormName
from core.index.vector_index import VectorIndex

logger = logging.getLogger(__name__)


class VectorTending:
    """Looks whether the index wants another form, has it built, and swaps it in. For the library's owner alone.

    Args:
        vectors: the index.
        database: the library's file, from whose rows forms are built.
        dimension: of the vectors.

    After a build that failed, for want of room perhaps, none is tried again before the next start.
    """

    def __init__(self, vectors: VectorIndex, database: Path, dimension: int) -> None:
        self._vectors = vectors
        self._database = database
        self._dimension = dimension
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._build: VectorBuild | None = None
        self._done = False
        vectors.tidy()
        self._is_verified = vectors.form is FormName.EXACT  # which is read whole when it is opened

    def look(self) -> None:
        """Begin a build if one is wanted and none is under way; returns at once.

        The first time the base is read whole too, and replaced if it is damaged; until then it answers, for a bit that
        flipped is a wrong neighbour at most.
        """
        with self._lock:
            if self._done or (self._thread is not None and self._thread.is_alive()):
                return
            if not self._is_verified or self._vectors.wanted_form() is not None:
                self._thread = threading.Thread(target=self._tend, name="index-tending", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait for the builds that are under way or wanted."""
        while True:
            self.look()
            with self._lock:
                thread = self._thread
            if thread is None or not thread.is_alive():
                return
            thread.join()

    def close(self) -> None:
        """Give up what is under way, and begin nothing more."""
        with self._lock:
            self._done = True
            thread, build = self._thread, self._build
        if build is not None:
            build.end()
        if thread is not None:
            thread.join()

    def _tend(self) -> None:
        try:
            if not self._is_verified:
                self._is_verified = True
                if not self._vectors.verify():
                    logger.warning("the vector index is damaged on the disk; it is built anew")
                    self._replace(FormName.IVF)
            while not self._done and (form := self._vectors.wanted_form()) is not None:
                self._replace(form)
        except (LibraryError, OSError, RuntimeError, ValueError):
            with self._lock:
                ended, self._done = self._done, True
            if not ended:
                logger.exception("the vector index could not be built anew; the next start tries again")

    def _replace(self, form: FormName) -> None:
        target = self._vectors.begin_build()
        try:
            with self._lock:
                if self._done:
                    raise LibraryError("The library is being closed.")
                build = self._build = VectorBuild(BuildTask(self._database, target, self._dimension, form))
            self._vectors.adopt(target, form, build.wait())
        except BaseException:
            self._vectors.abandon(target)
            raise
        finally:
            self._build = None
        self._vectors.save()
        self._vectors.tidy()
