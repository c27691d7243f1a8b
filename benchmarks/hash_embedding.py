"""A stand-in for the embedding model where only the bookkeeping is examined: vectors that are hashes of the text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.embedding.embedder import Vectors

DIMENSION = 32


class HashEmbedder:
    """Gives every text its own vector at no cost; nothing can be found by it."""

    model_id = hashlib.sha256(b"benchmarks.hash_embedding").hexdigest()
    name = "hash"
    dimension = DIMENSION
    max_tokens = 48

    def embed_query(self, text: str) -> Vectors:
        """A unit vector, the same for the same text."""
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
        return vector / np.linalg.norm(vector)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One such vector for each text."""
        return np.stack([self.embed_query(text) for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words."""
        return [len(text.split()) for text in texts]

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class HashChoice:
    """What `EmbedderChoice` is for real models: it is handed to worker processes, which open it."""

    model_id: str = HashEmbedder.model_id
    dimension: int = DIMENSION
    folder: Path | None = None

    def open(self) -> HashEmbedder:
        """For questions."""
        return HashEmbedder()

    def open_in_worker(self, threads: int) -> HashEmbedder:
        """For a worker."""
        return HashEmbedder()
