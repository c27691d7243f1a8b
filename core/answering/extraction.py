"""The sentences of the passages that answer a question, for models too small to be trusted with more.

Each sentence and each row of a table is weighed by its meaning, the question's words that it has (the rarer ones count
more), the rank of its passage and its form: whether it is a whole sentence, tells more than it was asked, and has what
the question asks for. The first of them are compared with the question token by token as well.
See docs/decisions/006-extraction.md.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.answering.addressed import is_addressed_to_a_model
from core.answering.citing import cite
from core.answering.page_breaks import PageText
from core.answering.question_kind import QuestionKind, kind_of
from core.answering.table_rows import readable
from core.answering.windows import Statement, statements_of
from core.answering.words import Words, content_words
from core.embedding.embedder import Embedder, TokenEmbedder
from core.types import AnswerSentence, Passage, Verdict

# Shares of the score beside the cosine: words of the question, rare words of it, the passage's rank, single tokens.
_WORDS_WEIGHT = 0.25
_RARE_WORDS_WEIGHT = 0.25
_RANK_WEIGHT = 0.1
_TOKENS_WEIGHT = 0.4
_COMPARED = 12  # sentences whose tokens are compared: 40 ms of a core
_NOT_COMPARED = 0.05  # how far all others are behind the last of these
_FOLLOWS_WITHIN = 0.85
_SHORTEST = 20
_LONGEST = 600
_NO_STATEMENT = re.compile(r"\?\W*$")
_INTRODUCES = re.compile(r":\W*$")
_LEANS_BACK = re.compile(r"(?:she|he|it|they|this|these|those|its|his|her|their|such|there)\b", re.IGNORECASE)
_IS_SENTENCE = re.compile(r"[.!:;。！][\W\d]*$")
_FRAGMENT_WORDS = 10
_FRAGMENT_PENALTY = 0.25
_BROKEN_PENALTY = 0.08
_REPEATS_PENALTY = 0.1
_NOTHING_NEW = 2  # content words beside the question's
_ASKED_FOR_BONUS = 0.1


Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a passage, or a row of a table: `passages[passage].text[start:end]`.

    Attributes:
        text: as it is quoted; a row has its caption and heads with it.
        heads: where these stand in the passage's text.
    """

    passage: int
    start: int
    end: int
    text: str
    score: float
    heads: tuple[tuple[int, int], ...] = ()


def best_sentences(
    question: str, passages: Sequence[Passage], embedder: Embedder | None, words: Words, limit: int = 2
) -> list[Evidence]:
    """The sentences that speak most to the question, best first; fewer than `limit` if the rest falls far behind."""
    found = [(index, said) for index, passage in enumerate(passages) for said in _statements(passage.text)]
    found = [(i, said) for i, said in found if not is_addressed_to_a_model(passages[i].text[said.start : said.end])]
    if not found:
        return []
    texts = [quotation(said) for _, said in found]
    asked = content_words(question, words)
    said_words = [content_words(text, words) for text in texts]
    cosines: Scores = np.zeros(len(texts))
    if embedder is not None:  # else words alone tell
        cosines = (embedder.embed_passages(texts) @ embedder.embed_query(question)).astype(np.float64)
    ranks = np.array([1.0 / (1 + index) for index, _ in found])
    kind = kind_of(question, words)
    form = np.array([_form(kind, text, said - asked) for text, said in zip(texts, said_words, strict=True)])
    scores = cosines + _shared(asked, said_words) + _RANK_WEIGHT * ranks + form
    if isinstance(embedder, TokenEmbedder):
        scores = scores + _TOKENS_WEIGHT * _by_tokens(question, texts, scores, embedder)
    chosen: list[Evidence] = []
    for i in np.argsort(-scores):
        index, said = found[i]
        evidence = Evidence(index, said.start, said.end, texts[i], float(scores[i]), said.heads)
        if chosen and evidence.score < _FOLLOWS_WITHIN * chosen[0].score:
            break
        if not any(_overlap(evidence, other) for other in chosen):
            chosen.append(evidence)
        if len(chosen) == limit:
            break
    return chosen


