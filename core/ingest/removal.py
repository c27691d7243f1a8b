"""Removing documents with every trace: rows, indexes, and the vectors that the cache keeps under their texts."""

from __future__ import annotations

from collections.abc import Sequence

from core.embedding import cache
from core.embedding.embedder import embedded_text
from core.index.library import Library
from core.types import Chunk


def remove_entirely(library: Library, documents: Sequence[str], successor: str | None = None) -> None:
    """Remove documents; what `successor`, a newer version, has in common with them stays in the cache.

    The rows go last: they tell what the cache has of a document, should everything end in the middle.
    """
    texts = _embedded(library, documents)
    if successor is not None:
        texts -= _embedded(library, [successor])
    cache.forget(library.cache_folder, library.model_id, texts)
    library.remove(documents)


def forget_chunks(library: Library, chunks: Sequence[tuple[Chunk, str]]) -> None:
    """Take chunks, each with its context line, out of the cache: they were embedded for a document that has gone."""
    texts = {embedded_text(context, chunk.text) for chunk, context in chunks}
    cache.forget(library.cache_folder, library.model_id, texts)


def _embedded(library: Library, documents: Sequence[str]) -> set[str]:
    return {embedded_text(context, text) for context, text in library.chunk_texts(documents)}
