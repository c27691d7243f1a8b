"""Searches both indexes and fuses what they find."""

from __future__ import annotations

from dataclasses import dataclass

from core.embedding.embedder import Embedder
from core.index.library import Library
from core.retrieval.fusion import fuse
from core.types import Passage, Scope, SearchMode

_CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search found.

    Attributes:
        best_cosine: of the nearest chunk in scope; None where vectors were not asked.
    """

    passages: tuple[Passage, ...]
    best_cosine: float | None


class Retriever:
    """Finds the passages of a library that speak about a question."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        self._library = library
        self._embedder = embedder

    def retrieve(
        self, query: str, k: int = 10, mode: SearchMode = SearchMode.HYBRID, scope: Scope | None = None
    ) -> tuple[Passage, ...]:
        """The `k` best passages, best first.

        Args:
            query: in the person's own words.
            k: how many at most.
            mode: both indexes fused, vectors alone, or words alone.
            scope: where to search; by default everywhere.
        """
        return self.retrieve_with_evidence(query, k, scope, mode).passages

    def retrieve_with_evidence(
        self, query: str, k: int, scope: Scope | None = None, mode: SearchMode = SearchMode.HYBRID
    ) -> Retrieval:
        """The same, with how near the nearest chunk came."""
        if not query.strip():
            return Retrieval((), None)
        rows = self._library.rows_in_scope(scope or Scope())
        candidates = max(_CANDIDATES, 2 * k)
        dense: list[tuple[int, float]] = []
        keyword: list[tuple[int, float]] = []
        if mode is not SearchMode.KEYWORD:
            dense = self._library.search_vectors(self._embedder.embed_query(query), candidates, rows)
        if mode is not SearchMode.DENSE:
            keyword = self._library.search_keywords(query, candidates, rows)
        scored = {
            SearchMode.DENSE: lambda: dense,
            SearchMode.KEYWORD: lambda: keyword,
            SearchMode.HYBRID: lambda: fuse(dense, keyword),
        }[mode]()
        return Retrieval(tuple(self._library.passages(scored[:k])), dense[0][1] if dense else None)
