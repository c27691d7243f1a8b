"""Two command lines on one library: the second asks the first, whatever becomes of that one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks.made_pdfs import write_pdf
from core.cli import main
from core.control import protocol
from core.ingest.job import BATCH_PAGES

SECONDS = 120.0


class Owner:
    """`paperlamp add` in a process of its own, from its first pages on."""

    def __init__(self, library: Path, *paths: Path) -> None:
        program = "import sys; from core.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", program, "--library", str(library), "add", "--json", *map(str, paths)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.lines: list[Any] = []
        self._read_until(lambda line: line.get("pages_done", 0) >= BATCH_PAGES)

    def end(self) -> int:
        """Return the exit code."""
        self._read_until(lambda line: False)
        return self._process.wait(SECONDS)

    def kill(self) -> None:
        """End it and its workers with signal 9."""
        victims = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        for victim in victims:
            if victim.is_running():
                victim.kill()
        self._process.wait(SECONDS)
        psutil.wait_procs(victims, SECONDS)

    def close(self) -> None:
        if self._process.poll() is None:
            self.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read_until(self, wanted: Any) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(json.loads(line))
            if wanted(self.lines[-1]):
                return


@pytest.fixture
def owner(tmp_path: Path, data: Path) -> Iterator[Owner]:
    """Return a process that has begun to add the file of sixty pages."""
    running = Owner(tmp_path / "library", data / "long.pdf")
    yield running
    running.close()


@pytest.fixture
def library(tmp_path: Path) -> list[str]:
    return ["--library", str(tmp_path / "library")]


def documents(library: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert main([*library, "documents", "--json"]) == 0
    return {Path(d["path"]).name: d for d in map(json.loads, capsys.readouterr().out.splitlines())}


def test_a_pause_from_outside_ends_the_add_and_resume_goes_on(
    owner: Owner, library: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*library, "pause"]) == 0
    assert owner.end() == 3
    assert owner.lines[-1]["event"] == "summary"
    paused = documents(library, capsys)["long.pdf"]
    assert paused["state"] == "paused"
    done = sum(paused["health"].values())
    assert BATCH_PAGES <= done < 60
    assert main([*library, "resume", "--json"]) == 0
    steps = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert min(step["pages_done"] for step in steps if step["event"] == "progress") == done
    assert documents(library, capsys)["long.pdf"]["health"]["text"] == 60


def test_a_second_add_is_done_by_the_first(
    owner: Owner, library: list[str], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*library, "add", str(data / "table.pdf"), str(data / "zero_bytes.pdf"), "--json"]) == 3
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (lines[-1]["ready"], lines[-1]["failed"]) == (1, 1)
    assert owner.end() == 0
    assert {name: document["state"] for name, document in documents(library, capsys).items()} == {
        "long.pdf": "ready", "table.pdf": "ready", "zero_bytes.pdf": "failed",
    }  # fmt: skip


def test_what_is_removed_from_outside_is_gone_and_the_add_ends(
    owner: Owner, library: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*library, "remove", "long.pdf"]) == 0
    assert owner.end() == 0
    assert documents(library, capsys) == {}


def test_an_owner_that_is_killed_leaves_a_sentence_and_the_next_one_keeps_what_is_finished(
    library: list[str], tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = tmp_path / "many.pdf"
    write_pdf(many, "Many pages", [f"The keeper of lamp {n} came from the village {n * 7}. " * 12 for n in range(400)])
    owner = Owner(tmp_path / "library", many)
    program = "import sys; from core.cli import main; sys.exit(main())"
    second = subprocess.Popen(
        [sys.executable, "-c", program, *library, "add", str(many), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with closing(owner), second:
        assert second.stdout is not None
        assert json.loads(second.stdout.readline())["event"] == "progress"  # the first one is doing it
        owner.kill()
        _, err = second.communicate(timeout=SECONDS)
    assert second.returncode == 1
    assert err.startswith("paperlamp: ")
    assert err.count("\n") == 1
    assert protocol.find(tmp_path / "library") is not None  # nobody withdrew it
    before = documents(library, capsys)["many.pdf"]["health"]["text"]
    assert 0 < before < 400
    assert main([*library, "add", str(data / "table.pdf"), "--json"]) == 0  # a new owner, on another port
    after = documents(library, capsys)
    assert (after["many.pdf"]["health"]["text"], after["table.pdf"]["state"]) == (before, "ready")
    assert protocol.find(tmp_path / "library") is None