def _shared(asked: frozenset[str], said: Sequence[frozenset[str]]) -> Scores:
    """What the question's words that each sentence has add to its score."""
    counts = Counter(word for own in said for word in own & asked)
    rarity = {word: math.log(1 + len(said) / (1 + counts[word])) for word in asked}
    total = sum(rarity.values()) or 1.0
    rare = np.array([sum(rarity[word] for word in own & asked) / total for own in said])
    return _WORDS_WEIGHT * np.array([len(own & asked) / max(1, len(asked)) for own in said]) + _RARE_WORDS_WEIGHT * rare


def _by_tokens(question: str, texts: Sequence[str], scores: Scores, embedder: TokenEmbedder) -> Scores:
    """For the best sentences, the mean over the question's tokens of the best cosine with one of theirs.

    Source of the method: Khattab, Zaharia, "ColBERT" (2020), as in `core/retrieval/late_interaction.py`.
    """
    best = np.argsort(-scores)[:_COMPARED]
    (asked,) = embedder.embed_tokens([question])
    states = embedder.embed_tokens([texts[i] for i in best])
    if not len(asked) or not all(map(len, states)):
        return np.zeros(len(texts))
    means = [float((state.astype(np.float32) @ asked.astype(np.float32).T).max(0).mean()) for state in states]
    found = np.full(len(texts), min(means) - _NOT_COMPARED)
    found[best] = means
    return found


def quoted(
    passages: Sequence[Passage], evidence: Sequence[Evidence], page_text: PageText
) -> tuple[AnswerSentence, ...]:
    """Evidence as sentences of an answer, each with its citation."""
    return tuple(
        AnswerSentence(
            f"{found.text} [{found.passage + 1}]",
            (
                cite(
                    found.passage + 1,
                    passages[found.passage],
                    found.start,
                    found.end,
                    page_text,
                    heads=found.heads,
                ),
            ),
            Verdict.SUPPORTED,
        )
        for found in evidence
    )


def quotation(said: Statement) -> str:
    """A statement as it is quoted, in one line."""
    return readable(said.text, said.header) if said.is_row else " ".join(said.text.split())


def _statements(text: str) -> list[Statement]:
    """What states something; the heads of a table do not.

    A sentence that leans back ("She was …") takes the one before with it, one that introduces ("They are:") the one
    behind it.
    """
    found: list[Statement] = []
    statements = statements_of(text)
    heads = {head for said in statements for head in said.heads if said.is_row}
    for i, said in enumerate(statements):
        start, end = said.start, said.end
        before = statements[i - 1] if i else None
        behind = statements[i + 1] if i + 1 < len(statements) else None
        if (start, end) in heads:
            continue
        if not said.is_row:
            if before is not None and _LEANS_BACK.match(said.text) and "\n" not in text[before.end : start]:
                start = before.start
            if behind is not None and not behind.is_row and _INTRODUCES.search(said.text):
                end = behind.end
        if _SHORTEST <= end - start <= _LONGEST and not _NO_STATEMENT.search(text[start:end]):
            found.append(said if said.is_row else Statement(start, end, text[start:end]))
    return found


def _form(kind: QuestionKind, text: str, new: frozenset[str]) -> float:
    """What the look of a sentence says for it: a heading answers little, a number answers "how many"."""
    score = 0.0
    whole = _IS_SENTENCE.search(text)
    if not whole and len(text.split()) < _FRAGMENT_WORDS and not any(map(str.isdigit, text)):
        score -= _FRAGMENT_PENALTY
    elif not whole and " | " not in text and ":" not in text:
        score -= _BROKEN_PENALTY
    if len(new) < _NOTHING_NEW:
        score -= _REPEATS_PENALTY
    if kind.is_answered_in(text):
        score += _ASKED_FOR_BONUS
    return score


def _overlap(one: Evidence, other: Evidence) -> bool:
    same_place = one.passage == other.passage and one.start < other.end and other.start < one.end
    return same_place or one.text == other.text
