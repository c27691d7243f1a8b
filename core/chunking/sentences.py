"""Sentence borders by sentencex (Wikimedia's segmenter), within paragraphs."""

from __future__ import annotations

import sentencex

from core.scripts import language_of


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a tidy text, without the space around them; newlines end sentences.

    The rules are those of the language that the text's letters point to.
    """
    language = language_of(text)
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
