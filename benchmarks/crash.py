"""Kill Paperlamp's ingestion at random moments and look whether anything is lost, done twice or out of step.

    python -m benchmarks.crash --kills 200 --seed 1

Each round begins with a new library, or with one as earlier versions left it. A process (`benchmarks.crash_owner`)
opens it and adds, replaces and removes files, pauses, resumes, cancels, retries, reorders and compacts at random, and
is killed with signal 9: alone, with its workers, or one of the workers instead. After every kill all that must be true
is examined in the files as they were left, in a copy that is opened, and against what was committed before. At the end
of a round the work is let finish, and every page compared with that of an undisturbed run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import psutil

from benchmarks.crash_owner import Journal, Owner
from benchmarks.invariants import (
    Faults,
    Snapshot,
    examine_indexes,
    examine_rows,
    examine_step,
    read_only,
    take_snapshot,
)
from benchmarks.made_pdfs import make_versions
from benchmarks.older_library import write_older
from core.errors import LibraryError
from core.index.library import Library
from core.index.schema import MIGRATIONS
from core.reading.identity import hash_file

ROOT = Path(__file__).resolve().parent.parent
KILLS_IN_A_ROUND = 10
DOCUMENTS = 8
VERSIONS = 3
PAGES = 24
_PATIENCE_SECONDS = 180.0
_LOOK_SECONDS = 0.005
# Within these times after the moment that is aimed at: a library opens in some hundredths of a second, a document is
# read in some tenths.
_OPENING_SECONDS = 0.3
_BUSY_SECONDS = 1.2


class Target(StrEnum):
    """Who is killed."""

    OWNER = "owner"
    WORKER = "worker"
    BOTH = "both"


@dataclass(slots=True)
class Round:
    """What came of some kills on one library."""

    number: int
    form: int | None
    kills: list[Target] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    pages: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        """As a line of the table."""
        began = "new" if self.form is None else f"form {self.form}"
        kinds = "  ".join(f"{self.kills.count(target):>6}" for target in Target)
        counts = f"{len(self.faults.lost):>5}  {len(self.faults.twice):>5}  {len(self.faults.inconsistent):>12}"
        return f"{self.number:>5}  {began:<8}  {kinds}  {self.pages:>5}  {counts}  {self.seconds:>7.1f}"


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A library into which every version of every document was read without any disturbance.

    Attributes:
        stock: folder of the versions.
        texts: of the pages, by the document's hash.
        versions: paths by the document's hash.
    """

    folder: Path
    stock: Path
    texts: dict[str, dict[int, str]]
    versions: dict[str, Path]


class Told:
    """What the owner's journal says, read as it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self.events: list[dict[str, Any]] = []

    def read(self) -> list[dict[str, Any]]:
        """The lines that came since the last call."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._at)
            grown = file.read()
        whole = grown[: grown.rfind(b"\n") + 1]
        self._at += len(whole)
        fresh = [json.loads(line) for line in whole.splitlines()]
        self.events += fresh
        return fresh


