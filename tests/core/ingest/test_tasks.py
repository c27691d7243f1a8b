"""What workers do: files and settings in, rows out."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from stand_ins import DIMENSION, HashEmbedder, hash_vector

from core.chunking.chunker import embedded_text
from core.errors import NeedsPassword
from core.ingest.tasks import PagesTask, SurveyTask, process_pages, survey
from core.types import OutlineEntry, PageSource, Survey


def test_a_survey_tells_title_pages_and_outline(data: Path) -> None:
    found = survey(SurveyTask(data / "outline.pdf"))
    assert (found.title, found.page_count, len(found.outline)) == ("Headings and bookmarks", 2, 7)
    assert survey(SurveyTask(data / "encrypted_user.pdf", "lamp")) == Survey(
        "Two pages", 2, created_at="2026-01-01T00:00:00"
    )
    with pytest.raises(NeedsPassword):
        survey(SurveyTask(data / "encrypted_user.pdf"))


def test_pages_become_chunks_with_the_vector_of_each(data: Path) -> None:
    embedder = HashEmbedder()
    outline = survey(SurveyTask(data / "outline.pdf")).outline
    result = process_pages(PagesTask(data / "outline.pdf", (1, 0), "Title", outline), embedder)
    assert [page.index for page in result.pages] == [1, 0]
    assert result.vectors.shape == (len(result.chunks), DIMENSION)
    assert {chunk.page_index for chunk, _ in result.chunks} == {0, 1}
    for (chunk, context), vector in zip(result.chunks, result.vectors, strict=True):
        assert context.startswith("Title")
        np.testing.assert_array_equal(vector, hash_vector(embedded_text(context, chunk.text)))


def test_headings_above_a_batch_come_from_the_outline(data: Path) -> None:
    outline = (OutlineEntry("Part one", 0, 1),)
    result = process_pages(PagesTask(data / "text_two_pages.pdf", (1,), "T", outline), HashEmbedder())
    assert {chunk.heading_path for chunk, _ in result.chunks} == {("Part one",)}


def test_an_empty_page_has_no_chunks_and_costs_no_embedding(data: Path) -> None:
    embedder = HashEmbedder()
    result = process_pages(PagesTask(data / "empty_page.pdf", (0,), "T"), embedder)
    assert result.pages[0].source is PageSource.EMPTY
    assert (result.chunks, result.vectors.shape) == ((), (0, DIMENSION))
    assert embedder.embedded == []


def test_results_cross_process_borders(data: Path) -> None:
    result = process_pages(PagesTask(data / "table.pdf", (0,), "T"), HashEmbedder())
    copy = pickle.loads(pickle.dumps(result))
    assert (copy.pages, copy.chunks) == (result.pages, result.chunks)
    np.testing.assert_array_equal(copy.vectors, result.vectors)
