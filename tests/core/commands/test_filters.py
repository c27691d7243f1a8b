"""`tag`, `untag`, and the filters of `search` and `ask`, as scripts see them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from filled_library import Filled
from ollama_server import OllamaServer

from core import composition
from core.cli import main
from core.control.control import LocalControl
from core.control.server import ControlServer
from core.embedding.openvino_embedder import OpenVinoEmbedder

Run = Callable[..., tuple[int, list[Any], str]]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    filled: Filled,
    embedder: OpenVinoEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Return a function that runs a verb on a copy of the filled library."""
    monkeypatch.setattr(composition, "open_embedder", lambda library: embedder)
    shutil.copytree(filled.folder, tmp_path / "library")

    def run_it(*arguments: object) -> tuple[int, list[Any], str]:
        capsys.readouterr()
        code = main(["--library", str(tmp_path / "library"), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, [json.loads(line) for line in captured.out.splitlines()], captured.err

    return run_it


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.address)
        yield server


def names_of(line: dict[str, Any], key: str = "results") -> set[str]:
    return {Path(result["path"]).name for result in line[key]}


def tags_of(run: Run) -> dict[str, list[str]]:
    listed = {Path(line["path"]).name: line["tags"] for line in run("documents", "--json")[1]}
    return {name: tags for name, tags in listed.items() if tags}


def test_tags_are_given_listed_searched_and_taken(run: Run) -> None:
    assert run("tag", "labels.pdf", "table.pdf", "Old  lamps") == (0, [], "“Old lamps” is on 2 documents.\n")
    assert run("tag", "table.pdf", "figures")[0] == 0
    assert tags_of(run) == {"labels.pdf": ["Old lamps"], "table.pdf": ["figures", "Old lamps"]}
    assert names_of(run("search", "lamp", "--tag", "old lamps", "-k", 50, "--json")[1][0]) == {
        "labels.pdf",
        "table.pdf",
    }
    assert names_of(run("search", "lamp", "--tag", "figures", "--json")[1][0]) == {"table.pdf"}
    assert run("untag", "table.pdf", "OLD LAMPS")[0] == 0
    assert tags_of(run) == {"labels.pdf": ["Old lamps"], "table.pdf": ["figures"]}


def test_tags_are_given_through_the_open_window(run: Run, tmp_path: Path) -> None:
    with closing(composition.open_library(tmp_path / "library")) as library:
        ingestor = composition.start_ingestor(library)
        try:
            with closing(ControlServer(tmp_path / "library", LocalControl(library, ingestor))):
                assert run("tag", "labels.pdf", "urgent") == (0, [], "“urgent” is on 1 document.\n")
                assert library.tags() == [("urgent", 1)]
                assert run("untag", "labels.pdf", "urgent")[0] == 0
                assert library.tags() == []
        finally:
            ingestor.close()


@pytest.mark.parametrize("mode", ["hybrid", "dense", "keyword"])
def test_pages_are_those_that_results_show(run: Run, mode: str) -> None:
    _, (found,), _ = run("search", "the lamp on pier", "--pages", "10-12,30", "-k", 50, "--mode", mode, "--json")
    assert {result["page_label"] for result in found["results"]} == {"10", "11", "12", "30"}
    assert names_of(found) == {"long.pdf"}


def test_dates_are_the_documents_own(run: Run) -> None:
    _, (old,), _ = run("search", "lamp", "--until", "2025", "-k", 50, "--json")
    _, (made,), _ = run("search", "lamp", "--since", "2026-01-01", "--until", "2026-01-01", "-k", 500, "--json")
    assert old["results"] == []
    assert "labels.pdf" in names_of(made)
    listed = {Path(line["path"]).name: line["created_at"] for line in run("documents", "--json")[1]}
    assert listed["labels.pdf"] == "2026-01-01T00:00:00"
    assert listed["zero_bytes.pdf"] is None


def test_all_filters_hold_together(run: Run) -> None:
    run("tag", "long.pdf", "labels.pdf", "piers")
    _, (found,), _ = run(
        "search", '"lamp" -Agnes', "--collection", "Test files", "--tag", "piers", "--document", "long.pdf",
        "--pages", "40-", "--since", "2020", "-k", 50, "--json",
    )  # fmt: skip
    assert names_of(found) == {"long.pdf"}
    assert all(int(result["page_label"]) >= 40 for result in found["results"])
    assert all("lamp" in result["text"] and "Agnes" not in result["text"] for result in found["results"])


def test_a_line_of_queries_has_its_own_filters(run: Run, tmp_path: Path) -> None:
    run("tag", "table.pdf", "figures")
    queries = tmp_path / "queries.jsonl"
    rows = [
        {"id": 1, "question": "lamp", "tags": ["figures"], "documents": ["table.pdf", "labels.pdf"]},
        {"id": 2, "question": "lamp", "pages": ["7", 8], "collections": ["Test files"]},
        {"id": 3, "question": "lamp", "until": "2025-12"},
        {"id": 4, "question": "lamp", "tag": "figures", "collection": "test files"},
        {"id": 5, "question": "lamp"},
    ]
    queries.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    code, lines, _ = run("search", "--queries", queries, "--document", "long.pdf", "--pages", "9", "-k", 50)
    assert code == 0
    first, second, third, fourth, fifth = lines
    assert first["results"] == []  # the table has no page 9
    assert {(result["page_label"], Path(result["path"]).name) for result in second["results"]} == {
        ("7", "long.pdf"),
        ("8", "long.pdf"),
    }
    assert (third["results"], fourth["results"]) == ([], [])
    assert {result["page_label"] for result in fifth["results"]} == {"9"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--pages", "x-2"], "“x-2” mixes Arabic and Roman page numbers. Give two ranges, with a comma between them."),
        (["--pages", "later"], "“later” is not a range of pages. Write it like 10-20, 7, 50- or iv-x."),
        (["--since", "May"], "“May” is not a date. Write it like 2024-05-17, 2024-05 or 2024."),
        (["--until", "2024-02-30"], "“2024-02-30” is not a date. Write it like 2024-05-17, 2024-05 or 2024."),
        (["--since", "2025", "--until", "2024-12"], "No day is both since 2025 and until 2024-12."),
    ],
)
@pytest.mark.parametrize("verb", ["search", "ask"])
def test_filters_that_cannot_be_meant(run: Run, verb: str, options: list[str], sentence: str) -> None:
    assert run(verb, "lamp", *options, "--json") == (2, [], f"paperlamp: {sentence}\n")


