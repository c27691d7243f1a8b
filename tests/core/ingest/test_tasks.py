"""What workers do: files and settings in, rows out."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from stand_ins import DIMENSION, HashEmbedder, hash_vector

from core.embedding.embedder import Vectors, embedded_text
from core.errors import NeedsPassword
from core.ingest.tasks import LONGEST_CHUNK_TOKENS, EmbedTask, PagesTask, SurveyTask, embed, process_pages, survey
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


def test_passages_that_were_read_before_are_embedded_with_signs_of_life() -> None:
    texts = tuple(f"lamp number {n}" for n in range(100))
    steps: list[int | None] = []
    result = embed(EmbedTask(texts), HashEmbedder(), steps.append)
    np.testing.assert_array_equal(result.vectors, [hash_vector(text) for text in texts])
    assert (result.cut, steps) == (0, [None, None])
    assert embed(EmbedTask(()), HashEmbedder()).vectors.shape == (0, DIMENSION)


def test_what_the_embedder_cuts_is_told_for_each_task() -> None:
    class Cutting(HashEmbedder):
        cut = 3

        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            self.cut += len(texts)
            return super().embed_passages(texts)

    embedder = Cutting()
    assert embed(EmbedTask(("a", "b")), embedder).cut == 2
    assert embed(EmbedTask(("c",)), embedder).cut == 1


def test_chunks_are_no_longer_for_a_larger_window_so_that_embedders_can_be_changed(data: Path) -> None:
    task = PagesTask(data / "long.pdf", (0, 1, 2), "T")
    built_in, large = (process_pages(task, HashEmbedder(window)) for window in (LONGEST_CHUNK_TOKENS, 8192))
    assert large.chunks == built_in.chunks
    smaller = process_pages(task, HashEmbedder(24))
    assert len(smaller.chunks) > len(built_in.chunks)
