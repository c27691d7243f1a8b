"""What workers do: pure functions from bytes and settings to rows. They know neither library nor window."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.chunking.chunker import ChunkingSettings, chunk_page, embedded_text, outline_path
from core.embedding.embedder import Embedder, Vectors
from core.reading.ocr import OcrEngine
from core.reading.reader import open_document
from core.types import Chunk, OutlineEntry, Page, Survey


@dataclass(frozen=True, slots=True)
class SurveyTask:
    """Open a file and tell what it is."""

    path: Path
    password: str | None = None


@dataclass(frozen=True, slots=True)
class PagesTask:
    """Read, chunk and embed some pages of a file."""

    path: Path
    pages: tuple[int, ...]
    title: str
    outline: tuple[OutlineEntry, ...] = ()
    password: str | None = None


@dataclass(frozen=True, slots=True)
class PagesResult:
    """Finished pages; `vectors[i]` belongs to `chunks[i]`, whose second part is its context line."""

    pages: tuple[Page, ...]
    chunks: tuple[tuple[Chunk, str], ...]
    vectors: Vectors


def survey(task: SurveyTask) -> Survey:
    """Title, page count and outline of a file.

    Raises:
        DocumentError: it cannot be opened; the message says why.
    """
    with closing(open_document(task.path, task.password)) as reader:
        return reader.survey()


def process_pages(task: PagesTask, embedder: Embedder, ocr: OcrEngine | None = None) -> PagesResult:
    """Pages → chunks → vectors; pages without text are recognised where an engine is given.

    Raises:
        DocumentError: the file cannot be opened any more.
    """
    settings = ChunkingSettings(embedder.max_tokens)
    pages: list[Page] = []
    chunks: list[tuple[Chunk, str]] = []
    with closing(open_document(task.path, task.password, ocr)) as reader:
        path = outline_path(task.outline, task.pages[0])
        for index in task.pages:
            page = reader.read_page(index)
            pages.append(page)
            chunks += chunk_page(page, path, task.title, task.path.name, embedder.count_tokens, settings)
    texts = [embedded_text(context, chunk.text) for chunk, context in chunks]
    vectors = embedder.embed_passages(texts) if texts else np.empty((0, embedder.dimension), np.float32)
    return PagesResult(tuple(pages), tuple(chunks), vectors)
