"""A cross-encoder in a process of its own: real ones from sentence-transformers, and processes that misbehave."""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest
import tiny_cross_encoder

from core.embedding import cross_encoder
from core.embedding.cross_encoder import FEWEST, MOST, CrossEncoder, checked_folder
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.embedding.weights import builtin_model_folder
from core.errors import ModelFailed, ModelMissing
from core.index.library import Library
from core.retrieval.reranking import PART
from core.retrieval.retriever import Retriever

LOAD_SECONDS = 300.0
PATIENT = 60.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_cross_encoder.make(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Iterator[CrossEncoder]:
    made = CrossEncoder(folder, "cpu", limit_seconds=PATIENT, load_seconds=LOAD_SECONDS)
    yield made
    made.close()


# ── the model itself ─────────────────────────────────────────────────────────────────────────────────────────────


def test_it_scores_each_text_for_the_question(encoder: CrossEncoder) -> None:
    texts = ["herring and bees", "lamp lamp lamp", "lamp and bees"]
    scores = encoder.scores("who lit it", texts)
    assert scores[1] > scores[2] > scores[0]
    assert encoder.scores("who lit it", texts) == pytest.approx(scores)
    assert encoder.scores("who lit it", []) == []
    assert encoder.name == "tiny"
    assert not sys.modules.keys() & {"torch", "transformers", "sentence_transformers"}


def test_texts_of_any_length_and_script(encoder: CrossEncoder) -> None:
    assert len(encoder.scores("灯", ["", "lamp " * 5000, "灯塔\x00\ud7ff", "😀"])) == 4


def test_it_reranks_a_search(encoder: CrossEncoder, library: Library, embedder: OpenVinoEmbedder) -> None:
    retrieval = Retriever(library, embedder, reranker=encoder).retrieve_with_evidence("the lamp on the pier", 20)
    assert retrieval.notice is None
    assert any(PART in dict(passage.parts) for passage in retrieval.passages)


def test_a_model_with_several_scores_is_a_sentence(tmp_path: Path) -> None:
    encoder = CrossEncoder(tiny_cross_encoder.make(tmp_path / "three", 3), "cpu", load_seconds=LOAD_SECONDS)
    try:
        for _ in range(2):
            with pytest.raises(ModelFailed, match="three cannot be used: it gives 3 scores"):
                encoder.scores("lamp", ["lamp"])
    finally:
        encoder.close()


# ── what is taken for one ────────────────────────────────────────────────────────────────────────────────────────


def test_folders_that_hold_no_cross_encoder_are_told_at_once(folder: Path, tmp_path: Path) -> None:
    assert checked_folder(folder) == folder
    before = set(multiprocessing.active_children())
    with pytest.raises(ModelMissing, match=r"no usable config\.json"):
        CrossEncoder(tmp_path)
    with pytest.raises(ModelMissing, match="another kind of model"):
        CrossEncoder(builtin_model_folder())
    (tmp_path / "config.json").write_text((folder / "config.json").read_text("utf-8"), "utf-8")
    with pytest.raises(ModelMissing, match="no weights in safetensors"):
        CrossEncoder(tmp_path)
    for config in ("[]", "{}", '{"architectures": null}', "{"):
        (tmp_path / "config.json").write_text(config, "utf-8")
        with pytest.raises(ModelMissing, match="not the folder of a cross-encoder"):
            checked_folder(tmp_path)
    assert set(multiprocessing.active_children()) == before


# ── processes that misbehave ─────────────────────────────────────────────────────────────────────────────────────

Serve = Callable[[Connection, str, str | None], None]


def never_ready(connection: Connection, folder: str, device: str | None) -> None:
    """Load for ever."""
    connection.recv()


def broken(connection: Connection, folder: str, device: str | None) -> None:
    """Say that the model cannot be loaded."""
    connection.send(("failed", "these are no weights"))


def dies(connection: Connection, folder: str, device: str | None) -> None:
    """Load, and end without an answer."""
    connection.send(("ready", 0.01))
    connection.recv()


def answers(connection: Connection, folder: str, device: str | None, *, late: bool = False) -> None:
    """Answer each request with its number of texts; `late`, the first one only after a further message."""
    connection.send(("ready", 0.1))
    while True:
        try:
            _, texts = connection.recv()
            if late:
                connection.recv()
        except EOFError:
            return
        late = False
        connection.send("this text is too odd" if "odd" in texts else [float(len(texts))] * len(texts))


def answers_late(connection: Connection, folder: str, device: str | None) -> None:
    """Let the first request wait."""
    answers(connection, folder, device, late=True)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., CrossEncoder]]:
    """Return a function that starts a cross-encoder whose process does as it is told."""
    made: list[CrossEncoder] = []

    def start(serve: Serve, **times: float) -> CrossEncoder:
        monkeypatch.setattr(cross_encoder, "serve", serve)
        made.append(CrossEncoder(tiny_cross_encoder.make(tmp_path / "model"), **times))
        return made[-1]

    yield start
    for encoder in made:
        encoder.close()
        assert not encoder._process.is_alive()


