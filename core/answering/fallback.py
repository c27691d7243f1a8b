"""What is said in place of an answer that failed the check as a whole: the passages' own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.answering.extraction import best_sentences, quoted
from core.answering.page_breaks import PageText
from core.answering.words import Words
from core.embedding.embedder import Embedder
from core.types import Answer, AnswerSentence, Passage, Verdict

REPLACED = "The model's answer did not stand the check against your documents. This is what they say themselves:"
_MOST = 0.5
_QUOTES = 3


def fails_as_a_whole(sentences: Sequence[AnswerSentence]) -> bool:
    """Whether most of an answer, by its length, is supported by nothing."""
    weights = {verdict: 0 for verdict in Verdict}
    for sentence in sentences:
        weights[sentence.verdict] += len(sentence.text)
    return weights[Verdict.UNSUPPORTED] > _MOST * sum(weights.values())


def replaced_by_quotes(
    answer: Answer,
    question: str,
    passages: Sequence[Passage],
    embedder: Embedder | None,
    words: Words,
    page_text: PageText,
) -> Answer:
    """An answer whose text is a plain sentence and quotes; what the model said stays in `replaced`.

    Where the passages have no sentence that could be quoted, it stays as it is.

    Args:
        answer: as the model said it, every sentence judged.
        question: as it was searched.
        passages: that the model read, the first being [1].
        embedder: compares the question with their sentences.
        words: splits a text into comparable words.
        page_text: a document's page, for the quotes' places.
    """
    evidence = best_sentences(question, passages, embedder, words, _QUOTES)
    if not evidence:
        return answer
    sentences = quoted(passages, evidence, page_text)
    text = "\n\n".join([REPLACED, *(f"> {sentence.text}" for sentence in sentences)])
    return replace(answer, text=text, sentences=sentences, replaced=answer.text)
