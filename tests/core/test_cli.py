"""The command line as scripts see it: keys, exit codes, and nothing but results on stdout."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import tiny_cross_encoder
from filled_library import Filled
from ollama_server import Mode, OllamaServer

from core import __version__, composition
from core.cli import main
from core.control import client
from core.embedding import cross_encoder
from core.embedding.openvino_embedder import OpenVinoEmbedder

PROGRESS = {
    "event", "document", "path", "state", "pages_done", "pages_total", "pages_per_second", "eta_seconds",
}  # fmt: skip
SUMMARY = {"event", "ready", "failed", "needs_password", "pages", "chunks", "seconds"}
DOCUMENT = {
    "document", "path", "paths", "title", "state", "reason", "pages", "health", "chunks", "collections", "added_at",
    "kind", "attachments", "missing", "ocr_confidence", "tags", "created_at",
}  # fmt: skip
RESULT = {
    "rank", "score", "document", "path", "title", "page_index", "page_label", "char_start", "char_end", "heading",
    "text",
}  # fmt: skip
SENTENCE = {"text", "citations", "verdict", "reason", "places"}
PLACE = {"citation", "document", "page_index", "char_start", "char_end"}
ANSWER = {
    "id", "question", "standalone_question", "answer", "refused", "sentences", "passages", "model", "context",
    "timings",
}  # fmt: skip

Run = Callable[..., tuple[int, list[Any], str]]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, embedder: OpenVinoEmbedder, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Return a function that runs a verb and gives exit code, JSON lines of stdout, and stderr."""
    monkeypatch.setattr(composition, "open_embedder", lambda library: embedder)  # the same, loaded once for all tests

    def run_it(*arguments: object, library: Path | None = None) -> tuple[int, list[Any], str]:
        capsys.readouterr()
        code = main(["--library", str(library or tmp_path / "library"), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, [json.loads(line) for line in captured.out.splitlines()], captured.err

    return run_it


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.address)
        yield server


@pytest.fixture
def no_ollama(monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer() as closed:
        monkeypatch.setenv("OLLAMA_HOST", closed.address)


# ── add ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_add_tells_every_step_and_sums_up(run: Run, data: Path) -> None:
    code, lines, err = run("add", data / "labels.pdf", "--json", "--collection", "Sea")
    assert code == 0
    assert err == ""
    *steps, summary = lines
    assert all(step.keys() >= PROGRESS and step["event"] == "progress" for step in steps)
    assert (steps[0]["state"], steps[-1]["state"]) == ("queued", "ready")
    assert {step["path"] for step in steps} == {str(data / "labels.pdf")}
    assert summary.keys() == SUMMARY
    counts = {key: summary[key] for key in ("event", "ready", "failed", "needs_password", "pages")}
    assert counts == {"event": "summary", "ready": 1, "failed": 0, "needs_password": 0, "pages": 6}
    assert summary["chunks"] >= 6


def test_adding_again_changes_nothing_and_counts_the_same(run: Run, data: Path) -> None:
    _, first, _ = run("add", data / "table.pdf", "--json")
    code, again, _ = run("add", data / "table.pdf", "--json")
    assert code == 0
    assert [line["event"] for line in again] == ["progress", "summary"]
    assert {**again[-1], "seconds": 0} == {**first[-1], "seconds": 0}


def test_what_is_not_ready_makes_exit_code_three_and_has_a_reason(run: Run, data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("table.pdf", "zero_bytes.pdf", "encrypted_user.pdf"):
        shutil.copy(data / name, folder)
    (folder / "notes.xyz").write_text("x")
    code, lines, _ = run("add", folder, tmp_path / "gone.pdf", "--json")
    assert code == 3
    summary = lines[-1]
    assert (summary["ready"], summary["failed"], summary["needs_password"]) == (1, 2, 1)
    reasons = {Path(line["path"]).name: line["reason"] for line in lines[:-1] if line.get("reason")}
    assert reasons.keys() == {"zero_bytes.pdf", "encrypted_user.pdf", "gone.pdf", "notes.xyz"}
    skipped = {Path(line["path"]).name for line in lines if line["event"] == "skipped"}
    assert skipped == {"gone.pdf", "notes.xyz"}


def test_a_folder_with_other_files_beside_is_no_failure(run: Run, data: Path, tmp_path: Path) -> None:
    shutil.copy(data / "table.pdf", tmp_path)
    (tmp_path / "notes.xyz").write_text("x")
    code, lines, _ = run("add", tmp_path, "--json", library=tmp_path / ".library")
    assert (code, lines[-1]["failed"]) == (0, 0)
    code, lines, _ = run("add", tmp_path / "notes.xyz", "--json", library=tmp_path / ".library")
    assert (code, lines[-1]["failed"]) == (3, 1)  # this one was asked for by name


def test_a_locked_file_is_told_with_the_way_to_open_it(run: Run, data: Path) -> None:
    code, _, said = run("add", data / "encrypted_user.pdf")
    assert code == 3
    assert "encrypted_user.pdf: This file is protected by a password." in said
    assert "--password-file FILE" in said
    _, _, said = run("add", data / "table.pdf")
    assert "--password-file" not in said


def test_a_password_file_opens_new_files_and_those_that_wait(run: Run, data: Path, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.txt"
    passwords.write_text("wrong\nlamp\n")
    assert run("add", data / "encrypted_user.pdf", "--json")[0] == 3
    code, lines, _ = run("add", data / "table.pdf", "--password-file", passwords, "--json")
    assert code == 0
    assert (lines[-1]["ready"], lines[-1]["needs_password"]) == (2, 0)
    other = tmp_path / "other"
    code, lines, _ = run("add", data / "encrypted_user.pdf", "--password-file", passwords, "--json", library=other)
    assert (code, lines[-1]["ready"]) == (0, 1)


def test_for_people_stdout_is_empty_and_stderr_tells(
    capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path
) -> None:
    code = main(["--library", str(tmp_path / "l"), "add", str(data / "table.pdf"), str(data / "zero_bytes.pdf")])
    captured = capsys.readouterr()
    assert code == 3
    assert captured.out == ""
    assert "zero_bytes.pdf: The file is empty (0 bytes)." in captured.err
    assert "1 document ready, 1 pages" in captured.err


def test_an_owner_that_does_not_answer_is_a_sentence(
    run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PATIENCE_SECONDS", 0.2)
    with closing(composition.open_library(tmp_path / "library")):
        code, lines, err = run("add", data / "table.pdf", "--json")
    assert (code, lines) == (1, [])
    assert err == (
        "paperlamp: Another Paperlamp has this library open and does not answer. "
        "Close it, or wait a moment and try again.\n"
    )


# ── documents and remove ─────────────────────────────────────────────────────────────────────────────────────────


def test_documents_are_listed_one_a_line_with_their_reasons(run: Run, filled: Filled) -> None:
    code, lines, _ = run("documents", "--json", library=filled.folder)
    assert code == 0
    assert all(line.keys() == DOCUMENT for line in lines)
    by_name = {Path(line["path"]).name: line for line in lines}
    assert len(by_name) == len(lines) == len(filled.documents)
    labels = by_name["labels.pdf"]
    assert (labels["state"], labels["reason"], labels["pages"]) == ("ready", None, 6)
    assert labels["health"] == {"text": 6, "ocr": 0, "empty": 0, "failed": 0}
    assert (labels["title"], labels["collections"]) == ("Page labels", ["Test files"])
    assert labels["paths"] == [labels["path"]]
    assert by_name["encrypted_user.pdf"]["state"] == "needs_password"
    assert by_name["zero_bytes.pdf"]["state"] == "failed"
    assert by_name["zero_bytes.pdf"]["reason"]


def test_an_empty_library_has_no_lines(run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("documents", "--json") == (0, [], "")
    assert main(["--library", str(tmp_path / "library"), "documents"]) == 0
    assert "The library is empty" in capsys.readouterr().out


def test_removing_takes_any_reference(run: Run, filled: Filled, tmp_path: Path) -> None:
    shutil.copytree(filled.folder, tmp_path / "library")
    code, lines, err = run("remove", "labels.pdf", "The sixty piers", filled.id_of("table.pdf")[:12])
    assert (code, lines) == (0, [])
    assert err == "Removed 3 documents from the library.\n"
    left = {Path(line["path"]).name for line in run("documents", "--json")[1]}
    assert left == filled.documents.keys() - {"labels.pdf", "long.pdf", "table.pdf"}


@pytest.mark.parametrize("verb", [["remove"], ["search", "lamp", "--document"], ["ask", "lamp?", "--document"]])
def test_an_unknown_document_is_a_sentence(run: Run, filled: Filled, tmp_path: Path, verb: list[str]) -> None:
    shutil.copytree(filled.folder, tmp_path / "library")
    code, lines, err = run(*verb, "nothing.pdf")
    assert (code, lines) == (1, [])
    assert err == "paperlamp: “nothing.pdf” is not in the library. `paperlamp documents` lists what is.\n"


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", ["hybrid", "dense", "keyword"])
def test_search_gives_passages_with_all_that_is_needed_to_find_them(run: Run, filled: Filled, mode: str) -> None:
    code, (found,), err = run(
        "search", "Who lit the lamp on pier 17?", "-k", 3, "--mode", mode, "--json", library=filled.folder
    )
    assert (code, err) == (0, "")
    assert found.keys() == {"query", "elapsed_ms", "results"}
    assert found["query"] == "Who lit the lamp on pier 17?"
    assert [result["rank"] for result in found["results"]] == [1, 2, 3]
    assert all(result.keys() == RESULT for result in found["results"])
    if mode != "dense":
        first = found["results"][0]
        assert (first["page_index"], first["page_label"], Path(first["path"]).name) == (16, "17", "long.pdf")
        assert first["document"] == filled.id_of("long.pdf")


def test_search_can_be_limited_to_documents_and_collections(run: Run, filled: Filled) -> None:
    _, (found,), _ = run(
        "search", "lamp", "--document", "labels.pdf", "--document", "outline.pdf", "--json", library=filled.folder
    )
    names = {Path(result["path"]).name for result in found["results"]}
    assert names <= {"labels.pdf", "outline.pdf"}
    assert names
    _, (found,), _ = run("search", "lamp", "--collection", "Test files", "-k", 50, "--json", library=filled.folder)
    assert "paperlamp-sample.pdf" not in {Path(result["path"]).name for result in found["results"]}
    code, lines, err = run("search", "lamp", "--collection", "Moon", "--json", library=filled.folder)
    assert (code, lines, err) == (1, [], "paperlamp: There is no collection “Moon”.\n")


def test_a_file_of_queries_gives_a_line_for_each(run: Run, filled: Filled, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    rows = [
        {"id": 7, "question": "honey in winter"},
        {"id": "b", "question": "lamp", "documents": ["labels.pdf", filled.id_of("table.pdf")]},
        {"question": "without an id"},
    ]
    queries.write_text("\n".join(map(json.dumps, rows)) + "\n\n", "utf-8")
    code, lines, _ = run("search", "--queries", queries, "-k", 2, library=filled.folder)
    assert code == 0
    assert [(line["id"], line["query"]) for line in lines] == [
        (7, "honey in winter"),
        ("b", "lamp"),
        (None, "without an id"),
    ]
    assert all(line.keys() == {"id", "query", "elapsed_ms", "results"} for line in lines)
    assert {Path(result["path"]).name for result in lines[1]["results"]} <= {"labels.pdf", "table.pdf"}


@pytest.mark.parametrize("line", ["not json", "[]", '{"q": "x"}', '"text"', "3"])
def test_a_line_that_is_no_query_is_named(run: Run, filled: Filled, tmp_path: Path, line: str) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"question": "lamp"}\n' + line)
    code, lines, err = run("search", "--queries", queries, library=filled.folder)
    assert code == 2
    assert len(lines) == 1
    assert "Line 2 of" in err
    assert "Traceback" not in err


def test_search_beside_the_open_window(run: Run, filled: Filled, tmp_path: Path) -> None:
    shutil.copytree(filled.folder, tmp_path / "library")
    with closing(composition.open_library(tmp_path / "library")):
        code, (found,), _ = run("search", "herring", "--json")
    assert code == 0
    assert found["results"]


def test_search_for_people(filled: Filled, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--library", str(filled.folder), "search", "pier 17 Agnes Marrow", "-k", "1", "--mode", "keyword"])
    assert capsys.readouterr().out.startswith("[1] The sixty piers · p. 17")


def test_search_explains_its_scores(run: Run, filled: Filled, capsys: pytest.CaptureFixture[str]) -> None:
    _, (found,), _ = run("search", "lamp on pier 17", "-k", 4, "--explain", "--json", library=filled.folder)
    for result in found["results"]:
        assert result.keys() == RESULT | {"parts"}
        assert sum(result["parts"].values()) == pytest.approx(result["score"], abs=0.01)
    main(["--library", str(filled.folder), "search", "lamp on pier 17", "-k", "1", "--explain"])
    _, score, *parts = capsys.readouterr().out.splitlines()
    assert score.split()[0] == "score"
    assert float(score.split()[1]) == pytest.approx(found["results"][0]["score"], abs=0.001)
    explained = [line for line in parts if "█" in line or "░" in line]
    assert [float(line.split()[-2]) for line in explained] == pytest.approx(
        list(found["results"][0]["parts"].values()), abs=0.001
    )
    assert len({line.index(line.split()[-2]) for line in explained}) == 1  # the figures stand in a column


def prefers_the_longest(connection: Connection, folder: str, device: str | None) -> None:
    """Stand in for the process of a cross-encoder."""
    connection.send(("ready", 0.1))
    while True:
        try:
            _, texts = connection.recv()
        except EOFError:
            return
        connection.send([float(len(text)) for text in texts])


def test_a_reranker_is_chosen_used_explained_and_missed(
    run: Run, filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_encoder, "serve", prefers_the_longest)
    library = shutil.copytree(filled.folder, tmp_path / "copy")
    folder = tiny_cross_encoder.make(tmp_path / "tiny")
    code, (chosen,), _ = run("settings", "reranker", folder, "--json", library=library)
    assert (code, chosen["value"]) == (0, str(folder))
    query = ("search", "lamp on pier 17", "-k", 5, "--explain", "--json")
    code, (found,), err = run(*query, library=library)
    assert (code, err) == (0, "")
    assert any("cross-encoder" in result["parts"] for result in found["results"])
    folder.rename(tmp_path / "elsewhere")
    for verb in (query, ("ask", "Who lit the lamp on pier 17?", "--model", "builtin", "--json")):
        code, (line,), err = run(*verb, library=library)
        assert code == 0
        assert "not the folder of a cross-encoder" in err
        assert "went without the reranker" in err
    assert line["notice"] in err
    code, (found,), err = run("search", "lamp", "--mode", "keyword", "--json", library=library)
    assert (code, err) == (0, "")
    code, _, err = run("settings", "reranker", tmp_path / "tiny", library=library)
    assert code == 1
    assert "not the folder of a cross-encoder" in err


# ── ask ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def assert_is_answer(line: dict[str, Any]) -> None:
    assert line.keys() >= ANSWER
    assert all(sentence.keys() == SENTENCE for sentence in line["sentences"])
    for sentence in line["sentences"]:
        assert {place["citation"] for place in sentence["places"]} == set(sentence["citations"])
        assert all(place.keys() == PLACE for place in sentence["places"])
    assert {sentence["verdict"] for sentence in line["sentences"]} <= {"supported", "partly", "unsupported"}
    assert all(passage.keys() == RESULT | {"used", "parts"} for passage in line["passages"])
    assert line["context"].keys() == {"tokens", "limit", "passages_fit", "passages_found"}
    assert line["timings"].keys() == {"retrieve_ms", "first_token_ms", "total_ms"}
    for sentence in line["sentences"]:
        assert all(1 <= number <= len(line["passages"]) for number in sentence["citations"])


def test_ask_answers_with_the_built_in_model(run: Run, filled: Filled, no_ollama: None) -> None:
    code, (answer,), err = run(
        "ask", "Who lit the lamp on pier 17?", "--model", "builtin", "--document", "long.pdf", "--json",
        library=filled.folder,
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert_is_answer(answer)
    assert (answer["id"], answer["model"], answer["refused"]) == (None, "builtin", False)
    assert "Agnes Marrow" in answer["answer"]
    cited = answer["sentences"][0]["citations"][0]
    assert answer["passages"][cited - 1]["page_index"] == 16


def test_ask_uses_ollama_where_it_is(run: Run, filled: Filled, ollama: OllamaServer) -> None:
    code, (answer,), _ = run("ask", "When was the lamp on pier 17 lit?", "--json", library=filled.folder)
    assert code == 0
    assert_is_answer(answer)
    assert answer["model"] == "ollama/qwen3:8b"
    assert answer["answer"] == "The lamp was lit in 1874. [1]"  # the mark goes behind its sentence
    assert answer["context"]["limit"] == 32768
    ((_, body),) = [request for request in ollama.requests if request[0] == "/api/chat"]
    assert body["options"]["num_ctx"] >= answer["context"]["tokens"]


def test_a_file_of_questions_gives_an_answer_for_each(
    run: Run, filled: Filled, ollama: OllamaServer, tmp_path: Path
) -> None:
    questions = tmp_path / "questions.jsonl"
    rows = [
        {"id": 1, "question": "When was the lamp on pier 17 lit?", "documents": [filled.documents["long.pdf"].path]},
        {"id": 2, "question": "What was the depreciation of intangible assets?"},
    ]
    questions.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    code, lines, _ = run("ask", "--queries", questions, "--model", "ollama/llama3.2:3b", library=filled.folder)
    assert code == 0
    for line in lines:
        assert_is_answer(line)
    assert [(line["id"], line["refused"]) for line in lines] == [(1, False), (2, True)]


def test_a_model_that_fails_keeps_the_evidence_and_says_so(run: Run, filled: Filled, ollama: OllamaServer) -> None:
    ollama.mode = Mode.BROKEN
    code, (answer,), err = run(
        "ask", "When was the lamp on pier 17 lit?", "--model", "ollama/llama3.2:3b", "--json", library=filled.folder
    )
    assert code == 1
    assert "broke off" in answer["error"]
    assert err == f"paperlamp: {answer['error']}\n"
    assert answer["passages"]


def test_a_model_that_is_not_there_is_a_sentence(run: Run, filled: Filled, ollama: OllamaServer) -> None:
    code, lines, err = run("ask", "Who?", "--model", "gpt", library=filled.folder)
    assert (code, lines) == (1, [])
    assert "There is no model “gpt”" in err


def test_ask_for_people(filled: Filled, ollama: OllamaServer, capsys: pytest.CaptureFixture[str]) -> None:
    ollama.pieces = ("The lamp on pier 17 was lit by Agnes Marrow in 1874 [1].",)
    code = main(["--library", str(filled.folder), "ask", "Who lit the lamp on pier 17?"])
    captured = capsys.readouterr()
    assert code == 0
    assert captured.out.startswith("The lamp on pier 17 was lit by Agnes Marrow in 1874. [1]\n")
    assert "The sixty piers · p. 17" in captured.out
    assert captured.err == ""


# ── usage ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["fly"], ["add"], ["search", "x", "-k", "0"], ["search", "x", "-k", "many"], ["search", "x", "--mode", "y"],
        ["remove"], ["documents", "--colour"],
    ],
)  # fmt: skip
def test_bad_usage_is_exit_code_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(arguments)
    assert ending.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments",
    [["search"], ["ask", "  "], ["search", "--queries", "gone.jsonl"], ["add", "x.pdf", "--password-file", "gone.txt"]],
)
def test_what_cannot_be_meant_is_exit_code_two_and_a_sentence(
    run: Run, filled: Filled, no_ollama: None, arguments: list[str]
) -> None:
    code, lines, err = run(*arguments, library=filled.folder)
    assert (code, lines) == (2, [])
    assert err.startswith("paperlamp: ")
    assert err.count("\n") == 1


def test_a_file_that_is_not_text_is_a_sentence(run: Run, filled: Filled, data: Path) -> None:
    code, _, err = run("search", "--queries", data / "table.pdf", library=filled.folder)
    assert code == 2
    assert "is not a text file" in err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["--version"])
    assert ending.value.code == 0
    assert capsys.readouterr().out == f"Paperlamp {__version__}\n"


def test_the_library_may_be_named_behind_the_verb(filled: Filled, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["documents", "--library", str(filled.folder), "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(filled.documents)


def test_an_interrupt_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(composition, "open_library", interrupt)
    code, lines, err = run("documents", "--json")
    assert (code, lines) == (130, [])
    assert "What is finished is kept" in err


PROMISED = ("add", "jobs", "retry", "pause", "resume", "cancel", "documents", "remove", "search", "ask", "doctor")


def test_every_verb_that_is_promised_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in PROMISED:
        with pytest.raises(SystemExit) as ending:
            main([verb, "--help"])
        assert ending.value.code == 0
        assert "--json" in capsys.readouterr().out
