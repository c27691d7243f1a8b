"""The library in numbers: how many documents are ready, what the others want, and the list of them as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from core.types import Document, DocumentState, Health

_COLUMNS = (
    "title", "path", "state", "reason", "pages", "text", "ocr", "empty", "failed", "chunks", "collections", "added_at",
    "document",
)  # fmt: skip
# What a spreadsheet would take for a formula; a title may come from anywhere.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class LibraryReport:
    """Documents by what they want of the person, and all their pages by how their text was obtained.

    Attributes:
        partly: ready, and some of their pages could not be read.
        working: waiting or being read.
        missing: whose file is no longer where it was; they count under their state as well.
        attention: those that wait for the person, for whatever reason, each once.
    """

    documents: int
    ready: int
    partly: int
    needs_password: int
    failed: int
    paused: int
    working: int
    missing: int
    attention: int
    pages: int
    health: Health


def summarise(documents: Sequence[Document]) -> LibraryReport:
    """Count documents and pages."""
    states = [document.state for document in documents]
    return LibraryReport(
        documents=len(documents),
        ready=states.count(DocumentState.READY),
        partly=sum(d.state is DocumentState.READY and d.health.failed > 0 for d in documents),
        needs_password=states.count(DocumentState.NEEDS_PASSWORD),
        failed=states.count(DocumentState.FAILED),
        paused=states.count(DocumentState.PAUSED),
        working=sum(not state.is_final for state in states),
        missing=sum(document.missing for document in documents),
        attention=sum(map(_wants_attention, documents)),
        pages=sum(document.page_count for document in documents),
        health=Health(
            text=sum(d.health.text for d in documents),
            ocr=sum(d.health.ocr for d in documents),
            empty=sum(d.health.empty for d in documents),
            failed=sum(d.health.failed for d in documents),
        ),
    )


def write_csv(documents: Iterable[Document], file: TextIO) -> None:
    """Write a line for each document, for a spreadsheet; nothing in it is a formula."""
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for document in documents:
        health = document.health
        cells = (
            document.title, document.path, document.state.value, document.reason or "", document.page_count,
            health.text, health.ocr, health.empty, health.failed, document.chunk_count,
            "; ".join(document.collections), document.added_at, document.id,
        )  # fmt: skip
        writer.writerow([_plain(cell) for cell in cells])


def _wants_attention(document: Document) -> bool:
    waiting = document.state in (DocumentState.NEEDS_PASSWORD, DocumentState.FAILED)
    return waiting or document.health.failed > 0 or document.missing


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
