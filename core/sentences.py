"""Sentence borders by sentencex (Wikimedia's segmenter), within paragraphs."""

from __future__ import annotations

import sentencex

from core.language import latin_language
from core.scripts import language_of

_DEFAULT = "en"


def sentence_language(page: str) -> str:
    """The language whose rules end the sentences of a page in Latin letters: "z. B." ends none in German.

    French goes by the English rules: by its own, sentencex ends a sentence behind the "M." of a name.
    """
    language = latin_language(page) or _DEFAULT
    return _DEFAULT if language == "fr" else language


def sentence_spans(text: str, latin: str = _DEFAULT) -> list[tuple[int, int]]:
    """Spans of the sentences of a tidy text, without the space around it; newlines end sentences.

    Args:
        text: a paragraph, or several.
        latin: the language whose rules are taken where the text's letters point to none.
    """
    language = language_of(text)
    if language == _DEFAULT:
        language = latin
    spans: list[tuple[int, int]] = []
    start = 0
    for paragraph in text.split("\n"):
        if paragraph.strip():
            for boundary in sentencex.get_sentence_boundaries(language, paragraph):
                piece = paragraph[boundary["start_index"] : boundary["end_index"]]
                if content := piece.strip():
                    first = start + boundary["start_index"] + piece.index(content[0])
                    spans.append((first, first + len(content)))
        start += len(paragraph) + 1
    return spans
