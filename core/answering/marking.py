"""Where a text speaks of what a question asks: the words to mark, and the sentence to show where nobody chose one."""

from __future__ import annotations

import re

from core.answering.words import Words, content_words
from core.index.query_syntax import parse
from core.retrieval.filtering import sought
from core.sentences import sentence_spans

Span = tuple[int, int]

# A number with its separators; else whatever no space, hyphen or other sign divides.
_WORD = re.compile(r"""\d+(?:[.,'’]\d+)+|[^\s\-‐‑–—./\\&+_,;:!?()\[\]{}<>"'“”‘’„«»…|•·=*#%]+""")
# Scripts that put no spaces between words are looked at in pieces as long as those that the keyword index makes of
# them: Han, kana and Hangul in pairs, Thai, Lao, Myanmar and Khmer in threes.
_IN_PAIRS = re.compile("[\u2e80-\u30ff\u3100-\u31ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]")
_IN_THREES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


def question_stems(question: str, words: Words) -> frozenset[str]:
    """The stems of what a question is about; what it excludes, and words that carry no claim, are not among them.

    Args:
        question: in the person's own words, with operators.
        words: splits a text as the keyword index does: lower case, without accents, stemmed.
    """
    return content_words(sought(parse(question)), words)


def marked_words(text: str, stems: frozenset[str], words: Words) -> list[Span]:
    """The spans of the words of a text that share a stem with the question, in order; neighbours stay apart."""
    found: list[Span] = []
    if not stems:
        return found
    for match in _WORD.finditer(text):
        word = match[0]
        size = 2 if _IN_PAIRS.search(word) else 3 if _IN_THREES.search(word) else len(word)
        for at in range(max(1, len(word) - size + 1)):
            if stems.isdisjoint(words(word[at : at + size])):
                continue
            start, end = match.start() + at, match.start() + min(at + size, len(word))
            if found and start < found[-1][1]:  # pieces of one word overlap
                start = found.pop()[0]
            found.append((start, end))
    return found


def best_sentence(text: str, stems: frozenset[str], words: Words) -> Span | None:
    """The sentence that has most of the question's stems, the first of equals; None where none has any."""
    best: Span | None = None
    most = 0
    for start, end in sentence_spans(text):
        shared = len(stems.intersection(words(text[start:end])))
        if shared > most:
            best, most = (start, end), shared
    return best
