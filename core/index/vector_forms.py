"""The two forms of the vector index: exact for libraries of usual size, inverted lists (IVF) for very large ones.

A form is not safe to use from several threads; `VectorIndex` sees to that. Both compare by inner product, which for
unit vectors is the cosine.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any, Protocol

import faiss
import numpy as np
import numpy.typing as npt

from core.embedding.embedder import Vectors

Ids = npt.NDArray[np.int64]

# Lists are two times the root of the number of vectors, so that looking at the lists' centres costs about as much as
# looking into the lists; of these a sixteenth is searched. Measured in docs/decisions/015-vectors-at-scale.md.
_PROBED_SHARE = 1 / 16
_LEAST_PROBED = 8
_TRAINED_ON = 48  # vectors for each list; k-means gains nothing from more
_LEAST_FOR_A_LIST = 39  # below, faiss finds the sample too small
_SEED = 7


class FormName(StrEnum):
    """How an index keeps its vectors."""

    EXACT = "exact"
    IVF = "ivf"


class Form(Protocol):
    """What both forms do."""

    name: FormName

    def __len__(self) -> int: ...

    def ids(self) -> Ids:
        """The ids it holds, in no particular order."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Take in vectors under ids that are not there."""
        ...

    def remove(self, ids: Ids) -> None:
        """Let go of ids; unknown ones are ignored."""
        ...

    def search(self, query: Vectors, k: int, among: Ids | None) -> tuple[Ids, Vectors]:
        """Ids and cosines of the `k` nearest, best first; fewer if there are fewer."""
        ...

    def in_memory(self) -> Any:
        """The part that changes, and is written to disk whole when the index is saved."""
        ...


class ExactForm:
    """All vectors as fp16, each compared with the question."""

    name = FormName.EXACT

    def __init__(self, index: Any) -> None:
        self._index = index  # faiss's own types know little of its classes

    @staticmethod
    def empty(dimension: int) -> ExactForm:
        """A form without vectors."""
        codes = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        return ExactForm(faiss.IndexIDMap2(codes))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> Ids:
        return np.array(faiss.vector_to_array(self._index.id_map), np.int64)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids))

    def remove(self, ids: Ids) -> None:
        self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, np.int64)))

    def search(self, query: Vectors, k: int, among: Ids | None) -> tuple[Ids, Vectors]:
        limited: Any = faiss.SearchParameters
        parameters = limited(sel=_bitmap(_mask(among))) if among is not None else None
        return _found(self._index, query, min(k, len(self)), parameters)

    def in_memory(self) -> Any:
        return self._index

    def reconstruct(self, chunk: int) -> Vectors:
        """A chunk's vector as it is kept.

        Raises:
            RuntimeError: the chunk is not there.
        """
        vector: Vectors = self._index.reconstruct(chunk)
        return vector


