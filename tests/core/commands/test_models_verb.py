"""`models`: listed, fetched and removed on the command line, against a stand-in for Ollama over a real socket."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ollama_server import Mode, OllamaServer, Served
from openai_server import OpenAiServer

from core.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with OllamaServer(library=(Served("phi4-mini", layers=(4_000_000, 1_000_000)),)) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.address)
        yield running


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_verb(*arguments: str) -> tuple[int, str, str]:
        code = main(["--library", str(tmp_path / "library"), *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run_verb


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_models_are_listed_for_people(run: Run, server: OllamaServer) -> None:
    server.loaded = ("qwen3:8b",)
    code, out, _ = run("models")
    assert code == 0
    listed = out.splitlines()
    assert listed[0].startswith("Memory: ")
    assert listed[1].startswith("ollama/qwen3:8b ")
    assert "5.0 GB · qwen3 · 3B · Q4_K_M · 40,960 tokens · " in listed[1]
    assert listed[1].endswith("in memory")
    assert listed[3].startswith("builtin ")
    assert "paperlamp models pull NAME" in out


def test_models_are_listed_for_programs(run: Run, server: OllamaServer) -> None:
    with OpenAiServer() as other:
        assert run("settings", "server-address", other.address)[0] == 0
        code, out, _ = run("models", "--json")
    assert code == 0
    rows = lines(out)
    assert rows[0]["kind"] == "machine"
    assert rows[0]["ollama"] == "running"
    models = {row["model"]: row for row in rows if row["kind"] == "model"}
    assert list(models) == ["ollama/qwen3:8b", "ollama/llama3.2:3b", "openai/qwen3-4b.gguf", "builtin"]
    qwen = models["ollama/qwen3:8b"]
    assert (qwen["size_bytes"], qwen["family"], qwen["quantization"], qwen["context_length"], qwen["host"]) == (
        5_000_000_000,
        "qwen3",
        "Q4_K_M",
        40960,
        None,
    )
    assert qwen["fit"] in ("fits", "tight", "too large")
    assert qwen["needs_bytes"] > qwen["size_bytes"]
    assert any(row["kind"] == "suggestion" and row["licence"] for row in rows)


def test_without_ollama_it_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer() as closed:
        monkeypatch.setenv("OLLAMA_HOST", closed.address)
    code, out, err = run("models")
    assert code == 0
    assert "builtin" in out
    assert "Ollama is not" in err


def test_a_model_is_fetched_with_progress(run: Run, server: OllamaServer) -> None:
    code, out, _ = run("models", "pull", "ollama/phi4-mini", "--json")
    assert code == 0
    rows = lines(out)
    assert [rows[0]["state"], rows[-1]["state"]] == ["starting", "done"]
    assert rows[-1]["bytes_done"] == rows[-1]["bytes_total"] == 5_000_000
    assert any(row["model"] == "ollama/phi4-mini" for row in lines(run("models", "--json")[1]) if "model" in row)
    code, out, err = run("models", "pull", "phi4-mini")
    assert (code, out) == (0, "")
    assert "phi4-mini is there" in err


def test_what_is_interrupted_goes_on_with_the_same_command(run: Run, server: OllamaServer) -> None:
    server.arrived["sha256:phi4-mini-0"] = 3_000_000
    rows = lines(run("models", "pull", "phi4-mini", "--json")[1])
    assert next(row["bytes_done"] for row in rows if row["bytes_total"]) == 3_000_000


def test_a_full_disk_is_a_sentence(run: Run, server: OllamaServer) -> None:
    server.mode = Mode.DISK_FULL
    code, _, err = run("models", "pull", "phi4-mini")
    assert code == 1
    assert "The disk is full" in err


def test_a_model_is_removed(run: Run, server: OllamaServer) -> None:
    code, out, err = run("models", "remove", "llama3.2:3b")
    assert (code, out) == (0, "")
    assert "llama3.2:3b is removed" in err
    code, _, err = run("models", "remove", "llama3.2:3b")
    assert code == 1
    assert "does not have llama3.2:3b" in err


@pytest.mark.parametrize("arguments", [("pull",), ("remove",), ("list", "x")])
def test_what_cannot_be_meant_is_said(run: Run, server: OllamaServer, arguments: tuple[str, ...]) -> None:
    code, _, err = run("models", *arguments)
    assert code == 2
    assert "paperlamp models pull" in err or "Name a model" in err


# ── another computer ─────────────────────────────────────────────────────────────────────────────────────────────


def test_another_computer_is_refused_until_its_name_is_consented_to(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "192.0.2.1")
    _, _, err = run("models")
    assert "paperlamp settings remote-host 192.0.2.1:11434" in err
    code, _, err = run("models", "pull", "phi4-mini")
    assert code == 1
    assert "would leave" in err


def test_consent_says_what_it_means_and_can_be_withdrawn(run: Run, server: OllamaServer) -> None:
    code, out, err = run("settings", "remote-host", "192.0.2.1")
    assert code == 0
    assert "may leave this computer now and go to 192.0.2.1:11434" in err
    assert "settings remote-host none" in err
    assert "192.0.2.1:11434" in out
    code, _, err = run("settings", "remote-host", "none")
    assert (code, err) == (0, "")
    code, _, err = run("settings", "remote-host", "127.0.0.1")
    assert code == 1
    assert "not the name of another computer" in err


def test_addresses_are_checked_and_kept_in_full(run: Run, server: OllamaServer) -> None:
    assert json.loads(run("settings", "ollama-address", "localhost", "--json")[1])["value"] == "http://localhost:11434"
    code, _, err = run("settings", "ollama-address", "127.0.0.1:port")
    assert code == 1
    assert "is no address" in err
    assert run("settings", "keep-alive", "30m")[0] == 0
    assert run("settings", "keep-alive", "soon")[0] == 1


# ── pausing ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_pauses_and_the_same_command_resumes(run: Run, server: OllamaServer, tmp_path: Path) -> None:
    server.steps_before_hold = 2
    # A shell in the background has its children ignore Ctrl+C; in a terminal they hear it.
    program = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    program += "from desktop.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "--library", str(tmp_path / "library"), "models", "pull", "phi4-mini"]
    process = subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert any(json.loads(line)["bytes_done"] == 2_000_000 for line in iter(process.stdout.readline, ""))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert "the same command goes on from there" in said
    assert process.returncode == 130
    assert server.client_left.wait(30)
    server.steps_before_hold = None
    rows = lines(run("models", "pull", "phi4-mini", "--json")[1])
    assert next(row["bytes_done"] for row in rows if row["bytes_total"]) == 2_000_000
    assert rows[-1]["state"] == "done"
