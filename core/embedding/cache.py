"""The same text is never embedded twice: what a model makes of it, on disk by (model hash, text hash), for all workers.

An entry is the text's vector in fp16, and behind it the code of its token vectors where the model has them.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import diskcache
import numpy as np

from core.embedding.embedder import Embedder, PassageCoder, Vectors
from core.errors import InternalError
from core.paths import private_folder

_SIZE_LIMIT = 2 << 30


class BytesDisk(diskcache.Disk):  # type: ignore[misc]
    """diskcache's storage restricted to bytes and text: nothing is pickled, and nothing pickled is ever loaded."""

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        """Store bytes as they are."""
        if not isinstance(value, bytes):
            raise InternalError("The embedding cache holds bytes only.")
        return super().store(value, read, key)

    def put(self, key: Any) -> Any:
        """Text keys only; any other would be pickled."""
        if not isinstance(key, str):
            raise InternalError("The embedding cache has text keys only.")
        return super().put(key)

    def fetch(self, mode: Any, filename: Any, value: Any, read: bool) -> Any:
        """Refuse a pickled value, whoever put it there."""
        if mode == diskcache.core.MODE_PICKLE:
            raise InternalError("The embedding cache was altered; delete the cache folder.")
        return super().fetch(mode, filename, value, read)


class CachedEmbedder:
    """An embedder that looks into the cache first. Vectors come back rounded to fp16, cached or not."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        try:
            self._cache = _open(folder)
        except sqlite3.DatabaseError:
            # Damaged. What it held can be computed again.
            shutil.rmtree(folder, ignore_errors=True)
            self._cache = _open(folder)

    @property
    def model_id(self) -> str:
        """Of the embedder within."""
        return self._embedder.model_id

    @property
    def name(self) -> str:
        """Of the embedder within."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """Of the embedder within."""
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        """Of the embedder within."""
        return self._embedder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens left out."""
        return self._embedder.count_tokens(texts)

    def embed_query(self, text: str) -> Vectors:
        """One question; questions are not cached."""
        return self._embedder.embed_query(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages → shape (len(texts), dimension); only texts never seen before reach the model."""
        return self.code_passages(texts)[0]

    def code_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[bytes]]:
        """The same, with the codes of their token vectors; empty ones where the embedder within gives none."""
        found = {key: self._read(key) for key in map(self._key, texts)}
        missing = {key: text for text in texts if found[key := self._key(text)] is None}
        if missing:
            fresh = dict(zip(missing, self._compute(list(missing.values())), strict=True))
            found |= fresh
            self._write(fresh)
        entries = [found[self._key(text)] or b"" for text in texts]
        size = 2 * self.dimension
        vectors = np.frombuffer(b"".join(entry[:size] for entry in entries), np.float16).reshape(-1, self.dimension)
        return vectors.astype(np.float32), [entry[size:] for entry in entries]

    def close(self) -> None:
        """Release the cache's files and the embedder within."""
        self._cache.close()
        self._embedder.close()

    def _key(self, text: str) -> str:
        return _key(self.model_id, text)

    def _compute(self, texts: list[str]) -> list[bytes]:
        """Entries as they are kept: a vector, and behind it the code of its text's tokens."""
        if isinstance(self._embedder, PassageCoder):
            vectors, codes = self._embedder.code_passages(texts)
        else:
            vectors, codes = self._embedder.embed_passages(texts), [b""] * len(texts)
        return [v.tobytes() + code for v, code in zip(vectors.astype(np.float16), codes, strict=True)]

    def _read(self, key: str) -> bytes | None:
        """An entry; None if there is none, or none that is whole."""
        entry: bytes | None = self._cache.get(key)
        least = 2 * self.dimension + isinstance(self._embedder, PassageCoder)
        return entry if entry is not None and len(entry) >= least else None

    def _write(self, entries: dict[str, bytes]) -> None:
        try:
            with self._cache.transact():
                for key, entry in entries.items():
                    self._cache.set(key, entry)
        except (sqlite3.OperationalError, diskcache.Timeout):
            # A full disk or a busy cache costs a later recomputation, never this result.
            return


def forget(folder: Path, model_id: str, texts: Iterable[str]) -> None:
    """Delete the vectors of texts: what was removed from the library leaves nothing behind."""
    if not folder.is_dir():
        return
    try:
        with closing(_open(folder)) as cache, cache.transact():
            for text in texts:
                cache.delete(_key(model_id, text))
    except (sqlite3.DatabaseError, diskcache.Timeout):
        # Damaged or full. It is only a cache, and the one way to be sure that nothing is left in it.
        shutil.rmtree(folder, ignore_errors=True)


def forget_model(folder: Path, model_id: str) -> None:
    """Delete all vectors of a model that embeds the library no longer."""
    if not folder.is_dir():
        return
    try:
        with closing(_open(folder)) as cache:
            for key in [key for key in cache if key.startswith(_prefix(model_id))]:
                cache.delete(key)
    except (sqlite3.DatabaseError, diskcache.Timeout):
        # As in `forget`: it is only a cache.
        shutil.rmtree(folder, ignore_errors=True)


def _prefix(model_id: str) -> str:
    return f"{model_id[:16]}:"


def _key(model_id: str, text: str) -> str:
    return f"{_prefix(model_id)}{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"


def _open(folder: Path) -> diskcache.Cache:
    return diskcache.Cache(
        str(private_folder(folder)), disk=BytesDisk, size_limit=_SIZE_LIMIT, eviction_policy="least-recently-stored"
    )