def test_while_it_is_loaded_searches_go_on_at_once(started: Callable[..., CrossEncoder]) -> None:
    encoder = started(never_ready)
    before = time.monotonic()
    with pytest.raises(ModelFailed, match="still being loaded"):
        encoder.scores("lamp", ["lamp"])
    assert time.monotonic() - before < 1.0


def test_a_model_that_cannot_be_loaded_is_a_sentence_each_time(started: Callable[..., CrossEncoder]) -> None:
    encoder = started(broken, load_seconds=LOAD_SECONDS)
    for _ in range(2):
        with pytest.raises(ModelFailed, match="cannot be used: these are no weights"):
            encoder.scores("lamp", ["lamp"])


def test_a_process_that_ends_is_a_sentence_each_time(started: Callable[..., CrossEncoder]) -> None:
    encoder = started(dies, load_seconds=LOAD_SECONDS, limit_seconds=PATIENT)
    for _ in range(2):
        with pytest.raises(ModelFailed, match="ended unexpectedly"):
            encoder.scores("lamp", ["lamp"])


def test_one_that_is_killed_is_a_sentence_and_leaves_no_process(started: Callable[..., CrossEncoder]) -> None:
    encoder = started(never_ready, load_seconds=LOAD_SECONDS)
    pid = encoder._process.pid or 0
    psutil.Process(pid).kill()
    with pytest.raises(ModelFailed, match="ended unexpectedly"):
        encoder.scores("lamp", ["lamp"])
    encoder.close()
    assert not psutil.pid_exists(pid)


def test_who_is_late_is_not_waited_for_and_gets_less_the_next_time(
    started: Callable[..., CrossEncoder],
) -> None:
    encoder = started(answers_late, load_seconds=LOAD_SECONDS, limit_seconds=0.2)
    texts = [f"text {n}" for n in range(100)]
    with pytest.raises(ModelFailed, match="took too long"):
        encoder.scores("lamp", texts)
    with pytest.raises(ModelFailed, match="took too long"):  # it is still at the first
        encoder.scores("lamp", texts)
    encoder._connection.send("now")
    assert encoder._connection.poll(LOAD_SECONDS)
    encoder._limit = PATIENT
    assert encoder.scores("lamp", texts) == [5.0] * 5  # half of ten, and not what was asked before


def test_a_text_that_it_cannot_read_costs_one_search(started: Callable[..., CrossEncoder]) -> None:
    encoder = started(answers, load_seconds=LOAD_SECONDS, limit_seconds=PATIENT)
    encoder.scores("lamp", ["first"])
    with pytest.raises(ModelFailed, match="failed: this text is too odd"):
        encoder.scores("lamp", ["odd"])
    assert encoder.scores("lamp", ["even"]) == [1.0]


@pytest.mark.parametrize(("seconds_each", "count"), [(1e-4, MOST), (0.1, 10), (0.04, 25), (5.0, FEWEST)])
def test_it_gets_as_many_texts_as_it_reads_in_its_time(
    started: Callable[..., CrossEncoder], seconds_each: float, count: int
) -> None:
    encoder = started(answers, load_seconds=LOAD_SECONDS, limit_seconds=PATIENT)
    encoder.scores("lamp", ["first"])
    encoder._seconds_each = seconds_each
    assert len(encoder.scores("lamp", [json.dumps(n) for n in range(100)])) == count


def test_one_that_was_slow_soon_gets_more_again(started: Callable[..., CrossEncoder]) -> None:
    encoder = started(answers_late, load_seconds=LOAD_SECONDS, limit_seconds=0.05)
    texts = ["text"] * 100
    encoder._loaded()
    encoder._seconds_each = 0.9 / FEWEST
    with pytest.raises(ModelFailed, match="took too long"):
        encoder.scores("lamp", texts)
    encoder._connection.send("now")
    assert encoder._connection.poll(LOAD_SECONDS)
    encoder._limit = PATIENT
    counts = [len(encoder.scores("lamp", texts)) for _ in range(6)]
    assert counts[0] == FEWEST
    assert counts[-1] > 2 * FEWEST


def test_a_search_waits_its_turn_only_so_long(started: Callable[..., CrossEncoder]) -> None:
    encoder = started(never_ready, limit_seconds=0.05)
    with encoder._lock, pytest.raises(ModelFailed, match="took too long"):
        encoder.scores("lamp", ["lamp"])
