"""Vectors in FAISS: exact search over fp16 codes, ids of our own, saved by atomic replacement."""

from __future__ import annotations

import json
import os
import threading
import zlib
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from core.embedding.embedder import Vectors

_FORMAT = 2
_READ_BYTES = 1 << 20

Ids = npt.NDArray[np.int64]


class VectorIndex:
    """A cache of the `vectors` table that can be searched.

    Args:
        path: the index file; its stamp lies beside it.
        model_id: the embedder's; vectors of another are worthless here.
        dimension: of the vectors.

    A missing, foreign or damaged file, down to a single bit, gives an empty index; `Library` then fills it from SQLite.
    """

    def __init__(self, path: Path, model_id: str, dimension: int) -> None:
        self._path = path
        self._stamp = {"format": _FORMAT, "model_id": model_id, "dimension": dimension}
        self._lock = threading.Lock()
        self._dirty = False
        self._index: Any = self._load() or _empty(dimension)  # faiss's own types know little of its classes

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> Ids:
        """The chunk ids it holds, in no particular order."""
        with self._lock:
            return np.array(faiss.vector_to_array(self._index.id_map), np.int64)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (len(ids), dimension) under ids that are not there yet."""
        if len(ids):
            with self._lock:
                self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids))
                self._dirty = True

    def remove(self, ids: Ids) -> None:
        """Remove ids; unknown ones are ignored."""
        if len(ids):
            with self._lock:
                self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, np.int64)))
                self._dirty = True

    def search(self, query: Vectors, k: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """The `k` nearest chunks as (id, cosine), best first; `among` limits the search to those ids."""
        if among is not None and not len(among):
            return []
        limited: Any = faiss.SearchParameters
        parameters = limited(sel=faiss.IDSelectorBatch(among)) if among is not None else None
        with self._lock:
            k = min(k, len(self))
            if k == 0:
                return []
            scores, ids = self._index.search(query.reshape(1, -1).astype(np.float32), k, params=parameters)
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def save(self) -> None:
        """Write the file if anything changed: to a scratch file first, then in place of the old one."""
        with self._lock:
            if not self._dirty:
                return
            scratch = self._path.with_suffix(".partial")
            faiss.write_index(self._index, str(scratch))
            scratch.chmod(0o600)
            with scratch.open("rb+") as file:
                os.fsync(file.fileno())  # a power cut must not leave the new name on an unwritten file
            stamp = self._stamp | _checksum(scratch)
            self._stamp_path.unlink(missing_ok=True)
            os.replace(scratch, self._path)
            self._stamp_path.write_text(json.dumps(stamp), "utf-8")
            self._dirty = False

    @property
    def _stamp_path(self) -> Path:
        return self._path.with_suffix(".json")

    def _load(self) -> faiss.Index | None:
        try:
            if json.loads(self._stamp_path.read_text("utf-8")) != self._stamp | _checksum(self._path):
                return None
            return faiss.read_index(str(self._path))
        except (OSError, ValueError, RuntimeError):
            return None


def _checksum(file: Path) -> dict[str, int]:
    """Size and CRC-32: a bit that flipped on the disk would else be a wrong neighbour that nobody notices."""
    crc = size = 0
    with file.open("rb") as stream:
        while block := stream.read(_READ_BYTES):
            crc = zlib.crc32(block, crc)
            size += len(block)
    return {"size": size, "crc32": crc}


def _empty(dimension: int) -> faiss.Index:
    codes = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    return faiss.IndexIDMap2(codes)
