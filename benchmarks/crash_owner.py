"""The process that is killed by `benchmarks.crash`: it owns a library and never stops changing it at random.

What it is about to do, and what it has been told is done, goes line by line into a journal, which outlives it.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import random
import shutil
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.hash_embedding import HashChoice
from core.embedding.choice import chosen_embedder
from core.embedding.convert import ensure_builtin
from core.index.library import Library
from core.ingest import job
from core.ingest.ingestor import Ingestor
from core.ingest.listening import Callbacks
from core.ingest.worker import WorkerSettings
from core.ingest.worker_pool import WorkerPool
from core.reading.identity import hash_file
from core.types import DocumentState, IngestProgress

WORKERS = 2
BATCH_PAGES = 4
_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.12


class Journal:
    """Lines that are in the system's hands when `write` returns: they survive a kill."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, event: str, **details: Any) -> None:
        """Add a line."""
        os.write(self._file, json.dumps({"event": event, **details}).encode() + b"\n")


class Owner:
    """A library with its ingestion, and the things that can be done to it.

    Args:
        folder: the library's.
        files: folder of the files that are added; they are versions from `stock`.
        stock: versions by the name of their file.
        journal: told of everything.
        real: embed with the built-in model.
    """

    def __init__(self, folder: Path, files: Path, stock: dict[str, list[Path]], journal: Journal, real: bool) -> None:
        self._folder = folder
        self._files = files
        self._stock = stock
        self._journal = journal
        self._choice = chosen_embedder({}) if real else HashChoice()
        if real:
            ensure_builtin()
        self._open()

    def work(self, rng: random.Random) -> None:
        """Do one thing after another, until somebody ends this process."""
        deeds: dict[Callable[[random.Random], None], int] = {
            self._add: 5,
            self._replace: 3,
            self._remove: 2,
            self._pause: 1,
            self._resume: 2,
            self._cancel: 1,
            self._retry: 2,
            self._move: 1,
            self._compact: 1,
            self._reopen: 1,
        }
        moment = threading.Event()
        while True:
            (deed,) = rng.choices(list(deeds), list(deeds.values()))
            deed(rng)
            moment.wait(rng.uniform(0, _PAUSE_SECONDS))

    def finish(self) -> None:
        """Add every file, go on with everything that was stopped, and wait for the end."""
        for path in self._files.iterdir():
            self._journal.write("adding", hash=hash_file(path))
        _done(self._ingestor.add([self._files]))
        _done(self._ingestor.resume())
        _done(self._ingestor.retry(self._documents(lambda state: state is not DocumentState.READY)))
        self._ingestor.wait()

    def close(self) -> None:
        """End in order."""
        self._ingestor.close()
        self._library.close()

    def _open(self) -> None:
        self._journal.write("opening")
        self._library = Library(self._folder, self._choice.model_id, self._choice.dimension)
        settings: Any = WorkerSettings(self._choice, self._library.cache_folder)  # type: ignore[arg-type]
        self._ingestor = Ingestor(self._library, WorkerPool(settings, WORKERS))
        self._ingestor.listeners.add(Callbacks(self._tell))
        _done(self._ingestor.recover())
        self._journal.write("open")

    def _tell(self, progress: IngestProgress) -> None:
        self._journal.write("pages", hash=progress.document, done=progress.pages_done, state=progress.state)

    def _documents(self, wanted: Callable[[DocumentState], bool] = lambda state: True) -> list[str]:
        return [document.id for document in self._library.documents() if wanted(document.state)]

    def _some(self, rng: random.Random) -> list[str]:
        documents = self._documents()
        return rng.sample(documents, min(len(documents), rng.randint(1, 2)))

    # ── deeds ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _add(self, rng: random.Random) -> None:
        """A file that is not there yet, or again one that is."""
        name = rng.choice(list(self._stock))
        path = self._files / name
        if not path.exists():
            _put(rng.choice(self._stock[name]), path)
        self._journal.write("adding", hash=hash_file(path))
        _done(self._ingestor.add([path], rng.choice([None, "Odd", "Even"])))

    def _replace(self, rng: random.Random) -> None:
        """Another version of a file at the same place."""
        present = sorted(self._files.iterdir())
        if present:
            path = rng.choice(present)
            version = rng.choice(self._stock[path.name])
            self._journal.write("replacing", hash=hash_file(path))
            _put(version, path)
            self._journal.write("adding", hash=hash_file(path))
            _done(self._ingestor.add([path]))

    def _remove(self, rng: random.Random) -> None:
        for document in self._some(rng)[:1]:
            self._journal.write("removing", hash=document)
            _done(self._ingestor.remove([document]))
            self._journal.write("removed", hash=document)

    def _pause(self, rng: random.Random) -> None:
        _done(self._ingestor.pause(rng.choice([None, self._some(rng)])))

    def _resume(self, rng: random.Random) -> None:
        _done(self._ingestor.resume(rng.choice([None, None, self._some(rng)])))

    def _cancel(self, rng: random.Random) -> None:
        _done(self._ingestor.cancel(self._some(rng)))

    def _retry(self, rng: random.Random) -> None:
        _done(self._ingestor.retry(self._documents(lambda state: state is DocumentState.PAUSED)))

    def _move(self, rng: random.Random) -> None:
        _done(self._ingestor.move(self._some(rng), last=rng.random() < 0.3))

    def _compact(self, rng: random.Random) -> None:
        self._journal.write("compacting")
        _done(self._ingestor.compact())

    def _reopen(self, rng: random.Random) -> None:
        self._journal.write("closing")
        self.close()
        self._open()


def _put(version: Path, path: Path) -> None:
    """Copy as careful programs save: the file is the old one or the new one."""
    scratch = path.parent.parent / "arriving"
    shutil.copyfile(version, scratch)
    os.replace(scratch, path)


def _done(future: Future[Any]) -> None:
    future.result(_PATIENCE_SECONDS)


def main(arguments: Sequence[str] | None = None) -> None:
    """Own a library until killed, or (`--finish`) until everything is at its end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--files", type=Path, required=True)
    parser.add_argument("--stock", type=Path, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--finish", action="store_true")
    args = parser.parse_args(arguments)
    if hasattr(signal, "SIGUSR1"):
        faulthandler.register(signal.SIGUSR1)  # who looks into a hang asks where every thread is
    job.BATCH_PAGES = BATCH_PAGES  # more moments at which something is half done
    stock: dict[str, list[Path]] = {}
    for version in sorted(args.stock.glob("version-*.pdf")):
        stock.setdefault(version.name.split("-of-")[1], []).append(version)
    with closing(Owner(args.library, args.files, stock, Journal(args.journal), args.real)) as owner:
        if args.finish:
            owner.finish()
        else:
            owner.work(random.Random(args.seed))


if __name__ == "__main__":
    main()
