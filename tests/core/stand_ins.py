"""Stand-ins for what is slow or absent in tests: an embedder of hashed words, a scripted chat model, a clock."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncGenerator, Callable, Sequence

import numpy as np

from core.embedding.embedder import TokenVectors, Vectors
from core.errors import ModelError
from core.llm.chat_model import ChatTurn, ModelInfo
from core.types import Chunk, Page, PageSource

DIMENSION = 32
MODEL_ID = hashlib.sha256(b"hash-embedder").hexdigest()
_WORD = re.compile(r"\w+")


def hash_vector(text: str) -> Vectors:
    """Return the unit vector of a text: the sum of a random direction for each word."""
    vector = np.full(DIMENSION, 1e-3, np.float32)
    for word in _WORD.findall(text.casefold()):
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
        vector += np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)


class HashEmbedder:
    """An embedder whose vectors depend on the words alone; it remembers what it was asked."""

    def __init__(self, max_tokens: int = 64) -> None:
        self.model_id = MODEL_ID
        self.name = "hash"
        self.dimension = DIMENSION
        self.max_tokens = max_tokens
        self.embedded: list[str] = []
        self.is_closed = False

    def embed_query(self, text: str) -> Vectors:
        return hash_vector(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return np.stack([hash_vector(text) for text in texts]) if texts else np.empty((0, DIMENSION), np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) for text in texts]

    def close(self) -> None:
        self.is_closed = True


class CodedAsTheyAre:
    """For a stand-in with `embed_tokens`: its token vectors are coded without loss."""

    embed_tokens: Callable[[Sequence[str]], list[TokenVectors]]

    def code_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[bytes]]:
        states = self.embed_tokens(texts)
        return np.zeros((len(texts), DIMENSION), np.float32), [bytes([s.shape[1]]) + s.tobytes() for s in states]

    def read_tokens(self, codes: Sequence[bytes]) -> list[TokenVectors | None]:
        return [np.frombuffer(c[1:], np.float16).reshape(-1, c[0]) if c else None for c in codes]


class ScriptedModel:
    """A chat model that says its pieces, then fails if it was told to.

    Attributes:
        prompts: the turns of every call.
        closed_streams: how many streams have ended, by themselves or because the reader left.
    """

    def __init__(
        self, *pieces: str, error: ModelError | None = None, small: bool = False, limit: int = 4096, said: int = 0
    ) -> None:
        self.info = ModelInfo("scripted", "Scripted")
        self.is_small = small
        self.prompts: list[tuple[ChatTurn, ...]] = []
        self.closed_streams = 0
        self._pieces = pieces
        self._error = error
        self._error_after = said
        self._limit = limit

    async def is_loaded(self) -> bool:
        return True

    async def context_limit(self) -> int:
        return self._limit

    async def count_tokens(self, text: str) -> int:
        return len(text.split())

    async def stream(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        self.prompts.append(tuple(turns))
        try:
            for piece in self._pieces[: self._error_after] if self._error else self._pieces:
                yield piece
            if self._error:
                raise self._error
        finally:
            self.closed_streams += 1

    async def close(self) -> None:
        return


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def page_of(index: int, text: str) -> Page:
    """Return a page of plain text."""
    return Page(index, str(index + 1), text, PageSource.TEXT if text else PageSource.EMPTY)


def chunks_of(pages: Sequence[Page], context: Callable[[Page], str] = lambda page: "") -> list[tuple[Chunk, str]]:
    """Return one chunk for each page that has text."""
    return [
        (Chunk(page.index, 0, len(page.text), page.text, (), len(page.text.split())), context(page))
        for page in pages
        if page.text
    ]
