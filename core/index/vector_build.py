"""A process of its own that builds a form of the vector index from the rows, at low priority."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from core.child_process import end_with_parent, lower_priority
from core.errors import LibraryError
from core.index import store
from core.index.connection import open_for_reading
from core.index.vector_files import checksum, write_scratch
from core.index.vector_forms import ExactForm, FormName, bytes_of_lists, lists_for, sample_size, train_ivf

_SEED = 7


@dataclass(frozen=True, slots=True)
class BuildTask:
    """What to build.

    Attributes:
        database: the library's file.
        target: where the index goes, once it is whole.
        dimension: of the vectors.
        form: to build.
    """

    database: Path
    target: Path
    dimension: int
    form: FormName


class VectorBuild:
    """A build in a process of its own: what it takes in memory goes with it, and a crash there costs nothing."""

    def __init__(self, task: BuildTask) -> None:
        context = multiprocessing.get_context("spawn")
        self._result, answer = context.Pipe(duplex=False)
        self._process = context.Process(target=_serve, args=(task, answer), name="index-build", daemon=True)
        self._process.start()
        answer.close()

    def wait(self) -> dict[str, int]:
        """The checksum of what was built, when it is whole.

        Raises:
            LibraryError: it could not be built, or was ended.
        """
        try:
            found: dict[str, int] | str = self._result.recv()
        except (EOFError, OSError):
            found = "its process ended"
        self._process.join()
        self._result.close()
        if isinstance(found, str):
            raise LibraryError(f"The vector index could not be built anew: {found}. Searches go on with the old one.")
        return found

    def end(self) -> None:
        """Stop now; `wait` raises then."""
        self._process.terminate()


def build(task: BuildTask) -> dict[str, int]:
    """Build an index and give it its name when it is whole and on the disk; returns its checksum.

    Of IVF also that of its `head`: everything before the lists, which says where in the file they are.

    Rows are read in slices, none of which holds up the library's writer. What is committed meanwhile may be in the
    index or not.

    Raises:
        LibraryError: the rows cannot be read.
        OSError, RuntimeError: the file cannot be written.
    """
    db = open_for_reading(task.database)
    try:
        ids = np.sort(store.chunk_ids(db))
        index: Any
        if task.form is FormName.EXACT:
            index = ExactForm.empty(task.dimension).in_memory()
        else:
            lists = lists_for(len(ids))
            chosen = np.random.default_rng(_SEED).choice(ids, min(len(ids), sample_size(lists)), replace=False)
            index = train_ivf(
                np.concatenate([vectors for _, vectors in store.read_vectors(db, np.sort(chosen))]), lists
            )
        for some, vectors in store.read_vectors(db, ids):
            index.add_with_ids(vectors, some)
    finally:
        db.close()
    scratch = write_scratch(index, task.target)
    sums = checksum(scratch)
    if task.form is FormName.IVF:
        head = sums["size"] - bytes_of_lists(index)
        sums |= {"head": head, "head_crc32": checksum(scratch, head)["crc32"]}
    os.replace(scratch, task.target)
    return sums


def _serve(task: BuildTask, answer: Connection) -> None:
    end_with_parent()
    lower_priority()
    faiss.omp_set_num_threads(max(1, (os.cpu_count() or 1) // 2))
    try:
        answer.send(build(task))
    except (LibraryError, OSError, RuntimeError, ValueError) as error:
        answer.send(str(error) or type(error).__name__)
