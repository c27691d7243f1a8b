"""Questions are embedded by the embedder whose vectors answer, also in the moment in which it changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from stand_ins import DIMENSION, MODEL_ID, CodedAsTheyAre, HashEmbedder, chunks_of, hash_vector, page_of

from core.embedding.embedder import Embedder, TokenEmbedder, TokenVectors, Vectors
from core.embedding.record import EmbedderRecord
from core.errors import EmbedderChanged, ModelMissing
from core.index.library import Library
from core.retrieval.embedder_in_force import EmbedderInForce, in_force, with_one_embedder
from core.retrieval.retriever import Retriever
from core.types import SearchMode

Open = Callable[..., Library]
TEXTS = ["The lamp on pier 17 was lit.", "The herring stayed away.", "Hives die of hunger in March."]
HASH = EmbedderRecord(MODEL_ID, DIMENSION, "/models/hash")
OTHER = EmbedderRecord("f" * 64, 48, "/models/other")


def other_vector(text: str) -> Vectors:
    vector = np.resize(hash_vector(f"other {text}"), 48)
    return vector / np.linalg.norm(vector)


def nearest(library: Library, embedder: Embedder, query: str, k: int) -> list[tuple[int, float]]:
    return with_one_embedder(
        embedder, lambda one: library.search_vectors(one.embed_query(query), k, None, model_id=one.model_id)
    )


class OtherEmbedder(CodedAsTheyAre, HashEmbedder):
    """Another model, of another dimension, which also compares token by token."""

    def __init__(self) -> None:
        super().__init__()
        self.model_id, self.dimension = OTHER.model_id, OTHER.dimension
        self.english_only = True

    def embed_query(self, text: str) -> Vectors:
        return other_vector(text)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.embedded += texts
        return [np.stack([other_vector(word) for word in text.split()]).astype(np.float16) for text in texts]


class Models:
    """Opens stand-ins, and keeps what it opened."""

    def __init__(self) -> None:
        self.opened: list[HashEmbedder] = []
        self.error: Exception | None = None

    def open(self, record: EmbedderRecord) -> Embedder:
        if self.error is not None:
            raise self.error
        self.opened.append(HashEmbedder() if record == HASH else OtherEmbedder())
        return self.opened[-1]


@pytest.fixture
def library(open_small: Open) -> Library:
    made = open_small()
    made.describe_embedder(HASH)
    pages = [page_of(i, text) for i, text in enumerate(TEXTS)]
    made.add_file("a" * 64, Path("/papers/a.pdf"), "A")
    made.commit_pages("a" * 64, pages, chunks_of(pages), np.stack([hash_vector(text) for text in TEXTS]))
    return made


@pytest.fixture
def models() -> Models:
    return Models()


def change(library: Library) -> None:
    """Put the other embedder in force."""
    library.shadow.begin(OTHER)
    chunks = library.shadow.missing(0, 10)
    library.shadow.add([chunk.id for chunk in chunks], np.stack([other_vector(chunk.text) for chunk in chunks]), 0)
    library.change_embedder()


def test_it_is_opened_when_it_is_needed_and_once(library: Library, models: Models) -> None:
    embedder = EmbedderInForce(library, models.open)
    assert models.opened == []
    assert (embedder.model_id, embedder.name, embedder.dimension, embedder.max_tokens) == (
        MODEL_ID,
        "hash",
        DIMENSION,
        64,
    )
    np.testing.assert_array_equal(embedder.embed_query("lamp"), hash_vector("lamp"))
    assert embedder.embed_passages(["lamp"]).shape == (1, DIMENSION)
    assert embedder.count_tokens(["the lamp"]) == [2]
    assert len(models.opened) == 1
    embedder.close()
    assert models.opened[0].is_closed


def test_it_follows_the_library(library: Library, models: Models) -> None:
    embedder = EmbedderInForce(library, models.open)
    assert nearest(library, embedder, TEXTS[1], 1)[0][1] > 0.99
    change(library)
    assert nearest(library, embedder, TEXTS[1], 1)[0][1] > 0.99
    assert [opened.model_id for opened in models.opened] == [MODEL_ID, OTHER.model_id]
    assert models.opened[0].is_closed
    assert in_force(embedder) is models.opened[1]
    assert in_force(models.opened[0]) is models.opened[0]


def test_a_change_between_question_and_search_is_noticed_and_the_question_asked_anew(
    library: Library, models: Models
) -> None:
    embedder = EmbedderInForce(library, models.open)
    first = embedder.current

    def embed_and_change(text: str) -> Vectors:
        change(library)
        return hash_vector(text)

    first.embed_query = embed_and_change  # type: ignore[method-assign]
    chunk, cosine = nearest(library, embedder, TEXTS[2], 1)[0]
    assert (library.passages([(chunk, cosine)])[0].text, cosine > 0.99) == (TEXTS[2], True)


def test_an_embedder_that_does_not_follow_is_not_mixed_with_others(library: Library) -> None:
    change(library)
    with pytest.raises(EmbedderChanged):
        nearest(library, HashEmbedder(), "lamp", 1)


def test_a_model_that_is_not_there_is_said_and_words_are_found_without_it(library: Library, models: Models) -> None:
    models.error = ModelMissing("Ollama is not running. Start it.")
    retriever = Retriever(library, EmbedderInForce(library, models.open))
    with pytest.raises(ModelMissing, match="Start it"):
        retriever.retrieve("herring", 3, SearchMode.DENSE)
    found = retriever.retrieve_with_evidence("herring", 3)
    assert found.passages[0].text == TEXTS[1]
    assert found.notice is not None
    assert "Start it" in found.notice
    assert retriever.retrieve("herring", 3, SearchMode.KEYWORD)[0].text == TEXTS[1]
    models.error = None
    assert retriever.retrieve("herring", 3)[0].text == TEXTS[1]


def test_the_retriever_uses_what_the_embedder_in_force_can_do(library: Library, models: Models) -> None:
    retriever = Retriever(library, EmbedderInForce(library, models.open))
    assert retriever.retrieve("the lamp on the pier", 3)[0].text == TEXTS[0]
    change(library)
    assert retriever.retrieve("the lamp on the pier", 3)[0].text == TEXTS[0]
    other = models.opened[1]
    assert isinstance(other, TokenEmbedder)
    assert any("pier 17" in text for text in other.embedded)  # compared token by token
    assert retriever.retrieve("где стоит фонарь herring", 3)[0].text == TEXTS[1]


def test_a_library_that_does_not_tell_its_embedder_is_said(open_small: Open, models: Models) -> None:
    with pytest.raises(ModelMissing, match="does not tell"):
        EmbedderInForce(open_small(), models.open).prepare()


def test_threads_that_ask_at_once_open_it_once(library: Library, models: Models) -> None:
    embedder = EmbedderInForce(library, models.open)
    threads = [threading.Thread(target=embedder.prepare) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(models.opened) == 1
