"""The JSON that the command line prints: a public contract. Keys are added, never renamed or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.answering.conversation_search import Found
from core.index.scope_syntax import written
from core.types import (
    Answer,
    Citation,
    Conversation,
    Document,
    EmbeddingProgress,
    IngestJob,
    IngestProgress,
    Passage,
    Place,
    Scope,
)


def progress_json(progress: IngestProgress) -> dict[str, Any]:
    """A document's progress, as `add --json` prints it."""
    return {
        "document": progress.document,
        "path": progress.path,
        "state": progress.state,
        "pages_done": progress.pages_done,
        "pages_total": progress.pages_total,
        "pages_per_second": _rounded(progress.pages_per_second),
        "eta_seconds": _rounded(progress.eta_seconds),
        "reason": progress.reason,
    }


def embedding_json(progress: EmbeddingProgress) -> dict[str, Any]:
    """How far the embedding with another model is, as `settings embedder VALUE --json` prints it."""
    return {
        "embedder": progress.embedder,
        "state": progress.state,
        "passages_done": progress.passages_done,
        "passages_total": progress.passages_total,
        "passages_per_second": _rounded(progress.passages_per_second),
        "eta_seconds": _rounded(progress.eta_seconds),
        "cut": progress.cut,
        "reason": progress.reason,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def document_json(document: Document) -> dict[str, Any]:
    """A document, as `documents --json` prints it."""
    health = document.health
    return {
        "document": document.id,
        "path": document.path,
        "paths": list(document.paths),
        "title": document.title,
        "state": document.state,
        "reason": document.reason,
        "pages": document.page_count,
        "health": {"text": health.text, "ocr": health.ocr, "empty": health.empty, "failed": health.failed},
        "chunks": document.chunk_count,
        "collections": list(document.collections),
        "added_at": document.added_at,
        "kind": document.kind,
        "attachments": list(document.attachments),
        "missing": document.missing,
        "ocr_confidence": None if document.confidence is None else round(document.confidence, 3),
        "tags": list(document.tags),
        "created_at": document.created_at or None,
    }


def job_json(job: IngestJob) -> dict[str, Any]:
    """The work on a document, as `jobs --json` prints it."""
    return {
        "document": job.document,
        "title": job.title,
        "path": job.path,
        "state": job.state,
        "reason": job.reason,
        "priority": job.priority,
        "attempts": job.attempts,
        "retry_at": job.retry_at or None,
        "pages_done": job.pages_done,
        "pages_total": job.pages_total,
        "updated_at": job.updated_at,
    }


def passage_json(passage: Passage) -> dict[str, Any]:
    """A passage, as `search --json` prints it."""
    return {
        "rank": passage.rank,
        "score": round(passage.score, 4),
        "document": passage.document,
        "path": passage.path,
        "title": passage.title,
        "page_index": passage.page_index,
        "page_label": passage.page_label,
        "char_start": passage.char_start,
        "char_end": passage.char_end,
        "heading": passage.heading,
        "text": passage.text,
    }


def parts_json(passage: Passage) -> dict[str, Any]:
    """What each signal added to a passage's score, as `search --explain --json` adds it; they add up to the score."""
    return {"parts": {name: round(value, 4) for name, value in passage.parts}}


def scope_json(scope: Scope) -> dict[str, Any]:
    """Where a question was asked: the filters that were set, in the form of a query file's line."""
    filters = {
        "documents": list(scope.documents),
        "collections": list(scope.collections),
        "tags": list(scope.tags),
        "pages": [written(pages) for pages in scope.pages],
        "since": scope.since,
        "until": scope.until,
    }
    return {name: value for name, value in filters.items() if value}


def _places_json(citation: Citation) -> list[dict[str, Any]]:
    """Where a citation's words stand: characters of a page, in reading order."""
    places = citation.places or (Place(citation.page_index, citation.char_start, citation.char_end),)
    return [
        {
            "citation": citation.number,
            "document": citation.document,
            "page_index": place.page_index,
            "char_start": place.char_start,
            "char_end": place.char_end,
        }
        for place in places
    ]


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer, as `ask --json` prints it."""
    use, timings = answer.context, answer.timings
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "answer": answer.text,
        "refused": answer.refused,
        "sentences": [
            {
                "text": s.text,
                "citations": list(dict.fromkeys(c.number for c in s.citations)),
                "verdict": s.verdict,
                "reason": s.reason,
                "places": [place for c in s.citations for place in _places_json(c)],
            }
            for s in answer.sentences
        ],
        "passages": [
            passage_json(passage) | {"used": passage.used} | parts_json(passage) for passage in answer.passages
        ],
        "model": answer.model,
        "error": answer.error,
        "scope": None if answer.searched is None else scope_json(answer.searched.scope),
        "notice": answer.notice,
        "replaced": answer.replaced,
        "thoughts": answer.thoughts,
        "context": {
            "tokens": use.tokens,
            "limit": use.limit,
            "passages_fit": use.passages_fit,
            "passages_found": use.passages_found,
        },
        "timings": {
            "retrieve_ms": timings.retrieve_ms,
            "first_token_ms": timings.first_token_ms,
            "total_ms": timings.total_ms,
        },
    }


def conversation_json(conversation: Conversation, branches: Sequence[int]) -> dict[str, Any]:
    """A conversation with the last messages of its branches, as `conversations --json` prints it."""
    return {
        "conversation": conversation.id,
        "title": conversation.title,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "branches": list(branches),
    }


def found_json(found: Found) -> dict[str, Any]:
    """A place in a conversation, as `conversations --search TEXT --json` prints it; of a title, no message."""
    return {
        "conversation": found.conversation,
        "title": found.title,
        "updated_at": found.updated_at,
        "message": found.message,
        "role": found.role,
        "snippet": found.snippet,
        "marks": [list(span) for span in found.marks],
    }
