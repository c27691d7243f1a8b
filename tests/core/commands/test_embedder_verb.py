"""`settings embedder`: real workers, Ollama's stand-in over a real socket, and a kill in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from model_folders import builtin_with_prompts, write_folder
from ollama_server import OllamaServer, embedding_model, embedding_of
from stand_ins import chunks_of, page_of
from waiting import wait_until

from core import composition
from core.cli import main
from core.control.control import LocalControl
from core.control.server import ControlServer
from core.embedding.choice import BUILTIN_CHOICE, choice_of
from core.index.library import Library
from core.types import JobState, Survey

SECONDS = 120.0
PAGES = 300
DIMENSION = 24
QUESTION = "Lamp number 41 stands in street 6."
FIRST, SECOND = "ollama/nomic-embed-text", "ollama/second-embed"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    models = [
        embedding_model(),
        embedding_model("second-embed:latest"),
        embedding_model("tiny-embed:latest", context=3),
    ]
    with OllamaServer(models) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.address)
        yield running


@pytest.fixture
def library(server: OllamaServer, tmp_path: Path) -> Path:
    """Return the folder of a library of many short pages, embedded with Ollama's first model."""
    choice = choice_of(FIRST)
    with closing(Library(tmp_path / "library", choice.model_id, choice.dimension)) as made:
        made.describe_embedder(choice.record)
        pages = [page_of(n, f"Lamp number {n} stands in street {n % 7}.") for n in range(PAGES)]
        vectors = np.array([embedding_of(f"search_document: {page.text}", DIMENSION) for page in pages])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        made.add_file("a" * 64, Path("/papers/lamps.pdf"), "Lamps")
        made.set_survey("a" * 64, Survey("Lamps", PAGES))
        made.commit_pages("a" * 64, pages, chunks_of(pages), vectors.astype(np.float32))
        made.set_state("a" * 64, JobState.READY)
    server.requests.clear()
    return tmp_path / "library"


def run(capsys: pytest.CaptureFixture[str], library: Path, *arguments: str) -> tuple[int, list[Any], str]:
    """Return exit code, JSON lines and what was said to people."""
    code = main(["--library", str(library), *arguments])
    said = capsys.readouterr()
    return code, [json.loads(line) for line in said.out.splitlines()], said.err


def standing(library: Path) -> tuple[str, int | None]:
    """Return which embedder is in force, and how many passages another one has embedded."""
    with closing(composition.open_library(library, writable=False)) as opened:
        record, shadow = opened.embedder(), opened.shadow.state()
    assert record is not None
    return record.value, shadow.done if shadow else None


def test_a_new_library_can_be_embedded_by_ollama(
    server: OllamaServer,
    tmp_path: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "new"
    monkeypatch.setenv("PAPERLAMP_EMBEDDER", FIRST)
    code, _, _ = run(capsys, folder, "add", "--json", str(data / "text_two_pages.pdf"))
    assert code == 0
    embedded = [text for text in server.embedded() if text != "dimension"]
    assert embedded
    assert all(text.startswith("search_document: ") for text in embedded)
    monkeypatch.delenv("PAPERLAMP_EMBEDDER")  # the library knows it by now
    code, (answer,), _ = run(capsys, folder, "search", "--json", "--mode", "dense", "herring in spring")
    assert (code, server.embedded()[-1]) == (0, "search_query: herring in spring")
    assert answer["results"]
    main(["--library", str(folder), "documents"])
    assert "Embedded with nomic-embed-text · Ollama." in capsys.readouterr().err


def test_a_library_is_embedded_anew_and_answers_with_the_new_model(
    server: OllamaServer, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, events, _ = run(capsys, library, "settings", "embedder", SECOND, "--json")
    assert code == 0
    assert {event["event"] for event in events} == {"embedder"}
    assert (events[0]["state"], events[0]["passages_done"], events[0]["passages_total"]) == ("embedding", 0, PAGES)
    done = [event["passages_done"] for event in events]
    assert done == sorted(done)
    assert events[-1] == {
        "event": "embedder",
        "embedder": SECOND,
        "state": "in force",
        "passages_done": PAGES,
        "passages_total": PAGES,
        "passages_per_second": None,
        "eta_seconds": None,
        "cut": 0,
        "reason": None,
    }
    assert len(server.embedded()) == PAGES + 1  # and the word that tells the dimension
    code, (answer,), _ = run(capsys, library, "search", "--json", "--mode", "dense", QUESTION)
    assert answer["results"][0]["page_index"] == 41
    assert server.embedded()[-1] == QUESTION
    _, (shown,), _ = run(capsys, library, "settings", "embedder", "--json")
    assert shown == {
        "setting": "embedder",
        "value": SECOND,
        "choices": ["builtin", SECOND, FIRST, "ollama/tiny-embed"],
        "embedding_with": None,
    }
    code, events, _ = run(capsys, library, "settings", "embedder", SECOND, "--json")  # again changes nothing
    assert (code, [event["state"] for event in events]) == (0, ["in force"])


class Embedding:
    """`paperlamp settings embedder` in a process of its own."""

    def __init__(self, library: Path, value: str) -> None:
        program = "import sys; from core.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", program, "--library", str(library), "settings", "embedder", value]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ)

    def kill(self) -> None:
        """End it and its workers with signal 9."""
        victims = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        for victim in victims:
            if victim.is_running():
                victim.kill()
        self._process.wait(SECONDS)
        psutil.wait_procs(victims, SECONDS)


