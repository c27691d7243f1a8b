"""Ten thousand pages through the command line, with a pause, a kill and two restarts, watching the memory.

    python -m benchmarks.soak --pages 10000 --pdfs FOLDER

The PDFs of a folder are multiplied, each copy with a comment of its own at its end, until there are as many pages as
wanted; without a folder, pages are made. Then: `add` until a quarter is done, `pause`; `resume` until half is done,
kill -9 of everything; `resume` to the end. Memory of the owner and of its workers is sampled all the while. At the end
everything is examined that `benchmarks.crash` examines, and every page must have been committed once.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pypdfium2

from benchmarks.invariants import Snapshot, examine_indexes, examine_rows, examine_step, read_only, take_snapshot
from benchmarks.made_pdfs import make_versions
from core import composition

_MEGABYTE = 1 << 20
_SAMPLE_SECONDS = 0.5
_PATIENCE_SECONDS = 60.0
_NOT_ALL_READY = 3
# What a process holds while it loads its model and meets its first pages says nothing about growth.
_WARM_PAGES = 300


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory at one moment, in bytes; `pages` were committed by then in this phase."""

    pages: int
    owner: int
    workers: tuple[int, ...]


@dataclass(slots=True)
class Phase:
    """One process that worked, from its start to its end.

    Attributes:
        pages: committed by it.
        end: how it ended.
    """

    name: str
    end: str = ""
    pages: int = 0
    seconds: float = 0.0
    samples: list[Sample] = field(default_factory=list)

    def line(self) -> str:
        """As a line of the table; workers over the first and the last third of the phase, once they were warm."""
        warm = [sample for sample in self.samples if sample.pages >= _WARM_PAGES and sample.workers] or self.samples
        third = max(1, len(warm) // 3)
        first, last = (
            statistics.median(max(sample.workers, default=0) for sample in part) / _MEGABYTE
            for part in (warm[:third], warm[-third:])
        )
        owners = [statistics.median(s.owner for s in part) / _MEGABYTE for part in (warm[:third], warm[-third:])]
        peak = max((max(sample.workers, default=0) for sample in self.samples), default=0) / _MEGABYTE
        rate = self.pages / self.seconds if self.seconds else 0.0
        return (
            f"{self.name:<8}  {self.end:<22}  {self.pages:>6}  {self.seconds:>7.1f}  {rate:>7.1f}"
            f"  {first:>6.0f} → {last:>4.0f} (peak {peak:>4.0f})  {owners[0]:>6.0f} → {owners[1]:>4.0f}"
        )


class Soak:
    """A library that is filled by the command line.

    Args:
        library: its folder.
        files: folder of the PDFs.
    """

    def __init__(self, library: Path, files: Path) -> None:
        self._library = library
        self._files = files
        self._moment = threading.Event()

    def begin(self, *verb: str) -> subprocess.Popen[bytes]:
        """Run a verb of the command line in a process of its own."""
        command = [sys.executable, "-c", "import sys; from core.cli import main; sys.exit(main())"]
        options = ["--library", str(self._library)]
        return subprocess.Popen(
            [*command, *options, *verb], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
        )

    def follow(self, name: str, process: subprocess.Popen[bytes], until: int | None = None) -> Phase:
        """Sample until so many pages are committed in all, or the process ends."""
        phase = Phase(name)
        began, before = time.monotonic(), self.pages()
        while process.poll() is None:
            phase.pages = self.pages() - before
            sample = _sample(process.pid, phase.pages)
            if sample is not None:
                phase.samples.append(sample)
            if until is not None and before + phase.pages >= until:
                break
            self._moment.wait(_SAMPLE_SECONDS)
        phase.pages = self.pages() - before
        phase.seconds = time.monotonic() - began
        return phase

    def pages(self) -> int:
        """Pages committed so far."""
        with contextlib.suppress(sqlite3.OperationalError), closing(read_only(self._library)) as db:
            return int(db.execute("SELECT COUNT(*) FROM pages").fetchone()[0])
        return 0  # there is no library yet

    def snapshot(self) -> Snapshot:
        """What is committed."""
        with closing(read_only(self._library)) as db:
            return take_snapshot(db)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started, without a word."""
    victims = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for victim in victims:
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    process.wait()
    psutil.wait_procs(victims, _PATIENCE_SECONDS)


def multiply(pdfs: Path | None, target: Path, pages: int) -> int:
    """Fill a folder with files of so many pages, every one with bytes of its own; returns how many pages there are."""
    if pdfs is None:
        made = make_versions(target, max(1, pages // 25), 1, 50, seed=1)
        return sum(version.pages for versions in made.values() for version in versions)
    target.mkdir(parents=True)
    total = copy = 0
    sources = sorted(pdfs.rglob("*.pdf"))
    if not sources:
        raise SystemExit(f"There is no PDF in {pdfs}.")
    while total < pages:
        for number, source in enumerate(sources):
            content = source.read_bytes()
            with closing(pypdfium2.PdfDocument(content)) as document:
                total += len(document)
            (target / f"{source.stem}-{number}-{copy}.pdf").write_bytes(content + f"\n% copy {copy}\n".encode())
            if total >= pages:
                break
        copy += 1
    return total


def run(library: Path, files: Path, expected: int) -> bool:
    """The whole course; prints figures, and tells whether all is well."""
    soak = Soak(library, files)
    phases, faults = [], []

    adding = soak.begin("add", str(files))
    phases.append(soak.follow("add", adding, expected // 4))
    soak.begin("pause").wait(_PATIENCE_SECONDS)
    code = adding.wait(_PATIENCE_SECONDS)
    phases[-1].end = f"paused, exit code {code}"
    if code != _NOT_ALL_READY:
        faults.append(f"add ended with {code} when everything was paused")
    paused = soak.snapshot()

    resuming = soak.begin("resume")
    phases.append(soak.follow("resume", resuming, expected // 2))
    kill_all(resuming)
    phases[-1].end = "killed, workers too"
    killed = soak.snapshot()
    with closing(read_only(library)) as db:
        found = examine_rows(db)
    found.take(examine_step(paused, killed, ()))

    again = soak.begin("resume")
    phases.append(soak.follow("resume", again))
    phases[-1].end = f"finished, exit code {again.wait()}"
    found.take(examine_step(killed, soak.snapshot(), ()))
    with closing(read_only(library)) as db:
        found.take(examine_rows(db))
    with closing(composition.open_library(library)) as opened:
        found.take(examine_indexes(opened))
        states = [document.state.value for document in opened.documents()]
    faults += found.sentences()
    if soak.pages() != expected:
        faults.append(f"{soak.pages()} pages are there of {expected}")

    print("phase     end                      pages  seconds  pages/s  largest worker, MB          owner, MB")
    for phase in phases:
        print(phase.line())
    print(f"{soak.pages():,} of {expected:,} pages; documents: { {s: states.count(s) for s in sorted(set(states))} }")
    for fault in faults:
        print(f"  {fault}")
    lost, twice, inconsistent = len(found.lost), len(found.twice), len(faults) - len(found.lost) - len(found.twice)
    print(f"{lost} lost, {twice} twice, {inconsistent} inconsistent")
    return not faults


def _sample(pid: int, pages: int) -> Sample | None:
    try:
        owner = psutil.Process(pid)
        workers = [child for child in owner.children() if any("spawn_main" in part for part in child.cmdline())]
        return Sample(pages, owner.memory_info().rss, tuple(worker.memory_info().rss for worker in workers))
    except psutil.NoSuchProcess:
        return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the files and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pages", type=int, default=10_000, help="how many at least (10000)")
    parser.add_argument("--pdfs", type=Path, help="a folder of PDFs to multiply; by default pages are made")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="paperlamp-soak-") as scratch:
        files = Path(scratch) / "files"
        expected = multiply(args.pdfs, files, args.pages)
        print(f"{expected:,} pages in {len(list(files.iterdir()))} files", flush=True)
        return 0 if run(Path(scratch) / "library", files, expected) else 1


if __name__ == "__main__":
    sys.exit(main())