class IvfForm:
    """Vectors as bytes in lists of neighbours, of which a search looks into the nearest few.

    Most lie in a *base* that was built at one time and is only read from then on, mapped from its file. What came since
    lies in *recent*, which has the same lists and is kept in memory. What went since from the base is passed over.

    Args:
        base: the trained index with its vectors.
        recent: as an earlier session saved it; None for an empty one.
        removed: ids of the base that are gone.
        largest: id of the base; None for a base that was just built.

    Raises:
        ValueError: the base has other ids than it was built with; a mask over them might fill the memory.
    """

    name = FormName.IVF

    def __init__(
        self, base: Any, recent: Any | None = None, removed: Ids | None = None, largest: int | None = None
    ) -> None:
        self._base = base
        self._recent = recent if recent is not None else _emptied(base)
        ids = _ids_of(base)
        if largest is not None and (ids.min(initial=0) < 0 or ids.max(initial=0) > largest):
            raise ValueError("the base is damaged")
        self._held = _mask(ids)  # by id, what the base has; and of this, what is not gone
        self._alive = self._held.copy()
        self._base_size = int(base.ntotal)
        if removed is not None:
            self._alive[self._of_base(removed)] = False
        self._scope: tuple[Ids, Any] | None = None  # searched last, with the bitmap that was made of it
        self._settle()

    @property
    def largest(self) -> int:
        """The largest id of the base; -1 when it is empty."""
        return len(self._held) - 1

    @property
    def base_size(self) -> int:
        """Vectors in the base, those that are gone included."""
        return self._base_size

    @property
    def recent_size(self) -> int:
        """Vectors that came since the base was built."""
        return int(self._recent.ntotal)

    @property
    def removed_size(self) -> int:
        """Vectors of the base that are gone and still take room."""
        return self._removed

    def __len__(self) -> int:
        return self.base_size - self._removed + self.recent_size

    def ids(self) -> Ids:
        return np.concatenate([np.flatnonzero(self._alive), _ids_of(self._recent)])

    def removed(self) -> Ids:
        """The ids of the base that are gone."""
        return np.flatnonzero(self._held & ~self._alive)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Take in vectors; one that the base has, gone or not, is there again as it was: an id is never given twice."""
        known = self._is_held(ids)
        if known.any():
            self._alive[ids[known]] = True
            self._settle()
        fresh = np.ascontiguousarray(ids[~known])
        if len(fresh):
            _on_one_thread()
            self._recent.add_with_ids(np.ascontiguousarray(vectors[~known], np.float32), fresh)

    def remove(self, ids: Ids) -> None:
        gone = self._of_base(ids)
        if len(gone):
            self._alive[gone] = False
            self._settle()
        if len(gone) < len(ids) and self.recent_size:
            self._recent.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, np.int64)))

    def search(self, query: Vectors, k: int, among: Ids | None) -> tuple[Ids, Vectors]:
        """Search the nearest lists; among few vectors more lists, so that about as many are compared as otherwise.

        Where a scope is a sixteenth of everything or less, all lists are searched: nothing in it is missed.
        """
        share = 1.0 if among is None else min(1.0, len(among) / max(1, len(self)))
        probes = min(self._base.nlist, math.ceil(_probes(self._base.nlist) / max(share, 1e-9)))
        limited: Any = faiss.SearchParametersIVF
        parts = []
        if self.base_size > self._removed:
            selector = self._select(among)
            parts.append(_found(self._base, query, min(k, self.base_size), limited(sel=selector, nprobe=probes)))
        if self.recent_size:
            selector = _bitmap(_mask(among)) if among is not None else None
            parts.append(_found(self._recent, query, min(k, self.recent_size), limited(sel=selector, nprobe=probes)))
        if not parts:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        ids, cosines = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(-cosines, kind="stable")[:k]
        return ids[order], cosines[order]

    def in_memory(self) -> Any:
        return self._recent

    def _is_held(self, ids: Ids) -> npt.NDArray[np.bool_]:
        held = (ids >= 0) & (ids < len(self._held))
        held[held] = self._held[ids[held]]
        return held

    def _of_base(self, ids: Ids) -> Ids:
        return ids[self._is_held(ids)]

    def _settle(self) -> None:
        self._removed = self.base_size - int(np.count_nonzero(self._alive))
        self._selector = _bitmap(self._alive) if self._removed else None
        self._scope = None

    def _select(self, among: Ids | None) -> Any:
        """Who of the base may be found; the same array of ids, asked for again, has its bitmap already."""
        if among is None:
            return self._selector
        if self._scope is None or self._scope[0] is not among:
            permitted = np.zeros_like(self._alive)
            permitted[self._of_base(among)] = True
            self._scope = among, _bitmap(permitted & self._alive)
        return self._scope[1]


def lists_for(count: int) -> int:
    """How many lists suit so many vectors: a power of two near 2√n, and few enough to be trained."""
    lists = 1 << round(math.log2(max(2.0, 2.0 * math.sqrt(count))))
    return max(1, min(lists, count // _LEAST_FOR_A_LIST))


def sample_size(lists: int) -> int:
    """How many vectors so many lists are trained on."""
    return lists * _TRAINED_ON


def train_ivf(sample: Vectors, lists: int) -> Any:
    """An IVF index without vectors, its lists and codes fitted to a sample of shape (n, dimension)."""
    dimension = sample.shape[1]
    index: Any = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
        True,  # the bytes are of what differs from the list's centre
    )
    index.cp.seed = _SEED
    index.cp.max_points_per_centroid = _TRAINED_ON
    index.train(np.ascontiguousarray(sample))
    return index


def bytes_of_lists(index: Any) -> int:
    """How many bytes at the end of an IVF index's file are codes and ids; what precedes them is how to read them."""
    return int(index.ntotal) * (int(index.code_size) + np.dtype(np.int64).itemsize)


def _probes(lists: int) -> int:
    return max(_LEAST_PROBED, math.ceil(lists * _PROBED_SHARE))


def _emptied(base: Any) -> Any:
    """An index with the lists and codes of another one, and no vectors. It borrows its centres: keep both together."""
    empty: Any = faiss.IndexIVFScalarQuantizer(
        base.quantizer, base.d, base.nlist, base.sq.qtype, base.metric_type, base.by_residual
    )
    empty.sq = base.sq
    empty.is_trained = True
    return empty


def _mask(ids: Ids) -> npt.NDArray[np.bool_]:
    """By id, True for those given; ids are row numbers, so that such a mask is small."""
    mask = np.zeros(int(ids.max(initial=-1)) + 1, np.bool_)
    mask[ids] = True
    return mask


def _bitmap(permitted: npt.NDArray[np.bool_]) -> Any:
    """Who may be found: a test of one bit for each vector that is passed."""
    bitmap: Any = faiss.IDSelectorBitmap  # its Python form takes an array and keeps it
    return bitmap(np.packbits(permitted, bitorder="little"))


def _ids_of(index: Any) -> Ids:
    lists = index.invlists
    parts = [
        np.array(faiss.rev_swig_ptr(lists.get_ids(number), size))
        for number in range(index.nlist)
        if (size := lists.list_size(number))
    ]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _on_one_thread() -> None:
    """Keep faiss from waking OpenMP's threads for a single question, which it does not divide among them.

    Where other programs keep the cores busy, waiting for those threads took 36 ms of a search that takes 0.7 ms. The
    number is that of the calling thread.
    """
    faiss.omp_set_num_threads(1)


def _found(index: Any, query: Vectors, k: int, parameters: Any) -> tuple[Ids, Vectors]:
    if k == 0:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    _on_one_thread()
    cosines, ids = index.search(query.reshape(1, -1).astype(np.float32), k, params=parameters)
    there = ids[0] >= 0
    return ids[0][there], cosines[0][there]
