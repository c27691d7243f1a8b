"""A library is embedded anew while the old vectors answer; whatever happens, none is lost and none is mixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hand_pool import HandPool, other_vector, settle
from stand_ins import DIMENSION, MODEL_ID, HashEmbedder, hash_vector
from waiting import wait_until

from core.embedding.cache import CachedEmbedder
from core.embedding.choice import EmbedderChoice
from core.errors import DeathCause, DiskFull, ModelMissing, WorkerDied
from core.index.library import Library
from core.ingest import reembedding
from core.ingest.embedding_listeners import follow_embedding
from core.ingest.ingestor import Ingestor
from core.ingest.tasks import EmbedTask, PagesTask
from core.types import EmbeddingProgress, EmbeddingState

OTHER = EmbedderChoice("f" * 64, 2 * DIMENSION, folder=Path("/models/other"))
THIRD = EmbedderChoice("e" * 64, 2 * DIMENSION, ollama="third", window=512)
HERE = EmbedderChoice(MODEL_ID, DIMENSION, folder=Path("/models/hash"))


class Bench:
    """An ingestor whose workers, for files and for embedding anew, are worked by hand.

    Attributes:
        files: reads files.
        pools: for each model that was chosen, in order, those that embed and those that take the files over.
        told: everything that was told about embedding anew.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.files = HandPool()
        self.pools: list[tuple[EmbedderChoice, bool, HandPool]] = []
        self.told: list[EmbeddingProgress] = []
        files: Any = self.files
        self.ingestor = Ingestor(library, files, open_pool=self._open_pool)
        self.ingestor.embedding.add(self.told.append)

    def _open_pool(self, choice: EmbedderChoice, for_files: bool) -> Any:
        self.pools.append((choice, for_files, HandPool()))
        return self.pools[-1][2]

    @property
    def model(self) -> HandPool:
        """What embeds for the model that was chosen last."""
        return [pool for _, for_files, pool in self.pools if not for_files][-1]

    def add(self, *paths: Path) -> list[str]:
        """Add files and read them to their end."""
        begun = self.ingestor.add(paths)
        documents = begun.result(60)
        self.files.run_all(self.ingestor)
        return documents

    def begin(self, choice: EmbedderChoice = OTHER) -> None:
        self.ingestor.embed_with(choice).result(60)
        settle(self.ingestor)

    def finish(self) -> None:
        """Embed as long as there is something to embed."""
        self.model.run_all(self.ingestor)
        settle(self.ingestor)

    def found(self, query: Any) -> str:
        return self.library.passages(self.library.search_vectors(query, 1, None))[0].text

    def last(self) -> EmbeddingProgress:
        return self.told[-1]


