"""Saying plainly that the documents do not contain the answer: decided before a model says a word, and by its words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.answering.missing import OF_THE_EMBEDDER, SIGNALS, Signals, missing
from core.embedding.embedder import Embedder, EnglishEmbedder
from core.index.library import Library
from core.language import latin_language
from core.paths import resources_folder
from core.retrieval.language import is_english
from core.retrieval.retriever import Retrieval
from core.scripts import language_of
from core.types import Scope

REFUSAL = "Your documents do not seem to answer this. The nearest passages are below."

KNOWN, WORDS_ONLY = "known_language", "words_only"
CONSTANT = "constant"
# Pairs of letters stand for words where these have no spaces between them, and half of the pairs are no words; the
# signs of Devanagari come out of many PDFs in another order than they are written.
_WORDS_SAY_LITTLE = ("hi", "ja", "th", "zh")
_SAYS_SO = re.compile(
    r"^\W*(?:the |these |your )?(?:provided |given |numbered )?(?:documents?|passages?|text|context)\b.{0,30}"
    r"\b(?:do|does) not (?:say|contain|mention|provide|state|specify)|^\W*(?:not found|no information)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How much each missing thing speaks for a refusal; a sum above 0 is one.

    Attributes:
        embedder: the model whose cosines `known` was found with; those of another lie elsewhere.
        known: weights by signal, and the constant, for a question in a language that this embedder knows.
        words_only: the same without the embedder's signals.
    """

    embedder: str
    known: Mapping[str, float]
    words_only: Mapping[str, float]


@cache
def load_calibration(file: Path | None = None) -> Calibration:
    """What `benchmarks/calibrate_refusal.py` found; by default what ships.

    Raises:
        ValueError: it weighs what is no signal.
    """
    found = json.loads((file or resources_folder() / "answering" / "refusal.json").read_text("utf-8"))
    for name, allowed in (
        (KNOWN, {CONSTANT, *SIGNALS}),
        (WORDS_ONLY, {CONSTANT, *SIGNALS} - set(OF_THE_EMBEDDER)),
    ):
        if unknown := found[name].keys() - allowed:
            raise ValueError(f"unknown signals in {name}: {sorted(unknown)}")
    return Calibration(found["embedder"], found[KNOWN], found[WORDS_ONLY])


def documents_are_silent(
    question: str, retrieval: Retrieval, library: Library, embedder: Embedder | None, scope: Scope | None = None
) -> bool:
    """True if what was found hardly answers the question, so that a model could only invent.

    Args:
        question: in the person's own words, without operators.
        retrieval: what was found.
        library: where.
        embedder: in force; None where it is not there.
        scope: within which it was searched; by default everywhere.
    """
    if not retrieval.passages:
        return True
    calibration = load_calibration()
    count_tokens = None
    if embedder is not None and embedder.model_id == calibration.embedder and is_known(question, embedder):
        count_tokens = embedder.count_tokens
    signals = missing(question, retrieval, library, scope or Scope(), count_tokens)
    if signals.keys() >= set(OF_THE_EMBEDDER):
        return evidence_against(signals, calibration.known) > 0
    # An embedder that knows several languages finds answers in another one, whose words are others.
    if not words_tell(question) or not (is_english_only(embedder) or _speak_alike(question, retrieval)):
        return False
    return evidence_against(signals, calibration.words_only) > 0


def evidence_against(signals: Signals, weights: Mapping[str, float]) -> float:
    """The logarithm of the odds that the passages do not answer, less that at which is refused."""
    return sum(weight * (1.0 if name == CONSTANT else signals[name]) for name, weight in weights.items())


def is_english_only(embedder: Embedder | None) -> bool:
    """True for an embedder that says so; another is taken to know every language."""
    return isinstance(embedder, EnglishEmbedder) and embedder.english_only


def is_known(question: str, embedder: Embedder) -> bool:
    """True if the embedder knows the question's language."""
    return not is_english_only(embedder) or is_english(question)


def words_tell(question: str) -> bool:
    """False for a script in which words that are there often seem to be missing."""
    return language_of(question) not in _WORDS_SAY_LITTLE


def _speak_alike(question: str, retrieval: Retrieval) -> bool:
    """True if the question and one of the first passages are certainly in one language."""
    asked = _language(question)
    return asked is not None and any(_language(passage.text) == asked for passage in retrieval.passages[:3])


def _language(text: str) -> str | None:
    """The code of a text's language; None where it cannot be told."""
    script = language_of(text)
    if script != "en":
        return script
    return "en" if is_english(text) else latin_language(text)


def says_nothing_found(text: str) -> bool:
    """True if a model's whole answer is that the passages do not say."""
    return len(text) < 240 and bool(_SAYS_SO.search(text.strip()))
