"""`jobs`, `pause`, `resume`, `cancel`, `first`, `last` and `documents --csv`, as scripts see them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core import composition
from core.cli import main

JOB = {
    "document", "path", "title", "state", "reason", "priority", "attempts", "pages_done", "pages_total",
}  # fmt: skip
NAMES = ("labels.pdf", "table.pdf", "two_columns.pdf")

Run = Callable[..., tuple[int, list[Any], str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Return a function that runs a verb and gives exit code, JSON lines of stdout, and stderr."""

    def run_it(*arguments: object) -> tuple[int, list[Any], str]:
        capsys.readouterr()
        code = main(["--library", str(tmp_path / "library"), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, [json.loads(line) for line in captured.out.splitlines()], captured.err

    return run_it


@pytest.fixture
def waiting(run: Run, data: Path) -> Run:
    """Return `run` for a library in which everything is paused and three documents wait."""
    assert run("pause")[0] == 0
    code, lines, _ = run("add", *(data / name for name in NAMES), "--json")
    assert code == 3  # not all are ready
    assert {line["state"] for line in lines[:-1]} == {"paused"}
    return run


def order(run: Run) -> list[str]:
    return [Path(line["path"]).name for line in run("jobs", "--json")[1]]


def test_jobs_are_listed_in_their_order(waiting: Run) -> None:
    code, lines, err = waiting("jobs", "--json")
    assert (code, err) == (0, "")
    assert all(line.keys() >= JOB for line in lines)
    assert [(Path(line["path"]).name, line["state"]) for line in lines] == [(name, "paused") for name in NAMES]


def test_first_and_last_change_the_order(waiting: Run) -> None:
    assert waiting("first", "two_columns.pdf") == (0, [], "")
    assert order(waiting) == ["two_columns.pdf", "labels.pdf", "table.pdf"]
    assert waiting("last", "two_columns.pdf", "labels.pdf") == (0, [], "")
    assert order(waiting) == ["table.pdf", "two_columns.pdf", "labels.pdf"]


def test_a_pause_is_said_to_people(waiting: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--library", str(tmp_path / "library"), "jobs"]) == 0
    out = capsys.readouterr().out
    assert out.count("paused") == len(NAMES) + 1
    assert out.endswith("Everything is paused. `paperlamp resume` goes on.\n")


def test_nothing_waiting_is_said_to_people(run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("jobs", "--json") == (0, [], "")
    assert main(["--library", str(tmp_path / "library"), "jobs"]) == 0
    assert capsys.readouterr().out == "Nothing is waiting.\n"


def test_resume_goes_on_with_everything_but_what_was_cancelled(waiting: Run) -> None:
    code, lines, err = waiting("cancel", "labels.pdf")
    assert (code, lines) == (0, [])
    assert err.startswith("Stopped.")
    code, lines, _ = waiting("resume", "--json")
    assert code == 0
    assert (lines[-1]["ready"], lines[-1]["pages"]) == (2, 2)
    assert order(waiting) == []
    states = {Path(line["path"]).name: line["state"] for line in waiting("jobs", "--all", "--json")[1]}
    assert states == {"labels.pdf": "cancelled", "table.pdf": "ready", "two_columns.pdf": "ready"}
    code, lines, _ = waiting("retry", "labels.pdf", "--json")
    assert (code, lines[-1]["ready"]) == (0, 1)


def test_one_document_may_be_paused_and_resumed_alone(run: Run, data: Path) -> None:
    assert run("add", data / "table.pdf", "--json")[0] == 0
    assert run("pause", "table.pdf")[0] == 0
    _, (document,), _ = run("documents", "--json")
    assert document["state"] == "ready"  # there is nothing left to pause
    assert run("resume", "--json")[0] == 0


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel", "first", "last", "retry"])
def test_an_unknown_document_is_a_sentence(run: Run, verb: str) -> None:
    code, lines, err = run(verb, "nothing.pdf")
    assert (code, lines) == (1, [])
    assert err == "paperlamp: “nothing.pdf” is not in the library. `paperlamp documents` lists what is.\n"


def test_verbs_are_handed_to_the_owner(waiting: Run, tmp_path: Path) -> None:
    """In one process, so that nothing but the hand-over is between them."""
    from core.control.control import LocalControl
    from core.control.server import ControlServer

    with closing(composition.open_library(tmp_path / "library")) as library:
        ingestor = composition.start_ingestor(library)
        try:
            with closing(ControlServer(tmp_path / "library", LocalControl(library, ingestor))):
                assert waiting("last", "labels.pdf")[0] == 0
                assert order(waiting) == ["table.pdf", "two_columns.pdf", "labels.pdf"]
                assert waiting("cancel", "table.pdf")[0] == 0
                code, lines, _ = waiting("resume", "--json")
                assert (code, lines[-1]["ready"]) == (0, 2)
                assert waiting("remove", "table.pdf")[0] == 0
                assert {document.title for document in library.documents()} == {"Page labels", "Two columns"}
        finally:
            ingestor.close()


def test_the_list_of_documents_is_written_for_a_spreadsheet(waiting: Run, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    code, lines, err = waiting("documents", "--csv", file)
    assert (code, lines) == (0, [])
    assert err == f"0 of 3 documents are ready. The list is in {file}.\n"
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {(Path(row["path"]).name, row["state"]) for row in rows} == {(name, "paused") for name in NAMES}
    code, _, err = waiting("documents", "--csv", tmp_path / "gone" / "list.csv")
    assert (code, "cannot be written" in err) == (2, True)
