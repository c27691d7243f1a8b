"""Token vectors in few bytes: kept with each passage when it is embedded, so that no search embeds a passage again.

Source of the method: Jégou, Douze, Schmid, "Product quantization for nearest neighbor search" (2011), after a learnt
rotation (Ge and others, "Optimized product quantization", 2013); for the tokens of late interaction, Santhanam and
others, "ColBERTv2" (2022). The tables are made by `benchmarks/train_token_codes.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from core.embedding.embedder import TokenVectors, Vectors
from core.paths import resources_folder

_FORMAT = b"\x01"  # begins the code of each text; raised when the tables change


class TokenCodes:
    """Codes token vectors, and reads them back nearly as they were.

    Args:
        tables: a trained index of faiss without vectors.
    """

    def __init__(self, tables: Path) -> None:
        # Not before it is wanted: beside torch, in the worker of another embedder, it ends the process on macOS.
        import faiss

        self._codec = faiss.read_index(str(tables))
        self._size = int(self._codec.sa_code_size())

    def encode(self, states: Vectors) -> bytes:
        """One text's token vectors, shape (tokens, dimension) → its code."""
        return _FORMAT + (self._codec.sa_encode(np.ascontiguousarray(states)).tobytes() if len(states) else b"")

    def decode(self, codes: Sequence[bytes]) -> list[TokenVectors | None]:
        """Codes → for each text its token vectors, shape (tokens, dimension); None for a code of another form."""
        own = [i for i, code in enumerate(codes) if code[:1] == _FORMAT and len(code) % self._size == 1]
        states: list[TokenVectors | None] = [None] * len(codes)
        if not own:
            return states
        ends = np.cumsum([0, *((len(codes[i]) - 1) // self._size for i in own)])
        whole = np.frombuffer(b"".join(codes[i][1:] for i in own), np.uint8).reshape(-1, self._size)
        vectors = self._codec.sa_decode(whole).astype(np.float16)
        for i, (start, end) in zip(own, pairwise(ends), strict=True):
            states[i] = vectors[start:end]
        return states


def limit_threads(threads: int) -> None:
    """Let coding take so many cores; for a process that searches no index."""
    import faiss

    faiss.omp_set_num_threads(threads)


@cache
def builtin_token_codes() -> TokenCodes:
    """Of the built-in embedder."""
    return TokenCodes(resources_folder() / "embedding" / "token_codes.faiss")
