"""Embedding through Ollama, over a real socket."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from contextlib import closing

import httpx
import numpy as np
import pytest
from ollama_server import Mode, OllamaServer, Served, embedding_model, embedding_of

from core.embedding import ollama_embedder
from core.embedding.choice import BUILTIN_CHOICE, EmbedderChoice, choice_from, choice_of, chosen_embedder
from core.embedding.embedder import CutCounter, EnglishEmbedder
from core.embedding.ollama_embedder import OllamaEmbedder, examine, list_embedding_models
from core.errors import ModelError, ModelFailed, ModelMissing

DIMENSION = 24
TEXTS = [f"The lamp on pier {n} was lit by {'Agnes ' * (n % 3)}Marrow." for n in range(40)]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    models = [
        embedding_model(),
        embedding_model("bge-m3:567m", family="bert", context=8192),
        embedding_model("narrow-embed:latest", context=6),
        embedding_model("gpt-embed:120b-cloud"),
        Served("llama3.2:3b"),
    ]
    with OllamaServer(models) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.address)
        yield running


def opened(name: str) -> OllamaEmbedder:
    model = examine(name)
    return OllamaEmbedder(name, model.model_id, model.dimension, model.window)


def unit(text: str) -> np.ndarray:
    vector = np.array(embedding_of(text, DIMENSION), np.float32)
    return vector / np.linalg.norm(vector)


def test_a_model_is_measured(server: OllamaServer) -> None:
    model = examine("nomic-embed-text")
    assert (model.name, model.dimension, model.window) == ("nomic-embed-text:latest", DIMENSION, 2048)
    assert len(model.model_id) == 64
    assert examine("nomic-embed-text:latest") == model
    assert examine("bge-m3:567m").window == 2048  # however much it can do: Ollama's runner takes no more at once


def test_a_model_that_was_pulled_anew_is_another_embedder(server: OllamaServer) -> None:
    with closing(opened("nomic-embed-text")) as embedder:
        before = embedder.model_id
        assert embedder.embed_passages(["lamp"]).shape == (1, DIMENSION)
        server.models = [embedding_model(digest="1" * 64)]
        assert examine("nomic-embed-text").model_id != before
        for ask in (lambda: embedder.embed_passages(["lamp"]), lambda: embedder.embed_query("lamp")):
            with pytest.raises(ModelMissing, match=r"another version.*settings embedder ollama/nomic-embed-text$"):
                ask()


def test_the_same_content_under_another_name_is_another_embedder(server: OllamaServer) -> None:
    server.models = [embedding_model(), embedding_model("my-embed:latest")]
    assert examine("nomic-embed-text").model_id != examine("my-embed").model_id


def test_passages_come_in_batches_with_their_prefix_and_are_unit_vectors_in_order(server: OllamaServer) -> None:
    with closing(opened("nomic-embed-text")) as embedder:
        server.requests.clear()
        vectors = embedder.embed_passages(TEXTS)
        assert [len(body["input"]) for body in server.bodies("/api/embed")] == [16, 16, 8]
        assert server.embedded() == [f"search_document: {text}" for text in TEXTS]
        assert all(body["truncate"] is False for body in server.bodies("/api/embed"))
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(vectors, [unit(f"search_document: {text}") for text in TEXTS], atol=1e-6)
        assert embedder.embed_passages([]).shape == (0, DIMENSION)
        assert embedder.cut == 0
        assert isinstance(embedder, CutCounter)


def test_a_question_has_a_prefix_of_its_own(server: OllamaServer) -> None:
    with closing(opened("nomic-embed-text")) as embedder:
        np.testing.assert_allclose(embedder.embed_query("lamp"), unit("search_query: lamp"), atol=1e-6)
    with closing(opened("bge-m3:567m")) as embedder:
        np.testing.assert_allclose(embedder.embed_query("lamp"), unit("lamp"), atol=1e-6)


def test_what_is_too_long_is_shortened_and_counted_and_nothing_else_is(server: OllamaServer) -> None:
    long = "one two three four five six seven eight nine ten eleven twelve"
    with closing(opened("narrow-embed")) as embedder:
        vectors = embedder.embed_passages(["a lamp", long, "a pier"])
        assert embedder.cut == 1
        np.testing.assert_allclose(vectors[[0, 2]], [unit("a lamp"), unit("a pier")], atol=1e-6)
        kept, last = server.embedded()[-2:]
        assert (long.startswith(kept), len(kept.split()) <= 6, last) == (True, True, "a pier")
        np.testing.assert_allclose(vectors[1], unit(kept), atol=1e-6)
        embedder.embed_query(long)  # a question is nobody's loss
        assert embedder.cut == 1


def test_a_model_that_takes_nothing_says_so(server: OllamaServer) -> None:
    with closing(opened("narrow-embed")) as embedder:
        server.models = [embedding_model("narrow-embed:latest", context=0)]
        with pytest.raises(ModelFailed, match="takes no passage"):
            embedder.embed_passages(["one two three"])


def test_tokens_are_estimated_on_the_safe_side_and_the_prefix_has_its_place(server: OllamaServer) -> None:
    with closing(opened("nomic-embed-text")) as embedder:
        assert embedder.count_tokens(["", "lamp " * 30]) == [0, 50]
        assert 2048 - 12 < embedder.max_tokens < 2048
        assert embedder.name == "nomic-embed-text"


@pytest.mark.parametrize(("name", "english_only"), [("nomic-embed-text", True), ("bge-m3:567m", False)])
def test_a_model_is_taken_to_know_all_languages_unless_it_is_known_not_to(
    server: OllamaServer, name: str, english_only: bool
) -> None:
    with closing(opened(name)) as embedder:
        assert isinstance(embedder, EnglishEmbedder)
        assert embedder.english_only is english_only


def test_only_models_that_embed_on_this_computer_are_offered(server: OllamaServer) -> None:
    assert list_embedding_models() == ["bge-m3:567m", "narrow-embed", "nomic-embed-text"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("mxbai-embed-large", "ollama pull mxbai-embed-large"),
        ("llama3.2:3b", "cannot embed passages. Choose an embedding model"),
        ("gpt-embed:120b-cloud", "leave this computer"),
    ],
)
def test_a_model_that_cannot_be_used_is_named_with_a_way_on(server: OllamaServer, name: str, sentence: str) -> None:
    with pytest.raises(ModelMissing, match=sentence):
        examine(name)


def test_a_server_that_does_not_tell_capabilities_is_tried(server: OllamaServer) -> None:
    server.models = [embedding_model(capabilities=None)]
    assert examine("nomic-embed-text").dimension == DIMENSION


@pytest.mark.parametrize(
    ("mode", "kind", "sentence"),
    [
        (Mode.FAULT, ModelFailed, "could not embed: llama runner process has terminated"),
        (Mode.MISSING, ModelMissing, "ollama pull nomic-embed-text"),
        (Mode.BROKEN, ModelMissing, "is not running"),
        (Mode.MALFORMED, ModelFailed, "vectors of different lengths"),
        (Mode.NOT_OLLAMA, ModelFailed, "is not Ollama"),
        (Mode.ELSEWHERE, ModelError, "Ollama"),
    ],
)
def test_a_server_that_fails_is_a_sentence_and_works_again_afterwards(
    server: OllamaServer, mode: Mode, kind: type[Exception], sentence: str
) -> None:
    with closing(opened("nomic-embed-text")) as embedder:
        server.mode = mode
        with pytest.raises(kind, match=sentence):
            embedder.embed_passages(["lamp"])
        with pytest.raises(kind):
            embedder.embed_query("lamp")
        server.mode = Mode.NORMAL
        assert embedder.embed_passages(["lamp"]).shape == (1, DIMENSION)


def test_a_server_that_is_slow_is_not_waited_for_without_end(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = examine("nomic-embed-text")
    monkeypatch.setattr(ollama_embedder, "_TIMEOUT", httpx.Timeout(5.0, read=0.2))
    server.mode = Mode.SLOW
    embedder = OllamaEmbedder("nomic-embed-text", model.model_id, DIMENSION, model.window)
    monkeypatch.setattr(embedder, "_client", ollama_embedder._connect("x", None, httpx.Timeout(5.0, read=0.2)))
    with closing(embedder), pytest.raises(ModelFailed, match="took too long"):
        embedder.embed_passages(["lamp"])
    assert server.client_left.wait(60)


def test_without_a_server_an_embedder_can_be_made_and_says_what_to_do_when_it_is_asked(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = examine("nomic-embed-text")
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")
    embedder = OllamaEmbedder("nomic-embed-text", model.model_id, DIMENSION, 2048)
    with closing(embedder), pytest.raises(ModelMissing, match=r"is not running\. Start it"):
        embedder.embed_query("lamp")
    with pytest.raises(ModelMissing, match="is not running"):
        list_embedding_models()


def test_another_computer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "192.0.2.1")
    for ask in (lambda: examine("nomic-embed-text"), lambda: OllamaEmbedder("nomic-embed-text", "m", 8, 512)):
        with pytest.raises(ModelMissing, match="another computer"):
            ask()


@pytest.mark.parametrize("vector", [[0.0] * DIMENSION, [float("nan")] * DIMENSION, [1.0] * (DIMENSION + 1), []])
def test_what_is_no_vector_is_refused(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch, vector: list[float]
) -> None:
    with closing(opened("nomic-embed-text")) as embedder:
        monkeypatch.setattr("ollama_server.embedding_of", lambda text, dimension: vector)
        with pytest.raises(ModelFailed, match=r"did not answer with vectors|is not Ollama"):
            embedder.embed_passages(["lamp"])


def test_threads_may_share_an_embedder(server: OllamaServer) -> None:
    with closing(opened("nomic-embed-text")) as embedder:
        found: dict[str, np.ndarray] = {}
        threads = [
            threading.Thread(target=lambda text=text: found.update({text: embedder.embed_query(text)}))
            for text in TEXTS[:8]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for text in TEXTS[:8]:
            np.testing.assert_allclose(found[text], unit(f"search_query: {text}"), atol=1e-6)


def test_a_choice_goes_to_workers_and_comes_back_from_the_library(server: OllamaServer) -> None:
    choice = choice_of("ollama/nomic-embed-text:latest")
    assert choice.value == "ollama/nomic-embed-text"
    assert (choice.dimension, choice.window, choice.folder) == (DIMENSION, 2048, None)
    assert pickle.loads(pickle.dumps(choice)) == choice
    assert choice_from(choice.record) == choice
    assert choice_from(BUILTIN_CHOICE.record) == BUILTIN_CHOICE
    for open_it in (choice.open, lambda: choice.open_in_worker(1)):
        with closing(open_it()) as embedder:
            assert (embedder.model_id, embedder.dimension) == (choice.model_id, DIMENSION)
            assert embedder.embed_passages(["lamp"]).shape == (1, DIMENSION)


def test_a_library_can_be_new_with_a_model_of_ollamas(server: OllamaServer) -> None:
    chosen = chosen_embedder({"PAPERLAMP_EMBEDDER": "ollama/nomic-embed-text"})
    assert (
        chosen
        == choice_of("ollama/nomic-embed-text")
        == EmbedderChoice(chosen.model_id, DIMENSION, ollama="nomic-embed-text", window=2048)
    )
