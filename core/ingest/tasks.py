"""What workers do: pure functions from bytes and settings to rows. They know neither library nor window."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.chunking.chunker import ChunkingSettings, chunk_page, outline_path
from core.embedding.embedder import CutCounter, Embedder, PassageCoder, Vectors, embedded_text
from core.reading.ocr import OcrEngine
from core.reading.ocr_models import AUTOMATIC
from core.reading.reader import open_document
from core.types import Chunk, OutlineEntry, Page, PageSource, Survey

# The window of the built-in embedder. Chunks are no longer than that in any library, so that another embedder can take
# the place of the present one without the files being read again; and what is longer is found less well.
LONGEST_CHUNK_TOKENS = 256
# A sign of life is given for each so many texts, for a large model on a slow computer takes its time. Half as many
# would cost the built-in embedder a fifth of its speed, because it puts texts of like length together.
_EMBEDDED_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class SurveyTask:
    """Open a file and tell what it is.

    Attributes:
        careful: it broke a reader before: no page is looked at.
    """

    path: Path
    password: str | None = None
    careful: bool = False


@dataclass(frozen=True, slots=True)
class PagesTask:
    """Read, chunk and embed some pages of a file.

    Attributes:
        recognise: read these pages by OCR, whatever text they have.
        alone: look at no page for the sake of another; one of them may be what broke a reader before.
        ocr_language: that scans are read in.
    """

    path: Path
    pages: tuple[int, ...]
    title: str
    outline: tuple[OutlineEntry, ...] = ()
    password: str | None = None
    recognise: bool = False
    alone: bool = False
    ocr_language: str = AUTOMATIC


@dataclass(frozen=True, slots=True)
class EmbedTask:
    """Embed passages that were read before, with the model of this worker."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmbedResult:
    """Vectors, one for each text; `cut` texts were longer than the model's window.

    Attributes:
        tokens: codes of the texts' token vectors; empty where the model has none.
    """

    vectors: Vectors
    cut: int
    tokens: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class PagesResult:
    """Finished pages; `vectors[i]` belongs to `chunks[i]`, whose second part is its context line.

    Attributes:
        tokens: codes of the chunks' token vectors; empty where the model has none.
        scan_seconds: how long recognising took, of the pages with source `ocr` together.
        text_seconds: how long everything else took.
    """

    pages: tuple[Page, ...]
    chunks: tuple[tuple[Chunk, str], ...]
    vectors: Vectors
    text_seconds: float = 0.0
    scan_seconds: float = 0.0
    tokens: tuple[bytes, ...] = ()

    @property
    def scans(self) -> int:
        """How many of the pages were recognised."""
        return sum(page.source is PageSource.OCR for page in self.pages)


def survey(task: SurveyTask) -> Survey:
    """Title, page count and outline of a file.

    Raises:
        DocumentError: it cannot be opened; the message says why.
    """
    with closing(open_document(task.path, task.password)) as reader:
        return reader.survey(sample=not task.careful)


def embed(
    task: EmbedTask, embedder: Embedder, on_step: Callable[[int | None], None] = lambda page: None
) -> EmbedResult:
    """Texts → vectors.

    Args:
        task: the texts.
        embedder: for them.
        on_step: told, with None, whenever some are embedded.
    """
    before = embedder.cut if isinstance(embedder, CutCounter) else 0
    vectors, tokens = _embed(embedder, task.texts, on_step)
    return EmbedResult(vectors, (embedder.cut if isinstance(embedder, CutCounter) else 0) - before, tokens)


def process_pages(
    task: PagesTask,
    embedder: Embedder,
    ocr: OcrEngine | None = None,
    on_step: Callable[[int | None], None] = lambda page: None,
) -> PagesResult:
    """Pages → chunks → vectors; pages without text are recognised where an engine is given.

    Args:
        task: which pages of which file.
        embedder: for the chunks.
        ocr: for pages without text.
        on_step: told the page that is begun, and None before all are embedded.

    Raises:
        DocumentError: the file cannot be opened any more.
    """
    settings = ChunkingSettings(min(embedder.max_tokens, LONGEST_CHUNK_TOKENS))
    pages: list[Page] = []
    chunks: list[tuple[Chunk, str]] = []
    began = time.perf_counter()
    scan_seconds = 0.0
    forced = frozenset(task.pages if task.recognise else ())
    with closing(open_document(task.path, task.password, ocr, forced)) as reader:
        path = outline_path(task.outline, task.pages[0])
        for index in task.pages:
            on_step(index)
            page_began = time.perf_counter()
            page = reader.read_page(index, alone=task.alone)
            if page.source is PageSource.OCR:
                scan_seconds += time.perf_counter() - page_began
            pages.append(page)
            chunks += chunk_page(page, path, task.title, task.path.name, embedder.count_tokens, settings)
    vectors, tokens = _embed(embedder, [embedded_text(context, chunk.text) for chunk, context in chunks], on_step)
    text_seconds = time.perf_counter() - began - scan_seconds
    return PagesResult(tuple(pages), tuple(chunks), vectors, text_seconds, scan_seconds, tokens)


def _embed(
    embedder: Embedder, texts: Sequence[str], on_step: Callable[[int | None], None]
) -> tuple[Vectors, tuple[bytes, ...]]:
    """Vectors, and where the model has them the codes of the token vectors."""
    vectors = np.empty((len(texts), embedder.dimension), np.float32)
    tokens: list[bytes] = []
    for first in range(0, len(texts), _EMBEDDED_AT_ONCE):
        on_step(None)
        some = slice(first, first + _EMBEDDED_AT_ONCE)
        if isinstance(embedder, PassageCoder):
            vectors[some], codes = embedder.code_passages(texts[some])
            tokens += codes
        else:
            vectors[some] = embedder.embed_passages(texts[some])
    return vectors, tuple(tokens)
