"""What every embedder offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
TokenVectors = npt.NDArray[np.float16]


def embedded_text(context: str, chunk_text: str) -> str:
    """The text that the embedder sees; what is shown is the chunk's alone."""
    return f"{context}\n{chunk_text}" if context else chunk_text


class Embedder(Protocol):
    """Turns text into unit vectors whose inner product is the cosine.

    Attributes:
        model_id: the hash of the weights; vectors of different ids cannot be compared.
        name: what people call the model.
        dimension: of the vectors.
        max_tokens: the window, special tokens included; longer passages are cut there.
    """

    @property
    def model_id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def embed_query(self, text: str) -> Vectors:
        """One question → shape (dimension,), float32, norm 1."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages → shape (len(texts), dimension), float32, norm 1, in the order given."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens left out."""
        ...

    def close(self) -> None:
        """Let go of what it holds, a process perhaps."""
        ...


@runtime_checkable
class PassageCoder(Protocol):
    """An embedder that tells of passages all that is to be kept: their vectors, and their tokens' in few bytes."""

    def code_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[bytes]]:
        """Passages → their vectors, as `embed_passages` gives them, and for each the code of its token vectors."""
        ...


@runtime_checkable
class TokenEmbedder(PassageCoder, Protocol):
    """An embedder that also tells what each token of a text means where it stands, for late interaction."""

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Texts → for each, shape (its tokens in the window, dimension), rows of norm 1, special tokens left out."""
        ...

    def read_tokens(self, codes: Sequence[bytes]) -> list[TokenVectors | None]:
        """Codes of passages → their token vectors, nearly as they were; None for a code of another form."""
        ...


@runtime_checkable
class EnglishEmbedder(Protocol):
    """An embedder that knows no other language than English; one without this attribute is taken to know them all."""

    @property
    def english_only(self) -> bool: ...


@runtime_checkable
class CutCounter(Protocol):
    """An embedder that tells when passages were longer than its window: their ends are in no vector then."""

    @property
    def cut(self) -> int:
        """How many passages were cut since it was opened."""
        ...