@pytest.fixture
def bench(hashed: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(reembedding, "BATCH", 8)
    monkeypatch.setattr(reembedding, "_LONGEST", 4)
    monkeypatch.setattr(reembedding, "_RETRY_AFTER_SECONDS", (0.0, 0.0, 0.0))
    made = Bench(hashed)
    yield made
    made.ingestor.close()


def texts_of(pool: HandPool) -> list[str]:
    return [text for task in pool.begun if isinstance(task, EmbedTask) for text in task.texts]


def has_old_vectors(library: Library) -> bool:
    rows = library.database.read().execute("SELECT 1 FROM sqlite_master WHERE name = 'retired_vectors'")
    return rows.fetchone() is not None


def chunk_texts(library: Library) -> set[str]:
    return {row[0] for row in library.database.read().execute("SELECT text FROM chunks")}


def test_all_passages_are_embedded_and_then_the_new_vectors_are_in_force(
    bench: Bench, file: Callable[..., Path]
) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    assert bench.last() == EmbeddingProgress(OTHER.value, EmbeddingState.EMBEDDING, 0, 20)
    bench.model.run()
    settle(bench.ingestor)
    assert bench.last().passages_done == 4
    assert bench.library.model_id == MODEL_ID
    assert bench.found(hash_vector("lamp words of page 7")) == "lamp words of page 7"
    bench.finish()
    assert bench.last() == EmbeddingProgress(OTHER.value, EmbeddingState.IN_FORCE, 20, 20)
    assert bench.library.embedder() == OTHER.record
    assert bench.found(other_vector("lamp words of page 7")) == "lamp words of page 7"
    assert sorted(texts_of(bench.model)) == sorted(chunk_texts(bench.library))
    assert not has_old_vectors(bench.library)
    assert bench.files.is_closed
    assert bench.model.is_closed
    assert [(choice, for_files) for choice, for_files, _ in bench.pools] == [(OTHER, False), (OTHER, True)]


def test_files_that_are_added_afterwards_go_to_workers_of_the_new_model(
    bench: Bench, file: Callable[..., Path]
) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    bench.finish()
    bench.ingestor.add([file("bees.pdf")]).result(60)
    settle(bench.ingestor)
    assert bench.pools[-1][1]
    assert len(bench.pools[-1][2].tasks) == 1
    assert bench.files.tasks == []


def test_what_is_added_meanwhile_answers_at_once_and_is_caught_up_with(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    bench.model.run()
    settle(bench.ingestor)
    bench.add(file("bees.pdf"))
    assert bench.found(hash_vector("bees words of page 3")) == "bees words of page 3"
    bench.finish()
    assert bench.last() == EmbeddingProgress(OTHER.value, EmbeddingState.IN_FORCE, 40, 40)
    assert bench.found(other_vector("bees words of page 3")) == "bees words of page 3"


def test_the_change_waits_for_pages_that_workers_hold_and_none_of_the_old_model_comes_after_it(
    bench: Bench, file: Callable[..., Path]
) -> None:
    bench.add(file("lamp.pdf"))
    bench.ingestor.add([file("bees.pdf")]).result(60)
    bench.files.run()  # opened
    settle(bench.ingestor)
    bench.files.begin()  # a worker reads the first pages
    bench.begin()
    bench.finish()
    assert bench.library.model_id == MODEL_ID
    assert bench.last().state is EmbeddingState.EMBEDDING
    bench.begin()  # somebody asks once more
    bench.ingestor.resume().result(60)
    settle(bench.ingestor)
    assert bench.library.model_id == MODEL_ID
    bench.files.end()
    settle(bench.ingestor)
    while bench.library.model_id == MODEL_ID:
        # a second batch was in waiting at the worker; after it nothing more is handed out
        if bench.files.tasks:
            bench.files.run()
        elif bench.model.tasks:
            bench.model.run()
        settle(bench.ingestor)
    assert bench.last().state is EmbeddingState.IN_FORCE
    begun = [task for task in bench.files.begun if isinstance(task, PagesTask) and task.path.name == "bees.pdf"]
    assert 1 <= len(begun) <= 2
    taking_over = bench.pools[-1][2]
    assert [task.path.name for task in taking_over.tasks]  # the rest goes to the new workers
    assert bench.found(other_vector("bees words of page 3")) == "bees words of page 3"
    sizes = bench.library.database.read().execute("SELECT DISTINCT length(vector) FROM vectors").fetchall()
    assert [row[0] for row in sizes] == [2 * OTHER.dimension]


def test_what_is_removed_meanwhile_is_not_missed(bench: Bench, file: Callable[..., Path]) -> None:
    lamp, bees = bench.add(file("lamp.pdf"), file("bees.pdf"))
    bench.begin()
    bench.model.begin()  # some of its passages are under way
    bench.ingestor.remove([lamp]).result(60)
    bench.model.end()
    bench.finish()
    assert bench.last() == EmbeddingProgress(OTHER.value, EmbeddingState.IN_FORCE, 20, 20)
    assert {document.id for document in bench.library.documents()} == {bees}
    assert bench.library.index_sizes() == {"chunks": 20, "vectors": 20, "keywords": 20}


def test_it_goes_on_after_an_end_in_the_middle_and_embeds_nothing_twice(
    bench: Bench, file: Callable[..., Path]
) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    bench.model.run()
    settle(bench.ingestor)
    bench.model.run()
    settle(bench.ingestor)
    before = texts_of(bench.model)
    bench.ingestor.close()
    bench.library.close()
    library = Library(bench.library.folder, MODEL_ID, DIMENSION)
    again = Bench(library)
    try:
        again.ingestor.recover().result(60)
        settle(again.ingestor)
        assert again.told[0] == EmbeddingProgress(OTHER.value, EmbeddingState.EMBEDDING, 12, 20)
        again.finish()
        assert again.last().state is EmbeddingState.IN_FORCE
        assert not set(before) & set(texts_of(again.model))
        assert len(before) + len(texts_of(again.model)) == 20
    finally:
        again.ingestor.close()
        library.close()


def test_an_end_between_the_change_and_the_deletion_of_the_old_vectors_is_made_up(
    bench: Bench, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.add(file("lamp.pdf"))
    with monkeypatch.context() as patch:
        patch.setattr(type(bench.library.shadow), "retire", lambda self: False)
        bench.begin()
        bench.finish()
    assert has_old_vectors(bench.library)
    bench.ingestor.recover().result(60)
    settle(bench.ingestor)
    assert not has_old_vectors(bench.library)


def test_choosing_the_model_in_force_again_gives_the_other_one_up(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    bench.model.run()
    settle(bench.ingestor)
    bench.begin(HERE)
    assert [(t.embedder, t.state) for t in bench.told[-2:]] == [
        (OTHER.value, EmbeddingState.CANCELLED),
        (HERE.value, EmbeddingState.IN_FORCE),
    ]
    assert bench.library.shadow.state() is None
    assert bench.model.is_closed
    assert bench.found(hash_vector("lamp words of page 7")) == "lamp words of page 7"
    bench.ingestor.wait()  # nothing is left to wait for


def test_a_third_model_takes_the_place_of_the_one_that_was_being_made(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    first = bench.model
    first.begin()
    bench.begin(THIRD)
    first.running.clear()
    bench.finish()
    assert bench.last() == EmbeddingProgress(THIRD.value, EmbeddingState.IN_FORCE, 20, 20)
    assert len(texts_of(bench.model)) == 20
    assert bench.library.embedder() == THIRD.record


def test_the_same_model_chosen_twice_is_one_piece_of_work(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    bench.begin()
    assert len(bench.pools) == 1
    bench.finish()
    assert len(texts_of(bench.model)) == 20


def test_a_model_whose_window_is_too_small_is_refused_at_once(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    bench.model.window = 4
    bench.finish()
    assert bench.last().state is EmbeddingState.STOPPED
    assert "larger window" in str(bench.last().reason)
    assert len(texts_of(bench.model)) == 4
    assert bench.library.shadow.state() is None
    assert bench.library.model_id == MODEL_ID


def test_a_few_passages_that_are_too_long_are_counted_and_told(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"), file("a lamp of six words more here.pdf"))
    bench.begin()
    bench.model.run()  # the longest: none is measured against a large window
    settle(bench.ingestor)
    bench.model.window = 9
    bench.finish()
    assert bench.last().state is EmbeddingState.IN_FORCE
    assert bench.last().cut == 16


def test_a_pause_holds_it_and_a_resume_lets_it_go_on(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    bench.ingestor.pause().result(60)
    bench.begin()
    assert bench.last().state is EmbeddingState.PAUSED
    assert bench.model.tasks == []
    bench.ingestor.wait()  # for nothing, as with documents that are paused
    bench.ingestor.resume().result(60)
    bench.finish()
    assert bench.last().state is EmbeddingState.IN_FORCE


def test_a_server_that_is_away_for_a_moment_is_asked_again(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    for _ in range(3):
        bench.model.run(ModelMissing("Ollama is not running."))
        settle(bench.ingestor)
        wait_until(lambda: bench.model.tasks)
    bench.finish()
    assert bench.last().state is EmbeddingState.IN_FORCE
    assert len(set(texts_of(bench.model))) == 20


def test_a_server_that_stays_away_stops_it_with_the_reason_and_what_is_made_is_kept(
    bench: Bench, file: Callable[..., Path]
) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    bench.model.run()
    settle(bench.ingestor)
    while bench.last().state is not EmbeddingState.STOPPED:
        bench.model.run(ModelMissing("Ollama is not running."))
        settle(bench.ingestor)
        wait_until(lambda: bench.model.tasks or bench.last().state is EmbeddingState.STOPPED)
    assert bench.last() == EmbeddingProgress(
        OTHER.value, EmbeddingState.STOPPED, 4, 20, reason="Ollama is not running."
    )
    state = bench.library.shadow.state()
    assert state is not None
    assert state.reason == "Ollama is not running."
    assert bench.found(hash_vector("lamp words of page 7")) == "lamp words of page 7"
    bench.begin()
    bench.finish()
    assert bench.last().state is EmbeddingState.IN_FORCE


def test_a_worker_that_dies_has_its_passages_tried_in_halves(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    bench.model.run(WorkerDied("It took too much memory.", DeathCause.MEMORY))
    settle(bench.ingestor)
    assert [len(task.texts) for task in bench.model.tasks] == [2]
    bench.finish()
    assert bench.last().state is EmbeddingState.IN_FORCE


def test_a_passage_that_kills_its_worker_again_and_again_stops_it(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    while bench.last().state is not EmbeddingState.STOPPED:
        bench.model.run(WorkerDied("The reader ended unexpectedly."))
        settle(bench.ingestor)
        wait_until(lambda: bench.model.tasks or bench.last().state is EmbeddingState.STOPPED)
    assert "choose another embedding model" in str(bench.last().reason)
    assert bench.library.model_id == MODEL_ID


def test_a_library_that_cannot_be_written_stops_it_and_the_ingestion_goes_on(
    bench: Bench, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()

    def full(*arguments: Any) -> None:
        raise DiskFull("There is no room left.")

    with monkeypatch.context() as patch:
        patch.setattr(type(bench.library), "change_embedder", full)
        bench.finish()
    assert bench.last() == EmbeddingProgress(
        OTHER.value, EmbeddingState.STOPPED, 20, 20, reason="There is no room left."
    )
    assert bench.pools[-1][2].is_closed
    assert not bench.files.is_closed
    bench.add(file("bees.pdf"))
    assert bench.found(hash_vector("bees words of page 3")) == "bees words of page 3"
    bench.begin()
    bench.finish()
    assert bench.last().state is EmbeddingState.IN_FORCE


def test_an_empty_library_changes_at_once(bench: Bench) -> None:
    bench.begin()
    assert bench.last() == EmbeddingProgress(OTHER.value, EmbeddingState.IN_FORCE, 0, 0)
    assert bench.library.embedder() == OTHER.record


def test_the_cache_keeps_nothing_of_the_model_that_is_out_of_force(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    inner = HashEmbedder()
    cached = CachedEmbedder(inner, bench.library.cache_folder)
    cached.embed_passages(["lamp"])
    cached.close()
    bench.begin()
    bench.finish()
    cached = CachedEmbedder(inner, bench.library.cache_folder)
    cached.embed_passages(["lamp"])
    cached.close()
    assert inner.embedded == ["lamp", "lamp"]


def test_whoever_follows_hears_it_to_its_end(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    events = follow_embedding(bench.ingestor.embedding, lambda: bench.ingestor.embed_with(OTHER))
    assert next(events).state is EmbeddingState.EMBEDDING
    bench.finish()
    states = [event.state for event in events]
    assert states[-1] is EmbeddingState.IN_FORCE
    assert set(states[:-1]) == {EmbeddingState.EMBEDDING}


def test_whoever_follows_is_told_when_everything_closes(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    events = follow_embedding(bench.ingestor.embedding, lambda: bench.ingestor.embed_with(OTHER))
    assert next(events).state is EmbeddingState.EMBEDDING
    bench.ingestor.close()
    with pytest.raises(CancelledError):
        list(events)


def test_a_listener_that_fails_stops_nothing(bench: Bench, file: Callable[..., Path]) -> None:
    def fail(progress: EmbeddingProgress) -> None:
        raise RuntimeError("not my day")

    bench.ingestor.embedding.add(fail)
    bench.add(file("lamp.pdf"))
    bench.begin()
    bench.finish()
    assert bench.last().state is EmbeddingState.IN_FORCE


def test_vectors_are_those_of_the_passages(bench: Bench, file: Callable[..., Path]) -> None:
    bench.add(file("lamp.pdf"))
    bench.begin()
    bench.finish()
    rows = bench.library.database.read().execute(
        "SELECT c.text, v.vector FROM chunks c JOIN vectors v ON v.chunk = c.id"
    )
    for text, vector in rows:
        np.testing.assert_allclose(np.frombuffer(vector, np.float16), other_vector(text), atol=1e-3)