def test_what_there_is_not_is_named(run: Run) -> None:
    assert run("search", "lamp", "--tag", "moon") == (1, [], "paperlamp: There is no tag “moon”.\n")
    assert run("tag", "labels.pdf", "  ") == (2, [], "paperlamp: A tag needs a name.\n")


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"pages": "x-2"}, "mixes Arabic and Roman"),
        ({"pages": [{}]}, "“pages” has to be a text, or a list of texts."),
        ({"tags": [7]}, "“tags” has to be a text, or a list of texts."),
        ({"documents": {"a": 1}}, "“documents” has to be a text, or a list of texts."),
        ({"since": 2024}, "“since” has to be a date, like 2024-05-17."),
        ({"until": "soon"}, "“soon” is not a date."),
    ],
)
def test_a_lines_filters_that_cannot_be_meant(run: Run, tmp_path: Path, filters: dict[str, Any], sentence: str) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"question": "lamp"}\n' + json.dumps({"question": "lamp"} | filters))
    code, lines, err = run("search", "--queries", queries, "-k", 1)
    assert (code, len(lines)) == (2, 1)
    assert err.startswith(f"paperlamp: Line 2 of {queries}: ")
    assert sentence in err


def test_an_answer_tells_where_it_was_looked_for(run: Run, ollama: OllamaServer) -> None:
    _, (answer,), _ = run(
        "ask",
        "When was the lamp on pier 17 lit?",
        "--document",
        "long.pdf",
        "--pages",
        "17",
        "--pages",
        "20-",
        "--json",
    )
    assert answer["scope"]["pages"] == ["17", "20-"]
    assert answer["scope"].keys() == {"documents", "pages"}
    assert {int(passage["page_label"]) for passage in answer["passages"]} <= {17, *range(20, 99)}
    assert all(passage["parts"] for passage in answer["passages"])


@pytest.mark.parametrize(
    ("question", "ruled_out"), [('lamp "no such words"', True), (" -lamp", True), ("lamp", True), ("", False)]
)
def test_where_filters_leave_nothing_it_is_said(run: Run, question: str, ruled_out: bool) -> None:
    options = ["--until", "1999"] if question == "lamp" else []
    code, lines, err = run("search", question or "???", *options, "--mode", "keyword")
    assert (code, lines) == (0, [])
    assert err.startswith("Nothing was found.\n")
    assert ("Try fewer of them." in err) == ruled_out
