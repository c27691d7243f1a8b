"""The embedder that questions are embedded with: always the one whose vectors the library answers with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from core.embedding.choice import choice_from
from core.embedding.embedder import Embedder, Vectors
from core.embedding.record import EmbedderRecord
from core.errors import EmbedderChanged, ModelError, ModelMissing
from core.index.library import Library

_TRIES = 3

Found = TypeVar("Found")


def open_recorded(record: EmbedderRecord) -> Embedder:
    """The model that a library remembers, for this process."""
    return choice_from(record).open()


class EmbedderInForce:
    """An `Embedder` that opens the library's when it is first needed, and another when that has come into force.

    Args:
        library: whose embedder it is.
        open_embedder: how a model is opened.
    """

    def __init__(self, library: Library, open_embedder: Callable[[EmbedderRecord], Embedder] = open_recorded) -> None:
        self._library = library
        self._open = open_embedder
        self._record = library.embedder()
        self._embedder: Embedder | None = None
        self._lock = threading.Lock()

    @property
    def current(self) -> Embedder:
        """The embedder itself, opened now if it is not.

        Raises:
            ModelError: it is not there, or is another model by now.
        """
        with self._lock:
            wanted = self._library.model_id
            if self._embedder is not None and self._embedder.model_id == wanted:
                return self._embedder
            if self._record is None or self._record.model_id != wanted:
                self._record = self._library.embedder()
            if self._record is None or self._record.model_id != wanted or not self._record.value:
                raise ModelMissing("The library does not tell which embedding model it has. Open it again.")
            fresh = self._open(self._record)
            if self._embedder is not None:
                self._embedder.close()
            self._embedder = fresh
            return fresh

    def prepare(self) -> None:
        """Open the embedder now, so that the first question need not wait for it."""
        _ = self.current

    @property
    def model_id(self) -> str:
        """Of the embedder in force."""
        return self.current.model_id

    @property
    def name(self) -> str:
        """Of the embedder in force."""
        return self.current.name

    @property
    def dimension(self) -> int:
        """Of the embedder in force."""
        return self.current.dimension

    @property
    def max_tokens(self) -> int:
        """Of the embedder in force."""
        return self.current.max_tokens

    def embed_query(self, text: str) -> Vectors:
        """One question → shape (dimension,)."""
        return self.current.embed_query(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages → shape (len(texts), dimension)."""
        return self.current.embed_passages(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens left out."""
        return self.current.count_tokens(texts)

    def close(self) -> None:
        """Let go of the embedder."""
        with self._lock:
            if self._embedder is not None:
                self._embedder.close()
            self._embedder = None


def in_force(embedder: Embedder) -> Embedder:
    """The embedder itself, for whoever wants to know what else it can do."""
    return embedder.current if isinstance(embedder, EmbedderInForce) else embedder


def if_there(embedder: Embedder) -> Embedder | None:
    """The embedder itself; None where its model is not there, so that only words can be compared."""
    try:
        return in_force(embedder)
    except ModelError:
        return None


def with_one_embedder(embedder: Embedder, search: Callable[[Embedder], Found]) -> Found:
    """What a search finds that embeds and compares with one and the same embedder, even while that is being changed.

    Args:
        embedder: for questions.
        search: with the embedder itself; raises `EmbedderChanged` where it was another one's turn meanwhile.
    """
    for _ in range(_TRIES):
        try:
            return search(in_force(embedder))
        except EmbedderChanged:
            continue
    raise EmbedderChanged("The library is changing its embedding model just now. Ask again.")
