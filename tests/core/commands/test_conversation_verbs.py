"""`conversations` and `export` as people and scripts call them."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core import composition
from core.answering.conversations import ConversationStore
from core.cli import main
from core.types import Role, Scope


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a library of two conversations; the first one has two branches."""
    with closing(composition.open_library(tmp_path / "library")) as library:
        store = ConversationStore(library.database)
        first = store.begin("Who lit the lamp?", Scope())
        asked = store.append(first.id, Role.USER, "Who lit the lamp?")
        store.append(first.id, Role.ASSISTANT, "Agnes did.")
        store.answer_to(first.id, asked.id, Role.ASSISTANT, "Nobody did.")
        store.append(store.begin("Herring", Scope()).id, Role.USER, "How many barrels?")
    return tmp_path / "library"


def run(folder: Path, *arguments: str) -> int:
    return main(["--library", str(folder), *arguments])


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_conversations_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "conversations", "--json") == 0
    second, first = lines(capsys)
    assert set(first) == {"conversation", "title", "created_at", "updated_at", "branches"}
    assert (first["title"], first["branches"]) == ("Who lit the lamp?", [2, 3])
    assert (second["title"], second["branches"]) == ("Herring", [4])
    assert run(folder, "conversations") == 0
    out = capsys.readouterr().out
    assert "Who lit the lamp?  (2 branches)" in out
    assert "Herring\n" in out


def test_conversations_are_searched(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "conversations", "--search", "agn", "--json") == 0
    (found,) = lines(capsys)
    assert found.pop("updated_at")
    assert found == {
        "conversation": 1, "title": "Who lit the lamp?", "message": 2, "role": "assistant", "snippet": "Agnes did.",
        "marks": [[0, 3]],
    }  # fmt: skip
    assert run(folder, "conversations", "--search", "barrels") == 0
    assert "Herring\n                   How many barrels?\n" in capsys.readouterr().out
    assert run(folder, "conversations", "--search", "umbrella") == 0
    assert capsys.readouterr().out == "Nothing was found.\n"


def test_an_empty_library_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "new", "conversations") == 0
    assert "no conversations yet" in capsys.readouterr().out


@pytest.mark.parametrize("reference", ["1", "who lit the LAMP?"])
def test_a_conversation_is_exported_by_number_and_title(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], reference: str
) -> None:
    file = tmp_path / "talk.md"
    assert run(folder, "export", reference, "--to", str(file)) == 0
    assert capsys.readouterr().out == f"“Who lit the lamp?” is in {file}.\n"
    assert "Nobody did." in file.read_text("utf-8")
    assert "Agnes did." not in file.read_text("utf-8")


def test_another_branch_and_the_other_kinds(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for suffix, start in ((".html", b"<!DOCTYPE"), (".docx", b"PK")):
        assert run(folder, "export", "1", "--to", str(tmp_path / f"talk{suffix}"), "--json") == 0
        assert lines(capsys) == [{"conversation": 1, "path": str(tmp_path / f"talk{suffix}"), "footnotes": 0}]
        assert (tmp_path / f"talk{suffix}").read_bytes().startswith(start)
    assert run(folder, "export", "1", "--to", str(tmp_path / "other.md"), "--branch", "2") == 0
    assert "Agnes did." in (tmp_path / "other.md").read_text("utf-8")


def test_a_file_is_replaced_only_by_force(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "talk.md"
    file.write_text("mine")
    assert run(folder, "export", "1", "--to", str(file)) == 2
    assert "--force" in capsys.readouterr().err
    assert file.read_text() == "mine"
    assert run(folder, "export", "1", "--to", str(file), "--force") == 0
    assert file.read_text("utf-8") != "mine"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["9", "--to", "a.md"], "There is no conversation “9”"),
        (["1", "--to", "a.txt"], "End it with .md, .html or .docx"),
        (["1", "--to", "a.pdf"], "in the window"),
        (["1", "--to", "a.md", "--branch", "4"], "has no message 4. Its branches end in 2, 3."),
        (["1", "--to", "nowhere/a.md"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], sentence: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run(folder, "export", *arguments) in (1, 2)
    assert sentence in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["library"]


def test_a_title_that_several_have_is_not_enough(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(composition.open_library(folder)) as library:
        ConversationStore(library.database).rename(2, "Who lit the lamp?")
    assert run(folder, "export", "Who lit the lamp?", "--to", str(tmp_path / "a.md")) == 2
    assert "Several conversations" in capsys.readouterr().err


def test_what_was_said_gives_no_commands_to_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(composition.open_library(folder)) as library:
        store = ConversationStore(library.database)
        talk = store.begin("\x1b[2Jgone\u202e", Scope())
        store.append(talk.id, Role.USER, "umbrella \x1b]0;title\x07")
    assert run(folder, "conversations") == 0
    assert run(folder, "conversations", "--search", "umbrella") == 0
    out = capsys.readouterr().out
    assert "gone" in out
    assert "umbrella" in out
    assert not set("\x1b\x07\u202e") & set(out)