class Crash:
    """Runs rounds.

    Args:
        scratch: an empty folder.
        seed: of everything that is drawn.
        real: embed with the built-in model; otherwise vectors are hashes.
    """

    def __init__(self, scratch: Path, seed: int, *, real: bool = False) -> None:
        self._scratch = scratch
        self._seed = seed
        self._real = real
        self._moment = threading.Event()
        self._undisturbed = self._read_undisturbed()

    def run_round(self, number: int, kills: int) -> Round:
        """Kill some times, finish, compare."""
        began = time.monotonic()
        rng = random.Random(f"{self._seed}/{number}")
        folder = self._scratch / f"round-{number}"
        files = folder / "files"
        files.mkdir(parents=True)
        form = rng.choice([None, *range(1, len(MIGRATIONS))])
        if form is not None:
            self._place_older(folder / "library", files, form, rng)
        result = Round(number, form)
        site = _Site(folder, self._undisturbed.stock, self._real, result)
        while len(result.kills) < kills:
            self._one_life(site, rng, kills)
        site.finish(self._undisturbed)
        result.seconds = time.monotonic() - began
        shutil.rmtree(folder)
        return result

    def _one_life(self, site: _Site, rng: random.Random, kills: int) -> None:
        """Start an owner and kill: some workers perhaps, and then itself."""
        told = site.told
        owner = site.start(f"{rng.random()}")
        opening = rng.random() < 0.3
        self._wait(owner, lambda: any(event["event"] == ("opening" if opening else "pages") for event in told.read()))
        while True:
            self._moment.wait(rng.uniform(0, _OPENING_SECONDS if opening else _BUSY_SECONDS))
            last = len(site.result.kills) + 1 >= kills
            target = rng.choice([Target.OWNER, Target.BOTH] if opening or last else list(Target))
            workers = _workers(owner)
            if target is Target.WORKER:
                if not workers:
                    continue
                _kill(rng.choice(workers))
                site.result.kills.append(target)
                site.examine(alive=True)
                continue
            site.result.kills.append(target)
            if target is Target.BOTH:
                for worker in workers:
                    _kill(worker)
            owner.kill()
            owner.wait()
            psutil.wait_procs(workers, _PATIENCE_SECONDS)  # they leave when their owner has gone
            site.examine(alive=False)
            return

    def _wait(self, owner: subprocess.Popen[bytes], condition: Any) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            if owner.poll() is not None or time.monotonic() > end:
                return  # it is examined like any other, and finishing will show what is wrong
            self._moment.wait(_LOOK_SECONDS)

    def _read_undisturbed(self) -> Undisturbed:
        """Make the documents, and read them all once."""
        stock = self._scratch / "stock"
        made = make_versions(stock, DOCUMENTS, VERSIONS, PAGES, self._seed)
        folder = self._scratch / "undisturbed"
        with closing(Owner(folder, stock, {}, Journal(self._scratch / "undisturbed.jsonl"), self._real)) as owner:
            owner.finish()
        with closing(read_only(folder)) as db:
            texts = _texts(db)
        versions = {version.hash: version.path for versions in made.values() for version in versions}
        assert {key: len(pages) for key, pages in texts.items()} == {
            version.hash: version.pages for versions in made.values() for version in versions
        }
        return Undisturbed(folder, stock, texts, versions)

    def _place_older(self, library: Path, files: Path, form: int, rng: random.Random) -> None:
        places: dict[str, Path] = {}
        for document, version in self._undisturbed.versions.items():
            path = files / version.name.split("-of-")[1]
            if not path.exists() and rng.random() < 0.3:
                shutil.copyfile(version, path)
                places[document] = path
        if places:
            with closing(read_only(self._undisturbed.folder)) as db:
                write_older(db, library, form, places)


