"""Vectors in FAISS: one index in two forms, ids of our own, saved by atomic replacement, rebuilt beside its use."""

from __future__ import annotations

import json
import logging
import os
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from core.embedding.embedder import Vectors
from core.index.vector_files import checksum, map_index, scratch_of, write_scratch
from core.index.vector_forms import ExactForm, Form, FormName, Ids, IvfForm

__all__ = ["Ids", "Limits", "VectorIndex"]

logger = logging.getLogger(__name__)

_FORMAT = 2
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """When the index changes its form.

    Attributes:
        exact_most: vectors above which the exact form gives way to IVF.
        exact_again: vectors below which the exact form comes back; lower, so that nothing goes to and fro.
        recent_share: of the base's vectors, as many others in memory have IVF built anew.
        removed_share: of the base's vectors, as many that are gone have IVF built anew.
    """

    exact_most: int = 200_000
    exact_again: int = 150_000
    recent_share: float = 0.25
    removed_share: float = 0.2


class VectorIndex:
    """A cache of the `vectors` table that can be searched. Safe to use from several threads.

    Args:
        path: the index file; its stamp lies beside it, and in the IVF form the base, which is mapped, not read.
        model_id: the embedder's; vectors of another are worthless here.
        dimension: of the vectors.
        limits: when it wants another form.

    A missing, foreign or damaged file, down to a single bit, gives an empty index; `Library` then fills it from SQLite.
    Of a base only that is looked at here which could lead astray who reads it: its size, its head, and that its ids are
    some that were given; `verify` reads it whole, in the background.

    It is built anew so: `begin_build` tells where, and from then on changes are kept; another process builds from
    SQLite; `adopt` takes that up with what changed meanwhile. Until then the present form answers.
    """

    def __init__(self, path: Path, model_id: str, dimension: int, limits: Limits | None = None) -> None:
        self._path = path
        self._stamp = {"format": _FORMAT, "model_id": model_id, "dimension": dimension}
        self._limits = limits or Limits()
        self._changing = threading.Lock()  # held by who adds, removes, saves or swaps; taken before the other
        self._lock = threading.Lock()  # held by who searches, and while something really changes
        self._dirty = False
        self._base: dict[str, Any] | None = None  # name, checksum and largest id of the file that is mapped
        self._changes: list[tuple[Ids, Vectors | None]] | None = None  # while a build is under way
        self._form: Form = self._load() or ExactForm.empty(dimension)

    def __len__(self) -> int:
        return len(self._form)

    @property
    def form(self) -> FormName:
        """The present form."""
        return self._form.name

    def ids(self) -> Ids:
        """The chunk ids it holds, in no particular order."""
        with self._lock:
            return self._form.ids()

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (len(ids), dimension) under ids that are not there yet."""
        if len(ids):
            with self._changing, self._lock:
                self._form.add(ids, vectors)
                self._dirty = True
                if self._changes is not None:
                    self._changes.append((ids, vectors))

    def remove(self, ids: Ids) -> None:
        """Remove ids; unknown ones are ignored."""
        if len(ids):
            with self._changing, self._lock:
                self._form.remove(ids)
                self._dirty = True
                if self._changes is not None:
                    self._changes.append((ids, None))

    def search(self, query: Vectors, k: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """The `k` nearest chunks as (id, cosine), best first; `among` limits the search to those ids.

        In the IVF form the cosines are off by some thousandths, and a near neighbour may be missed: ask for some more
        than are wanted, and compare those with the stored vectors.
        """
        if among is not None and not len(among):
            return []
        with self._lock:
            ids, cosines = self._form.search(query, k, among)
        return list(zip(ids.tolist(), cosines.tolist(), strict=True))

    # ── another form ─────────────────────────────────────────────────────────────────────────────────────────────

    def wanted_form(self) -> FormName | None:
        """The form to build now; None while the present one fits, and while a build is under way."""
        with self._lock:
            if self._changes is not None:
                return None
            count, form = len(self._form), self._form
            if not isinstance(form, IvfForm):
                return FormName.IVF if count > self._limits.exact_most else None
            if count < self._limits.exact_again:
                return FormName.EXACT
            outgrown = form.recent_size > self._limits.recent_share * form.base_size
            hollow = form.removed_size > self._limits.removed_share * form.base_size
            return FormName.IVF if outgrown or hollow else None

    def begin_build(self) -> Path:
        """Keep the changes from now on; returns the file that is to be built, for `adopt` or `abandon`."""
        with self._lock:
            self._changes = []
        return self._path.with_name(f"{self._path.stem}-{uuid.uuid4().hex[:8]}.base")

    def adopt(self, file: Path, form: FormName, sums: dict[str, int]) -> None:
        """Answer from what was built, with all that changed since.

        Args:
            file: as `begin_build` named it; in the exact form it is read and goes.
            form: in which it was built.
            sums: its checksum, and that of its head.

        Raises:
            OSError, RuntimeError: it cannot be read; the present form stays.
        """
        fresh: Form
        base: dict[str, Any] | None = None
        if form is FormName.IVF:
            fresh = IvfForm(map_index(file))
            base = {"file": file.name, "largest": fresh.largest} | sums
        else:
            fresh = ExactForm(faiss.read_index(str(file)))
            file.unlink(missing_ok=True)
        with self._lock:
            changes, self._changes = self._changes or [], []
        _repeat(changes, fresh)  # most of them, while searches go on
        with self._changing, self._lock:
            _repeat(self._changes, fresh)
            self._form, self._base, self._changes, self._dirty = fresh, base, None, True

    def abandon(self, file: Path) -> None:
        """Forget a build that came to nothing."""
        with self._lock:
            self._changes = None
        for left in (file, scratch_of(file)):  # a disk that is full needs the room at once
            _delete(left)

    def verify(self) -> bool:
        """False if the base is not what was built, down to a single bit; reads all of it."""
        with self._lock:
            base = self._base
        if base is None:
            return True
        try:
            return checksum(self._path.with_name(base["file"])).items() <= base.items()
        except OSError:
            return False

    # ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────

    def save(self) -> None:
        """Write the file if anything changed: to a scratch file first, then in place of the old one.

        Searches go on meanwhile; changes wait.
        """
        with self._changing:
            if not self._dirty:
                return
            scratch = write_scratch(self._form.in_memory(), self._path)
            stamp = self._stamp | checksum(scratch)
            if isinstance(self._form, IvfForm):
                stamp |= {"base": self._base, "removed": self._form.removed().tolist()}
            self._stamp_path.unlink(missing_ok=True)
            os.replace(scratch, self._path)
            self._stamp_path.write_text(json.dumps(stamp), "utf-8")
            self._dirty = False

    def tidy(self) -> None:
        """Delete the bases that earlier builds left behind, for the one who writes; after `save`, for it names them."""
        with self._lock:
            if self._changes is not None:
                return
            kept = self._base["file"] if self._base else None
        for file in self._path.parent.glob(f"{self._path.stem}-*"):
            if file.name != kept:
                _delete(file)

    @property
    def _stamp_path(self) -> Path:
        return self._path.with_suffix(".json")

    def _load(self) -> Form | None:
        """What was saved; tried again where the owner, in another process, saves meanwhile."""
        for _ in range(_TRIES):
            stamp = self._read_stamp()
            form = self._open(stamp)
            if form is not None or self._read_stamp() == stamp:
                return form
        return None

    def _read_stamp(self) -> str:
        try:
            return self._stamp_path.read_text("utf-8")
        except (OSError, ValueError):
            return ""

    def _open(self, stamp: str) -> Form | None:
        try:
            found = json.loads(stamp)
            base, removed = found.pop("base", None), found.pop("removed", [])
            if found != self._stamp | checksum(self._path):
                return None
            memory = faiss.read_index(str(self._path))
            if base is None:
                return ExactForm(memory)
            file = self._path.with_name(base["file"])
            head = checksum(file, int(base["head"]))
            if file.stat().st_size != base["size"] or head["crc32"] != base["head_crc32"]:
                return None
            form = IvfForm(map_index(file), memory, np.array(removed, np.int64), int(base["largest"]))
        except (OSError, ValueError, RuntimeError, MemoryError, LookupError, TypeError, AttributeError):
            # One of the files is damaged, or the stamp, which may say anything then.
            return None
        self._base = base
        return form


def _delete(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:  # on Windows, while a process has it mapped; the next start tries again
        logger.info("%s is still in use", file)


def _repeat(changes: Sequence[tuple[Ids, Vectors | None]], form: Form) -> None:
    """Make changes again in another form, which was built while they came and may know of some of them."""
    for ids, vectors in changes:
        form.remove(ids)
        if vectors is not None:
            form.add(ids, vectors)
