"""Searches both indexes, weighs the evidence for what they find, and ranks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache

from core.embedding.embedder import Embedder, EnglishEmbedder, TokenEmbedder
from core.errors import ModelError
from core.index.candidates import Candidate
from core.index.library import Library
from core.index.query_syntax import parse
from core.retrieval.embedder_in_force import if_there, in_force, with_one_embedder
from core.retrieval.evidence import Signals, add_tokens, gather
from core.retrieval.explaining import OWN_PART, accounted
from core.retrieval.filtering import nearest, sought
from core.retrieval.fusion import Scored, fuse
from core.retrieval.language import is_english
from core.retrieval.late_interaction import LateInteraction, TokenMatches, means_of, most_promising
from core.retrieval.names import DocumentNames, Naming
from core.retrieval.ranking import Weights, load_weights, parts_of, score_of
from core.retrieval.reranking import Reranked, Reranker, rerank, with_reranking
from core.types import Passage, Scope, SearchMode

_CANDIDATES = 100
_WEIGHED = 60  # candidates whose evidence is gathered; the others follow in the order of the lists
_COMPARED_DOCUMENTS = 4
_ANY_WORD = "lamp"
_REMEMBERED_TEXTS = 4096  # whose words are kept: questions in a row are mostly about the same pages

Parts = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search found.

    Attributes:
        best_cosine: of the nearest chunk in scope; None where vectors were not asked.
        notice: what did not go as it was chosen, in a sentence: the reranker is too slow, say.
        matches: of the passages that late interaction compared; None where it compared none.
    """

    passages: tuple[Passage, ...]
    best_cosine: float | None
    notice: str | None = None
    matches: TokenMatches | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Proposed:
    """The candidates of a question.

    Attributes:
        candidates: those whose evidence is gathered, in the order of the fused lists.
        dense: (chunk, cosine), best first; empty where the embedder does not know the language.
        keyword: (chunk, BM25), best first.
        foreign: the embedder does not know the question's language, or is not there.
        rest: further chunks in the order of the lists.
    """

    candidates: list[Candidate]
    dense: Scored
    keyword: Scored
    foreign: bool
    rest: list[int]


@dataclass(frozen=True, slots=True)
class Weighed:
    """The candidates of a question and what speaks for each.

    Attributes:
        foreign: the embedder does not know the question's language, or is not there.
        rest: further chunks in the order of the lists.
    """

    candidates: list[Candidate]
    signals: list[Signals]
    naming: Naming
    foreign: bool
    rest: list[int]


