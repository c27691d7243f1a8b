"""What of a question is missing in the passages that were found: signals from 0, nothing, to 1, all of it.

Alone none of them tells an answerable question from another. Questions put in other words than the document's have
words that no passage has, and a name that the embedder never saw is far from everything. Who is far in meaning *and*
lacks the words is hardly ever answered, so distance multiplies the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.index.analysis import analyse, is_stop_word
from core.index.library import Library
from core.language import LATIN, latin_languages
from core.retrieval.language import is_english
from core.retrieval.late_interaction import TokenMatches
from core.retrieval.retriever import Retrieval
from core.stop_words import asking_words
from core.types import Passage, Scope

SIGNALS = (
    "words",  # of the question's words, rare ones weighing more, that the passage with most of them does not have
    "nowhere",  # of its words, weighed likewise, that are nowhere in the scope
    "far_words",  # `words`, times the distance in meaning
    "far_tokens",  # how little the best passage has each word in its sense, times the distance in meaning
)
# Signals that rest on an embedder.
OF_THE_EMBEDDER = ("far_words", "far_tokens")

Signals = dict[str, float]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
CountTokens = Callable[[Sequence[str]], list[int]]

# Words that ask, beside those that are stop words: what is asked for need not say "much" or "called".
_MEASURES = frozenset(  # behind "how"
    ("long", "far", "old", "tall", "high", "large", "big", "deep", "wide", "soon", "late", "fast", "heavy")
)
# A search among more chunks than that takes long for a single word; then all of their documents are searched.
_COUNTED = 20_000
_PASSAGES = 8  # that are looked through: as many as are shown
# Vowel signs and the like, and joiners, belong to the letters before them.
_MARKS = "\u200c\u200d" + "".join(c for c in map(chr, range(0x300, 0x3100)) if unicodedata.category(c)[0] == "M")
_PIECE = re.compile(rf"\d+(?:[.,'’]\d+)+|[\w{_MARKS}]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of the question that carries meaning.

    Attributes:
        stem: in which it can be compared.
        text: as it can be looked for.
        piece: its place among the question's words and signs.
    """

    stem: str
    text: str
    piece: int


def pieces_of(question: str) -> list[str]:
    """Words, numbers and signs, in order: what a tokenizer never ties together."""
    return _PIECE.findall(question)


def language_of_question(question: str) -> str:
    """The code of the language by whose rules words are compared; for letters other than Latin ones they decide."""
    return "en" if is_english(question) else latin_languages(question, LATIN)[0]


def asked_words(pieces: Sequence[str], language: str) -> list[AskedWord]:
    """The words of a question that carry meaning, each once.

    Args:
        pieces: of the question.
        language: of the question.
    """
    asked: dict[str, AskedWord] = {}
    for place, piece in enumerate(pieces):
        low, before = piece.lower(), pieces[place - 1].lower() if place else ""
        if (
            is_stop_word(piece, [language])
            or low in asking_words().get(language, ())
            or (before == "how" and low in _MEASURES)
        ):
            continue
        stems = analyse(piece, language).stems
        for stem in stems:  # several where words are written without spaces
            asked.setdefault(stem, AskedWord(stem, piece if len(stems) == 1 else stem, place))
    return list(asked.values())


def missing(
    question: str, retrieval: Retrieval, library: Library, scope: Scope, count_tokens: CountTokens | None
) -> Signals:
    """The signals of a question for which passages were found.

    Args:
        question: in the person's own words, without operators.
        retrieval: what was found.
        library: where.
        scope: within which it was searched.
        count_tokens: of the embedder whose token vectors were compared; None where its vectors say nothing.

    Returns:
        The signals by name, those of the embedder only where it was asked, has token vectors and knows the language.
    """
    pieces = pieces_of(question)
    language = language_of_question(question)
    asked = asked_words(pieces, language)
    weights = np.array(library.rarities([word.text for word in asked]))
    presence = _presence(asked, retrieval.passages[:_PASSAGES], language)
    signals: Signals = {
        "words": min((_share(weights, ~has) for has in presence.T), default=1.0),
        "nowhere": _share(weights, _nowhere(asked, presence, question, library, scope)),
    }
    if count_tokens is not None and retrieval.matches is not None and retrieval.best_cosine is not None:
        distance = min(1.0, max(0.0, 1.0 - retrieval.best_cosine))
        spans = _token_spans(pieces, count_tokens, retrieval.matches.shape[1])
        signals["far_words"] = distance * signals["words"]
        signals["far_tokens"] = distance * (1.0 - _best_match(asked, weights, spans, retrieval.matches))
    return signals


def _share(weights: Floats, chosen: Mask) -> float:
    """Of the weights, those chosen; 0 where there are none."""
    total = float(weights.sum())
    return float(weights[chosen].sum()) / total if total else 0.0


def _presence(asked: Sequence[AskedWord], passages: Sequence[Passage], language: str) -> Mask:
    """Shape (words, passages): which of the words each passage has, title and headings included."""
    stems = [set(analyse(f"{p.title} {p.heading} {p.text}", language).stems) for p in passages]
    return np.array([[word.stem in there for there in stems] for word in asked], bool).reshape(len(asked), len(stems))


def _nowhere(asked: Sequence[AskedWord], presence: Mask, question: str, library: Library, scope: Scope) -> Mask:
    """Which of the words no passage in scope has; those of the passages found need no search."""
    absent: Mask = np.asarray(~presence.any(axis=1))
    if absent.any():
        rows = library.rows_in_scope(scope)
        among = library.chunks_in_scope(scope, rows)
        if among is not None and len(among) > _COUNTED:
            among = None
        for i, word in enumerate(asked):
            absent[i] = absent[i] and not library.search_keywords(word.text, 1, rows, among, like=question)
    return absent


def _token_spans(pieces: Sequence[str], count_tokens: CountTokens, tokens: int) -> list[slice] | None:
    """Which tokens of the question each piece became; None where they do not add up: it was cut, say."""
    counts = count_tokens(pieces)
    if sum(counts) != tokens:
        return None
    ends = np.cumsum(counts)
    return [slice(int(end) - count, int(end)) for end, count in zip(ends, counts, strict=True)]


def _best_match(
    asked: Sequence[AskedWord], weights: Floats, spans: Sequence[slice] | None, matches: TokenMatches
) -> float:
    """How near the best passage comes to the words, each in its sense: the mean of their tokens' cosines, 0 to 1."""
    if not matches.size:
        return 0.0
    if spans is None or not weights.sum():
        means = matches.mean(axis=1)
    else:
        by_word = np.array([matches[:, spans[word.piece]].mean(axis=1) for word in asked])
        means = weights @ by_word / weights.sum()
    return min(1.0, max(0.0, float(means.max())))