class _Site:
    """One library with its files and its journal, and what was seen of it the last time."""

    def __init__(self, folder: Path, stock: Path, real: bool, result: Round) -> None:
        self.told = Told(folder / "journal.jsonl")
        self.result = result
        self._folder = folder
        self._stock = stock
        self._real = real
        self._seen: Snapshot | None = None
        self._seen_files: set[str] = set()
        self._seen_events = 0
        if (folder / "library").exists():
            self._look()

    def start(self, seed: str, *extra: str) -> subprocess.Popen[bytes]:
        """A process that owns the library from now on."""
        self.told.read()
        places = ["--library", self._folder / "library", "--files", self._folder / "files", "--stock", self._stock]
        options = ["--journal", self._folder / "journal.jsonl", "--seed", seed, *(["--real"] if self._real else [])]
        command = [sys.executable, "-m", "benchmarks.crash_owner", *places, *options, *extra]
        log = (self._folder / "owner.log").open("ab")
        with log:
            return subprocess.Popen([str(part) for part in command], stderr=log, cwd=ROOT)

    def examine(self, *, alive: bool) -> None:
        """All that must be true just now; the library is opened only in a copy, and only if nobody owns it."""
        self.told.read()
        library = self._folder / "library"
        if not (library / "library.sqlite3").exists():
            return
        with closing(read_only(library)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'leases'").fetchone():
                return  # killed before the migration of an older form; the next start tries again
            self._take(examine_rows(db))
        self._look(alive=alive)
        if not alive:
            copy = self._folder / "copy"
            shutil.copytree(library, copy)
            self._take(_open_and_examine(copy))
            shutil.rmtree(copy)

    def finish(self, undisturbed: Undisturbed) -> None:
        """Let everything come to its end, and compare with the undisturbed run."""
        owner = self.start("finish", "--finish")
        try:
            code = owner.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            owner.kill()
            owner.wait()
            self._say("inconsistent", "the work does not come to an end")
            return
        if code:
            self._say("inconsistent", f"the owner ended with code {code}: {self._last_words()}")
            return
        self.examine(alive=False)
        with closing(read_only(self._folder / "library")) as db:
            texts = _texts(db)
            states = dict(db.execute("SELECT d.hash, j.state FROM documents d JOIN jobs j ON j.document = d.id"))
            (leases,) = db.execute("SELECT COUNT(*) FROM leases").fetchone()
        if leases:
            self._say("inconsistent", f"{leases} leases outlive the work")
        wanted = {hash_file(path) for path in (self._folder / "files").iterdir()}
        for document in states.keys() - wanted:
            self._say("inconsistent", f"document {document[:8]} ({states[document]}) is of no file")
        for document in wanted:
            if states.get(document) != "ready":
                self._say("lost", f"document {document[:8]} is not ready but {states.get(document)}")
            elif texts[document] != undisturbed.texts[document]:
                self._say("lost", f"the pages of document {document[:8]} are not those of an undisturbed run")
        self.result.pages = sum(map(len, texts.values()))

    def _look(self, *, alive: bool = False) -> None:
        """Compare with what was seen before, and remember what is seen now."""
        with closing(read_only(self._folder / "library")) as db:
            now = take_snapshot(db)
        if alive:
            self.told.read()
        files = {hash_file(path) for path in (self._folder / "files").iterdir()}
        if self._seen is not None:
            fresh = self.told.events[self._seen_events :]
            left = {event["hash"] for event in fresh if event["event"] in ("removing", "removed", "replacing")}
            gone = left | (self._seen.hashes_of_all() - self._seen_files) | (self._seen.hashes_of_all() - files)
            self._take(examine_step(self._seen, now, gone))
        if not alive:
            self._compare_with_journal(now, files)
        self._seen, self._seen_files, self._seen_events = now, files, len(self.told.events)

    def _compare_with_journal(self, now: Snapshot, files: set[str]) -> None:
        """What was told as done is done."""
        done: dict[str, int] = {}
        unsure: set[str] = set()  # what was being removed or replaced when everything ended
        removed: set[str] = set()
        for event in self.told.events:
            document = str(event.get("hash"))  # of every event that is looked at here
            if event["event"] == "pages":
                done[document] = event["done"]
            elif event["event"] == "removed":
                removed.add(document)
                done.pop(document, None)
                unsure.discard(document)
            elif event["event"] in ("removing", "replacing"):
                unsure.add(document)
                done.pop(document, None)
            elif event["event"] == "adding":
                removed.discard(document)
        for document, pages in done.items():
            if document in files and document not in unsure and now.pages_of(document) < pages:
                self._say("lost", f"{pages} pages of {document[:8]} were told and {now.pages_of(document)} are there")
        for document in removed.intersection(now.hashes.values()):
            self._say("inconsistent", f"document {document[:8]} was removed and is there")

    def _take(self, faults: Faults) -> None:
        self.result.faults.take(faults)

    def _say(self, kind: str, sentence: str) -> None:
        getattr(self.result.faults, kind).append(sentence)

    def _last_words(self) -> str:
        lines = (self._folder / "owner.log").read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "nothing was said"


def _open_and_examine(folder: Path) -> Faults:
    """Open a library as its next owner would, and compare the indexes."""
    with closing(read_only(folder)) as db:
        row = db.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
        vector = db.execute("SELECT length(vector) FROM vectors LIMIT 1").fetchone()
    if row is None or vector is None:
        return Faults()
    try:
        with closing(Library(folder, row[0], vector[0] // 2)) as library:
            return examine_indexes(library)
    except LibraryError as error:
        return Faults(inconsistent=[f"the library cannot be opened any more: {error}"])


def _texts(db: Any) -> dict[str, dict[int, str]]:
    texts: dict[str, dict[int, str]] = {}
    for document, page, text in db.execute(
        "SELECT d.hash, p.page_index, p.text FROM documents d LEFT JOIN pages p ON p.document = d.id"
    ):
        texts.setdefault(document, {})
        if page is not None:
            texts[document][page] = text
    return texts


def _kill(worker: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):  # it has just left by itself
        worker.kill()


def _workers(owner: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The owner's reading processes; what else Python starts beside them is not counted."""
    try:
        children = psutil.Process(owner.pid).children()
        return [child for child in children if any("spawn_main" in part for part in child.cmdline())]
    except psutil.NoSuchProcess:
        return []


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table of rounds and one line; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=200, help="how often to kill (200)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is drawn (1)")
    parser.add_argument("--round", type=int, help="only this round of them, to see a fault again")
    parser.add_argument("--real", action="store_true", help="embed with the built-in model: slower")
    args = parser.parse_args(arguments)
    rounds: list[Round] = []
    with tempfile.TemporaryDirectory(prefix="paperlamp-crash-") as scratch:
        crash = Crash(Path(scratch), args.seed, real=args.real)
        print("round  began       owner  worker    both  pages   lost  twice  inconsistent  seconds")
        for number, first in enumerate(range(0, args.kills, KILLS_IN_A_ROUND)):
            if args.round in (None, number):
                rounds.append(crash.run_round(number, min(KILLS_IN_A_ROUND, args.kills - first)))
                print(rounds[-1].line(), flush=True)
                for sentence in rounds[-1].faults.sentences():
                    print(f"       {sentence} (--seed {args.seed} --round {number})", flush=True)
    kills = sum(len(result.kills) for result in rounds)
    lost, twice, inconsistent = (
        sum(len(getattr(result.faults, kind)) for result in rounds) for kind in ("lost", "twice", "inconsistent")
    )
    print(f"{kills} kills: {lost} lost, {twice} twice, {inconsistent} inconsistent")
    return 1 if lost or twice or inconsistent else 0


if __name__ == "__main__":
    sys.exit(main())