def test_after_a_kill_in_the_middle_the_old_model_answers_and_nothing_is_embedded_twice(
    server: OllamaServer, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.gate.clear()
    server.let_through = 130
    embedding = Embedding(library, SECOND)
    try:
        wait_until(lambda: standing(library)[1] == 100 and len(server.embedded()) > server.let_through)
    finally:
        embedding.kill()
    before = server.embedded()[1:101]
    server.gate.set()
    assert standing(library) == (FIRST, 100)
    code, (answer,), _ = run(capsys, library, "search", "--json", QUESTION)
    assert (code, answer["results"][0]["page_index"]) == (0, 41)
    main(["--library", str(library), "documents"])
    assert "second-embed · Ollama has embedded 100 of 300 passages." in capsys.readouterr().err
    server.requests.clear()
    code, events, _ = run(capsys, library, "settings", "embedder", SECOND, "--json")
    assert (code, events[0]["passages_done"], events[-1]["state"]) == (0, 100, "in force")
    after = [text for text in server.embedded() if text != "dimension"]
    assert len(after) == PAGES - 100
    assert not set(before) & set(after)
    assert standing(library) == (SECOND, None)
    code, (answer,), _ = run(capsys, library, "search", "--json", "--mode", "dense", QUESTION)
    assert answer["results"][0]["page_index"] == 41


def test_while_everything_is_paused_it_waits_and_the_model_in_force_chosen_again_gives_it_up(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, library, "pause")[0] == 0
    code, _, error = run(capsys, library, "settings", "embedder", SECOND)
    assert (code, error) == (3, "Everything is paused. `paperlamp resume` goes on.\n")
    assert standing(library) == (FIRST, 0)
    _, (shown,), _ = run(capsys, library, "settings", "embedder", "--json")
    assert shown["embedding_with"] == {
        "embedder": SECOND,
        "passages_done": 0,
        "passages_total": PAGES,
        "cut": 0,
        "reason": None,
    }
    main(["--library", str(library), "settings"])
    assert f"{SECOND}: 0 of {PAGES} passages are embedded with it" in capsys.readouterr().out
    code, _, error = run(capsys, library, "settings", "embedder", FIRST)
    assert (code, error) == (0, f"{PAGES} passages are embedded with {FIRST}, which is in force now.\n")
    assert standing(library) == (FIRST, None)


def test_the_paperlamp_that_owns_the_library_does_it_for_another(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(composition.open_library(library)) as owned, closing(composition.open_embedder(owned)) as embedder:
        ingestor = composition.start_ingestor(owned)
        try:
            with closing(ControlServer(library, LocalControl(owned, ingestor))):
                code, events, _ = run(capsys, library, "settings", "embedder", SECOND, "--json")
                assert (code, events[-1]["state"]) == (0, "in force")
                assert embedder.model_id == owned.model_id == choice_of(SECOND).model_id
                code, _, error = run(capsys, library, "settings", "embedder", "ollama/absent")
                assert (code, "ollama pull absent" in error) == (1, True)
        finally:
            ingestor.close()


def test_a_window_that_is_too_small_is_refused_and_nothing_changes(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, error = run(capsys, library, "settings", "embedder", "ollama/tiny-embed")
    assert code == 3
    assert "larger window" in error
    assert standing(library) == (FIRST, None)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("ollama/absent", "ollama pull absent"),
        ("/no/such/folder", "no sentence-transformers model in /no/such/folder"),
    ],
)
def test_a_model_that_is_not_there_is_refused_at_once(
    library: Path, capsys: pytest.CaptureFixture[str], value: str, sentence: str
) -> None:
    code, _, error = run(capsys, library, "settings", "embedder", value)
    assert (code, sentence in error) == (1, True)
    assert standing(library) == (FIRST, None)


def test_while_ollama_is_away_words_are_found_and_the_rest_says_what_to_do(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")
    code, (answer,), _ = run(capsys, library, "search", "--json", "--mode", "keyword", "lamp 41")
    assert (code, answer["results"][0]["page_index"]) == (0, 41)
    code, (answer,), error = run(capsys, library, "search", "--json", "lamp 41")
    assert (code, answer["results"][0]["page_index"]) == (0, 41)
    assert "is not running. Start it" in error
    assert "searched by words alone" in error
    code, _, error = run(capsys, library, "search", "--mode", "dense", "lamp 41")
    assert code == 1
    assert "is not running. Start it" in error


def test_a_file_that_comes_while_ollama_is_away_says_so_and_is_read_again_later(
    server: OllamaServer,
    library: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("OLLAMA_HOST", "127.0.0.1:1")
        code, events, _ = run(capsys, library, "add", "--json", str(data / "text_two_pages.pdf"))
    failed = [event for event in events if event.get("state") == "failed"]
    assert (code, "is not running. Start it" in failed[-1]["reason"]) == (3, True)
    code, events, _ = run(capsys, library, "retry", "--json", failed[-1]["document"])
    assert (code, events[-1]["ready"]) == (0, 1)
    assert any("search_document: " in text for text in server.embedded())


def test_a_library_is_embedded_anew_from_a_sentence_transformers_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = builtin_with_prompts(tmp_path / "prompted", "ask: ", "read aloud: ")
    folder = tmp_path / "library"
    texts = ["The lamp on pier 17 was lit by Agnes Marrow.", "The herring stayed away.", "Bees keep warm in winter."]
    with closing(composition.open_library(folder)) as made:
        pages = [page_of(n, text) for n, text in enumerate(texts)]
        made.add_file("a" * 64, Path("/papers/a.pdf"), "A")
        made.set_survey("a" * 64, Survey("A", len(pages)))
        made.commit_pages("a" * 64, pages, chunks_of(pages), np.eye(3, BUILTIN_CHOICE.dimension, dtype=np.float32))
        made.set_state("a" * 64, JobState.READY)
    code, events, _ = run(capsys, folder, "settings", "embedder", str(model), "--json")
    assert (code, events[-1]["state"], events[-1]["passages_done"]) == (0, "in force", 3)
    assert standing(folder) == (str(model), None)
    for question, page in (("fish were not caught", 1), ("insects and temperature", 2)):
        code, (answer,), _ = run(capsys, folder, "search", "--json", "--mode", "dense", question)
        assert (code, answer["results"][0]["page_index"]) == (0, page)
    assert "torch" not in sys.modules


def test_a_folder_that_was_moved_is_said_with_a_way_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = write_folder(tmp_path / "model")
    monkeypatch.setenv("PAPERLAMP_EMBEDDER", str(model))
    composition.open_library(tmp_path / "library").close()
    monkeypatch.delenv("PAPERLAMP_EMBEDDER")
    assert standing(tmp_path / "library") == (str(model), None)
    model.rename(tmp_path / "elsewhere")
    for mode, expected in (("dense", 1), ("hybrid", 0)):
        code, _, error = run(capsys, tmp_path / "library", "search", "--mode", mode, "lamp")
        assert code == expected
        assert "settings embedder builtin" in error
    write_folder(model, weights=b"others")
    for mode, expected in (("dense", 1), ("hybrid", 0)):
        code, _, error = run(capsys, tmp_path / "library", "search", "--mode", mode, "lamp")
        assert code == expected
        assert f"settings embedder {model}" in error


def test_a_setting_that_does_not_exist_names_the_embedder_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, error = run(capsys, tmp_path / "library", "settings", "embeder", "--json")
    assert (code, "embedder" in error) == (1, True)
