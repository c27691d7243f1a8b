"""A document is its bytes; a folder is walked in order, and nothing is taken twice."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from core.reading.identity import hash_file, walk
from core.reading.kinds import OTHER_KIND, OTHER_KIND_REASONS, READABLE_SUFFIXES


def test_the_hash_is_of_the_bytes_wherever_they_lie(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "other name.pdf"
    copy.write_bytes((data / "long.pdf").read_bytes())
    assert hash_file(copy) == hash_file(data / "long.pdf") == hashlib.sha256(copy.read_bytes()).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.pdf", "a.PDF", "notes.xyz", ".hidden.pdf", "sub/c.pdf", ".git/d.pdf", "sub/.e/f.pdf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path


def test_a_folder_is_walked_in_order_and_what_is_hidden_is_passed_over(folder: Path) -> None:
    found = [(str(path.relative_to(folder)), reason) for path, reason in walk([folder])]
    expected = [("a.PDF", None), ("b.pdf", None), ("notes.xyz", OTHER_KIND), (os.path.join("sub", "c.pdf"), None)]
    assert found == expected


def test_a_hidden_file_that_is_named_is_taken(folder: Path) -> None:
    assert list(walk([folder / ".hidden.pdf"])) == [(folder / ".hidden.pdf", None)]


def test_a_file_named_twice_comes_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    paths = [path for path, reason in walk([Path("b.pdf"), folder / "b.pdf", folder]) if reason is None]
    assert paths == [folder / "b.pdf", folder / "a.PDF", folder / "sub" / "c.pdf"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    assert list(walk([tmp_path / "gone.pdf"])) == [(tmp_path / "gone.pdf", "There is no such file.")]


def test_the_home_folder_may_be_a_tilde(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    assert list(walk([Path("~/b.pdf")])) == [(folder / "b.pdf", None)]


def test_every_kind_is_taken(tmp_path: Path) -> None:
    for suffix in READABLE_SUFFIXES:
        (tmp_path / f"file{suffix.upper()}").write_bytes(b"x")
    assert [reason for _, reason in walk([tmp_path])] == [None] * len(READABLE_SUFFIXES)


@pytest.mark.parametrize("suffix", [".doc", ".odt", ".rtf", ".pptx"])
def test_a_document_of_another_kind_is_named_with_what_to_do(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"letter{suffix}"
    file.write_bytes(b"x")
    ((_, reason),) = walk([file])
    assert reason is not None
    assert "Save it as" in reason
    assert reason in OTHER_KIND_REASONS


def test_what_a_browser_saved_beside_a_page_is_part_of_it(tmp_path: Path) -> None:
    for name in ("Lamps.html", "Lamps_files/icon.png", "Lamps_files/deep/frame.html", "Other_files/map.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert [path.relative_to(tmp_path).as_posix() for path, _ in walk([tmp_path])] == [
        "Lamps.html",
        "Other_files/map.png",
    ]


def test_lock_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "~$letter.docx").write_bytes(b"x")
    assert list(walk([tmp_path])) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless.pdf")
    assert list(walk([tmp_path / "endless.pdf"])) == [(tmp_path / "endless.pdf", "It is not a file.")]
    assert list(walk([tmp_path])) == []


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="names are text on this system")
def test_a_name_that_is_no_text_is_said_and_costs_itself_only(tmp_path: Path) -> None:
    strange = os.fsencode(tmp_path) + b"/\xff.pdf"
    with open(strange, "wb") as file:
        file.write(b"x")
    (tmp_path / "good.pdf").write_bytes(b"x")
    reasons = {path.name: reason for path, reason in walk([tmp_path])}
    assert reasons == {os.fsdecode(b"\xff.pdf"): "Its name is not valid text. Rename it.", "good.pdf": None}


def test_a_path_that_the_system_refuses_is_said(tmp_path: Path) -> None:
    endless = tmp_path / ("n" * 5000 + ".pdf")
    ((path, reason),) = walk([endless])
    assert path == endless
    assert reason is not None
    assert reason.startswith("It cannot be opened: ")
