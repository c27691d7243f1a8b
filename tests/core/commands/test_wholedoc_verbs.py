"""`summarize`, `outline`, `ask-each` and `compare` as people and scripts see them."""

from __future__ import annotations

import asyncio
import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny_cross_encoder
import two_versions
from filled_library import Filled

from core import composition
from core.answering.summary import Summariser
from core.cli import main
from core.embedding.openvino_embedder import OpenVinoEmbedder

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], filled: Filled, embedder: OpenVinoEmbedder, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Return a function that runs a verb on the filled library and gives exit code, stdout and stderr."""
    monkeypatch.setattr(composition, "open_embedder", lambda library: embedder)
    monkeypatch.setattr(embedder, "close", lambda: None)

    def run_it(*arguments: object, library: Path | None = None) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["--library", str(library or filled.folder), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_it


@pytest.fixture(scope="module")
def leases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scratch = tmp_path_factory.mktemp("leases")
    return two_versions.fill(scratch / "library", scratch / "files")


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_summarize_for_scripts(run: Run) -> None:
    code, out, err = run("summarize", "long.pdf", "--model", "builtin", "--json")
    (summary,) = lines(out)
    assert (code, err) == (0, "")
    assert summary["title"] == "The sixty piers"
    assert summary["sections_done"] == summary["sections_total"] == len(summary["sections"])
    assert (summary["stopped"], summary["error"], summary["model"]) == (False, None, "builtin")
    for section in summary["sections"]:
        for sentence in section["sentences"]:
            assert sentence["verdict"] == "supported"
            for citation in sentence["citations"]:
                assert summary["passages"][citation["number"] - 1]["page_index"] == citation["page_index"]


def test_summarize_for_people(run: Run) -> None:
    code, out, err = run("summarize", "outline.pdf", "--model", "builtin")
    assert (code, err) == (0, "")
    assert out.startswith("Headings and bookmarks\n")
    assert "[1] p. 1" in out


def test_a_summary_of_nothing_says_so(run: Run) -> None:
    code, _, err = run("summarize", "encrypted_user.pdf", "--model", "builtin")
    assert code == 0
    assert "no text in it" in err


def test_ctrl_c_prints_what_is_done(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Summariser.summarise

    async def interrupted(self: Summariser, *arguments: Any) -> Any:
        async for summary in whole(self, *arguments):
            yield summary
            if summary.progress.done == 2:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()  # as asyncio does at Ctrl+C

    monkeypatch.setattr(Summariser, "summarise", interrupted)
    code, out, err = run("summarize", "long.pdf", "--model", "builtin", "--json")
    (summary,) = lines(out)
    assert code == 130
    assert (summary["stopped"], summary["sections_done"]) == (True, 2)
    assert "stopped" in err


def test_outline(run: Run) -> None:
    code, out, _ = run("outline", "outline.pdf", "--json")
    (outline,) = lines(out)
    assert code == 0
    assert outline["source"] == "bookmarks"
    assert [node["title"] for node in outline["outline"]] == ["1 The sea", "2 The land"]
    assert outline["outline"][1]["page_index"] == 1
    code, out, _ = run("outline", "outline.pdf")
    assert "  1.1 Lights  p. 1\n" in out
    _, out, err = run("outline", "encrypted_user.pdf")
    assert out == ""
    assert "no headings" in err


def test_ask_each_prints_a_line_for_each_document(run: Run, leases: Path) -> None:
    code, out, err = run(
        "ask-each", "What is the yearly rent of the lamp room?", "--model", "builtin", "--json", library=leases
    )
    rows = lines(out)
    assert (code, err) == (0, "")
    assert [row["title"] for row in rows] == ["Lease of new", "Lease of old"]
    for row in rows:
        assert row["verdict"] == "supported"
        assert all(citation["document"] == row["document"] for citation in row["citations"])
        assert row["details"]["question"] == "What is the yearly rent of the lamp room?"


def test_ask_each_writes_a_table_and_keeps_to_its_scope(run: Run, leases: Path, tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    code, out, _ = run(
        "ask-each", "What is the yearly rent?", "--document", "old.pdf", "--csv", table, "--model", "builtin",
        library=leases,
    )  # fmt: skip
    assert code == 0
    assert "1,200 crowns" in " ".join(out.split())
    with table.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header[:3] == ["title", "file", "page"]
    assert row[:3] == ["Lease of old", "old.pdf", "1"]


def test_ask_each_where_there_is_nothing_to_ask_or_nowhere_to_write(run: Run, leases: Path, tmp_path: Path) -> None:
    code, _, err = run("ask-each", " ", library=leases)
    assert (code, "Give a question" in err) == (2, True)
    code, _, err = run(
        "ask-each", "The rent?", "--csv", tmp_path / "no" / "t.csv", "--model", "builtin", library=leases
    )
    assert (code, "cannot be written" in err) == (2, True)
    code, _, err = run("ask-each", "The rent?", "--since", "2999", "--model", "builtin", library=leases)
    assert (code, "no documents to ask" in err) == (0, True)


def test_compare(run: Run, leases: Path) -> None:
    code, out, _ = run("compare", "old.pdf", "new.pdf", "--model", "builtin", "--json", library=leases)
    (comparison,) = lines(out)
    assert code == 0
    kinds = [pair["kind"] for topic in comparison["topics"] for pair in topic["pairs"]]
    assert kinds.count("changed") == 3
    assert comparison["topics_done"] == comparison["topics_total"]
    code, out, _ = run("compare", "old.pdf", "new.pdf", "--model", "builtin", library=leases)
    assert "Differs (1,200 | 1,450)" in out
    assert "1 sentence stands in both" in out


def test_a_document_is_not_compared_with_itself(run: Run, leases: Path) -> None:
    code, _, err = run("compare", "old.pdf", "Lease of old", "--model", "builtin", library=leases)
    assert (code, "one and the same" in err) == (2, True)


def test_a_reranker_that_has_gone_is_told_once(run: Run, leases: Path, tmp_path: Path) -> None:
    library = shutil.copytree(leases, tmp_path / "copy")
    folder = tiny_cross_encoder.make(tmp_path / "tiny")
    assert run("settings", "reranker", folder, library=library)[0] == 0
    folder.rename(tmp_path / "elsewhere")
    code, out, err = run("ask-each", "What is the yearly rent?", "--model", "builtin", "--json", library=library)
    assert (code, len(lines(out))) == (0, 2)
    assert err.count("went without the reranker") == 1
    assert run("summarize", "old.pdf", "--model", "builtin", library=library)[2] == ""  # it searches for nothing
