"""The JSON of whole-document work on the command line: a public contract. Keys are added, never renamed or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.answering.comparison import Comparison
from core.answering.every_document import DocumentRow
from core.answering.outline import Outline, OutlineNode
from core.answering.summary import Summary
from core.answering.topics import Pair
from core.json_contract import answer_json, passage_json
from core.types import AnswerSentence, Citation, Passage


def summary_json(summary: Summary, *, stopped: bool = False) -> dict[str, Any]:
    """A summary, as `summarize --json` prints it."""
    return {
        "document": summary.document,
        "title": summary.title,
        "overview": [_sentence_json(sentence) for sentence in summary.overview],
        "sections": [
            {
                "title": section.title,
                "page_index": section.page_index,
                "first_page": section.first_page,
                "last_page": section.last_page,
                "quoted": section.quoted,
                "sentences": [_sentence_json(sentence) for sentence in section.sentences],
            }
            for section in summary.sections
        ],
        "passages": _passages_json(summary.passages),
        "model": summary.model,
        "sections_done": summary.progress.done,
        "sections_total": summary.progress.total,
        "stopped": stopped,
        "error": summary.error,
    }


def outline_json(outline: Outline) -> dict[str, Any]:
    """An outline, as `outline --json` prints it."""
    return {
        "document": outline.document,
        "title": outline.title,
        "path": outline.path,
        "source": outline.source,
        "outline": [_node_json(node) for node in outline.nodes],
    }


def row_json(row: DocumentRow) -> dict[str, Any]:
    """What one document answered, as `ask-each --json` prints it."""
    nearest = row.nearest
    return {
        "document": row.document.id,
        "title": row.document.title,
        "path": row.document.path,
        "verdict": row.verdict,
        "answer": row.text,
        "citations": [_citation_json(citation) for citation in row.citations],
        "nearest": None if nearest is None else passage_json(nearest),
        "reason": row.reason or None,
        "details": None if row.answer is None else answer_json(row.answer),
    }


def comparison_json(comparison: Comparison, *, stopped: bool = False) -> dict[str, Any]:
    """A comparison, as `compare --json` prints it."""
    return {
        "left": {"document": comparison.left, "title": comparison.left_title},
        "right": {"document": comparison.right, "title": comparison.right_title},
        "question": comparison.question or None,
        "topics": [
            {
                "title": topic.title,
                "same": topic.same,
                "in_words": [_sentence_json(sentence) for sentence in topic.in_words],
                "pairs": [_pair_json(pair) for pair in topic.pairs],
            }
            for topic in comparison.topics
        ],
        "same": comparison.same,
        "passages": _passages_json(comparison.passages),
        "model": comparison.model,
        "topics_done": comparison.progress.done,
        "topics_total": comparison.progress.total,
        "stopped": stopped,
        "error": comparison.error,
    }


def _sentence_json(sentence: AnswerSentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "citations": [_citation_json(citation) for citation in sentence.citations],
        "verdict": sentence.verdict,
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document": citation.document,
        "page_index": citation.page_index,
        "page_label": citation.page_label,
        "char_start": citation.char_start,
        "char_end": citation.char_end,
        "quote": citation.quote,
    }


def _pair_json(pair: Pair) -> dict[str, Any]:
    return {
        "kind": pair.kind,
        "left": None if pair.left is None else _sentence_json(pair.left),
        "right": None if pair.right is None else _sentence_json(pair.right),
        "left_details": list(pair.left_details),
        "right_details": list(pair.right_details),
    }


def _node_json(node: OutlineNode) -> dict[str, Any]:
    return {
        "title": node.title,
        "page_index": node.page_index,
        "page_label": node.page_label,
        "children": [_node_json(child) for child in node.children],
    }


def _passages_json(passages: Sequence[Passage]) -> list[dict[str, Any]]:
    """Their ranks are the numbers by which they are cited."""
    return [passage_json(passage) | {"rank": number} for number, passage in enumerate(passages, 1)]
