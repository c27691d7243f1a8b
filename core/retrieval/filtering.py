"""The nearest chunks by meaning among those that a query's phrases, exclusions and beginnings of words let through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.embedding.embedder import Vectors
from core.index.library import Library
from core.index.query_syntax import KeywordQuery, parse
from core.index.vector_index import Ids
from core.retrieval.fusion import Scored

# Up to so many chunks are let through one by one; of more, enough are among the nearest of all.
_COUNTED = 20_000
_WIDER = 4


def sought(query: KeywordQuery) -> str:
    """What of a query has a meaning: its words, without the signs and without what is excluded."""
    return query.text or " ".join(query.prefixes)


def nearest(
    library: Library,
    vector: Vectors,
    k: int,
    query: str,
    documents: Sequence[int] | None,
    among: Ids | None,
    model_id: str | None = None,
) -> Scored:
    """The `k` nearest chunks that are let through, wherever they stand among all, as (chunk, cosine), best first.

    Args:
        library: to search.
        vector: of what is sought.
        k: how many at most.
        query: in the person's own words, with its operators.
        documents: row numbers of the documents in scope; None for all.
        among: ids of the chunks in scope, where it is narrower than documents; else None.
        model_id: of the embedder that made `vector`, where another one may come into force meanwhile.

    Raises:
        EmbedderChanged: another one has.
    """
    if not parse(query).filters:
        return library.search_vectors(vector, k, documents, among, model_id=model_id)
    inside = library.chunk_ids(documents) if among is None and documents is not None else among
    if inside is not None and len(inside) <= _COUNTED:
        return library.search_vectors(vector, k, None, library.permitted(query, inside), model_id=model_id)
    permitted = library.permitted(query, most=_COUNTED)
    if permitted is not None and len(permitted) < _COUNTED:
        few = permitted if inside is None else np.intersect1d(permitted, inside)
        return library.search_vectors(vector, k, None, few, model_id=model_id)
    return _from_the_nearest(library, vector, k, query, inside, model_id)


def _from_the_nearest(
    library: Library, vector: Vectors, k: int, query: str, inside: Ids | None, model_id: str | None
) -> Scored:
    """Look at the nearest, and at more of them until enough are let through or there are no more."""
    count, seen = _WIDER * k, -1
    while True:
        found = library.search_vectors(vector, count, None, inside, model_id=model_id)
        permitted = library.permitted(query, np.array([chunk for chunk, _ in found], np.int64))
        through = set() if permitted is None else set(permitted.tolist())
        kept = [item for item in found if item[0] in through]
        if len(kept) >= k or len(found) <= seen:
            return kept[:k]
        count, seen = _WIDER * count, len(found)
