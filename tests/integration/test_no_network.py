"""The main job, from a file to an answer, with every way out of this machine walled up, in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ollama_server import OllamaServer

ROOT = Path(__file__).parents[2]
WALL = Path(__file__).parent / "walled"

Run = Callable[..., list[Any]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    with OllamaServer() as closed:
        nobody = closed.address
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(WALL), str(ROOT)]),
        "WALL_LOG": str(tmp_path / "attempts.txt"),
        "OLLAMA_HOST": nobody,
        "QT_QPA_PLATFORM": "offscreen",
    }


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    """Return a function that runs the command line behind the wall and gives its JSON lines."""

    def run_it(*arguments: object) -> list[Any]:
        command = [sys.executable, "-m", "desktop", "--library", tmp_path / "library", *arguments]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, env=environment, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run_it


def attempts(tmp_path: Path) -> str:
    log = tmp_path / "attempts.txt"
    return log.read_text("utf-8") if log.exists() else ""


def test_the_wall_stands(tmp_path: Path, environment: dict[str, str]) -> None:
    script = "import urllib.request; urllib.request.urlopen('http://192.0.2.1/', timeout=5)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert done.returncode != 0
    assert "the wall" in done.stderr
    assert "192.0.2.1" in attempts(tmp_path)


def test_the_main_job_needs_no_network_and_does_not_try(run: Run, tmp_path: Path, sample: Path) -> None:
    summary = run("add", sample, "--json")[-1]
    assert (summary["ready"], summary["failed"]) == (1, 0)
    (found,) = run("search", "Who lit the first lamp of the Long Pier?", "-k", "3", "--json")
    assert "Agnes Marrow" in " ".join(result["text"] for result in found["results"])
    (answer,) = run("ask", "Who lit the first lamp of the Long Pier?", "--json")
    assert (answer["model"], answer["refused"], answer["error"]) == ("builtin", False, None)
    assert "Agnes Marrow" in answer["answer"]
    assert attempts(tmp_path) == ""


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_what_the_main_job_writes_is_the_persons_alone(run: Run, tmp_path: Path, sample: Path) -> None:
    run("add", sample, "--json")
    run("search", "lamp", "--json")
    for path in (tmp_path / "library").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_nothing_on_disk_is_a_pickle(run: Run, tmp_path: Path, sample: Path) -> None:
    import sqlite3
    from contextlib import closing

    run("add", sample, "--json")
    (database,) = (tmp_path / "library" / "cache").rglob("cache.db")
    with closing(sqlite3.connect(database)) as db:
        raw, modes = db.execute("SELECT MIN(raw), GROUP_CONCAT(DISTINCT mode) FROM Cache").fetchone()
    assert (raw, modes) == (1, "1")  # diskcache's own marks: the key as it is, the value raw bytes