class Retriever:
    """Finds the passages of a library that speak about a question.

    Args:
        library: to search.
        embedder: whose vectors the library holds.
        weights: of the signals; by default those that ship.
        reranker: reads the first candidates of a hybrid search, where the person chose one.
    """

    def __init__(
        self, library: Library, embedder: Embedder, weights: Weights | None = None, reranker: Reranker | None = None
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._weights = weights or load_weights()
        self._reranker = reranker
        self._names = DocumentNames(library)
        self._words_of = lru_cache(_REMEMBERED_TEXTS)(library.words)
        self._beside = ThreadPoolExecutor(2, "keyword-search")
        self._late: tuple[Embedder, LateInteraction] | None = None  # with the embedder that it was made for

    def prepare(self) -> None:
        """Read and make ready now what the first search would otherwise wait for."""
        self._names.prepare()
        embedder = if_there(self._embedder)
        # Another may be a server's, which is not asked before there is a question.
        if isinstance(embedder, TokenEmbedder):
            embedder.embed_query(_ANY_WORD)
            embedder.read_tokens([])
            embedder.embed_tokens([_ANY_WORD])

    def retrieve(
        self, query: str, k: int = 10, mode: SearchMode = SearchMode.HYBRID, scope: Scope | None = None
    ) -> tuple[Passage, ...]:
        """The `k` best passages, best first.

        Args:
            query: in the person's own words; "a phrase" in it must match, -word excludes, and word* begins a word.
            k: how many at most.
            mode: both indexes and all evidence, vectors alone, or words alone.
            scope: where to search; by default everywhere.
        """
        return self.retrieve_with_evidence(query, k, scope, mode).passages

    def retrieve_with_evidence(
        self, query: str, k: int, scope: Scope | None = None, mode: SearchMode = SearchMode.HYBRID
    ) -> Retrieval:
        """The same, with how near the nearest chunk came."""
        text = sought(parse(query))
        if not text.strip():
            return Retrieval((), None)
        scope = scope or Scope()
        rows = self._library.rows_in_scope(scope)
        among = self._library.chunks_in_scope(scope, rows)
        count = max(_CANDIDATES, 2 * k)
        dense: Scored = []
        keyword: Scored = []
        notice: str | None = None
        by_words: Future[Scored] | None = None
        if mode is not SearchMode.DENSE:
            by_words = self._beside.submit(self._library.search_keywords, query, count, rows, among)
        if mode is not SearchMode.KEYWORD:
            try:
                dense = with_one_embedder(
                    self._embedder,
                    lambda e: nearest(self._library, e.embed_query(text), count, query, rows, among, e.model_id),
                )
            except ModelError as error:
                if by_words is None:
                    raise
                notice = f"{error} Until then, documents are searched by words alone."
        if by_words is not None:
            keyword = by_words.result()
        best_cosine = dense[0][1] if dense else None
        if mode is not SearchMode.HYBRID:
            return Retrieval(accounted(self._library.passages((dense or keyword)[:k]), OWN_PART[mode]), best_cosine)
        proposed = self.propose(text, dense, keyword, without_vectors=notice is not None)
        weighed = self.weigh(text, proposed, rows)
        matches = self._compare_tokens(text, weighed)
        reranked = self._rerank(text, weighed)
        ranked = accounted(self._rank(weighed, k, reranked.parts))
        return Retrieval(ranked, best_cosine, notice or reranked.notice, matches)

    def propose(self, query: str, dense: Scored, keyword: Scored, *, without_vectors: bool = False) -> Proposed:
        """Choose, from both lists, the candidates whose evidence is worth gathering.

        Args:
            query: in the person's own words, without operators.
            dense: (chunk, cosine), best first.
            keyword: (chunk, BM25), best first.
            without_vectors: the embedder is not there.
        """
        dense, keyword = dense[:_CANDIDATES], keyword[:_CANDIDATES]
        foreign = without_vectors or (bool(keyword) and self._is_foreign(query))
        known = [] if foreign else dense
        order = [chunk for chunk, _ in fuse(known, keyword)]
        seen = set(order)
        rest = order[_WEIGHED:] + [chunk for chunk, _ in dense if chunk not in seen]
        return Proposed(self._library.candidates(order[:_WEIGHED]), known, keyword, foreign, rest)

    def weigh(self, query: str, proposed: Proposed, scope: Sequence[int] | None) -> Weighed:
        """Gather what speaks for each candidate, all but late interaction.

        Args:
            query: in the person's own words, without operators.
            proposed: for that query.
            scope: row numbers of the documents in scope; None for all.
        """
        candidates = proposed.candidates
        words = self._library.words(query)
        naming = self._names.named_in(query, words, scope)
        pages = list(dict.fromkeys(candidate.page for candidate in candidates))
        texts = self._library.page_chunks(pages) if pages else {}
        signals = gather(words, candidates, proposed.dense, proposed.keyword, texts, naming, self._words_of)
        return Weighed(candidates, signals, naming, proposed.foreign, proposed.rest)

    def _compare_tokens(self, query: str, weighed: Weighed) -> TokenMatches | None:
        """Add late interaction to the signals of the candidates that all other evidence puts first."""
        late = None if weighed.foreign else self._late_interaction()
        if late is None or not weighed.candidates:
            return None
        scores = [score_of(signals, self._weights.without_tokens) for signals in weighed.signals]
        chosen = most_promising(weighed.candidates, scores)
        matches = late.matches(query, [weighed.candidates[i] for i in chosen])
        add_tokens(weighed.signals, chosen, means_of(matches))
        return matches

    def _late_interaction(self) -> LateInteraction | None:
        """Of the embedder in force, where it can do that."""
        embedder = in_force(self._embedder)
        if not isinstance(embedder, TokenEmbedder):
            return None
        if self._late is None or self._late[0] is not embedder:
            self._late = embedder, LateInteraction(embedder, self._library.token_codes)
        return self._late[1]

    def _is_foreign(self, query: str) -> bool:
        embedder = in_force(self._embedder)
        return isinstance(embedder, EnglishEmbedder) and embedder.english_only and not is_english(query)

    def _rerank(self, query: str, weighed: Weighed) -> Reranked:
        """What the reranker adds to the scores of the candidates that the evidence puts first."""
        if self._reranker is None or not weighed.candidates:
            return Reranked()
        return rerank(self._reranker, query, self._scored(weighed, self._parts(weighed)))

    def _parts(self, weighed: Weighed) -> dict[int, Parts]:
        if weighed.foreign:
            weights = self._weights.foreign
        else:
            weights = self._weights.without_tokens if self._late_interaction() is None else self._weights.known
        return {c.chunk: parts_of(s, weights) for c, s in zip(weighed.candidates, weighed.signals, strict=True)}

    def _scored(self, weighed: Weighed, parts: Mapping[int, Parts]) -> list[tuple[Candidate, float]]:
        """The candidates with the sums of their parts, best first."""
        scored = [(c, sum(value for _, value in parts[c.chunk])) for c in weighed.candidates]
        return sorted(scored, key=lambda item: -item[1])

    def _rank(self, weighed: Weighed, k: int, added: Mapping[int, float]) -> tuple[Passage, ...]:
        """The `k` best passages with their scores in parts, those that the reranker added among them."""
        parts = {chunk: with_reranking(p, added.get(chunk, 0.0)) for chunk, p in self._parts(weighed).items()}
        scored = self._scored(weighed, parts)
        ranked = shared_out(scored, weighed.naming.compared(_COMPARED_DOCUMENTS))
        floor = min((score for _, score in ranked), default=0.0)
        rest = [(chunk, floor - 1e-3 * place) for place, chunk in enumerate(weighed.rest, 1)]
        best = [(candidate.chunk, score) for candidate, score in ranked] + rest
        passages = self._library.passages(best[:k])
        by_rank = [chunk for chunk, _ in best]
        if len(passages) == min(k, len(best)):
            return tuple(replace(p, parts=parts.get(by_rank[p.rank - 1], ())) for p in passages)
        return tuple(passages)  # chunks were removed meanwhile; the parts would be another's


def shared_out(scored: Sequence[tuple[Candidate, float]], documents: Sequence[int]) -> list[tuple[Candidate, float]]:
    """Let each of the documents that are compared come in turn at the head, as long as it has candidates."""
    queues = [[item for item in scored if item[0].document == document] for document in documents]
    queues = sorted((queue for queue in queues if queue), key=lambda queue: -queue[0][1])
    if len(queues) < 2:
        return list(scored)
    head = [queue[turn] for turn in range(2) for queue in queues if turn < len(queue)]
    taken = {candidate.chunk for candidate, _ in head}
    ordered = head + [item for item in scored if item[0].chunk not in taken]
    # Scores fall with the rank: who comes earlier than its score is given that of who would have stood there.
    ceiling = sorted((score for _, score in ordered), reverse=True)
    return [(candidate, score) for (candidate, _), score in zip(ordered, ceiling, strict=True)]
