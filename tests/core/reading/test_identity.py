"""A document is its bytes; a folder is walked in order, and nothing is taken twice."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from core.reading.identity import hash_file, walk


def test_the_hash_is_of_the_bytes_wherever_they_lie(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "other name.pdf"
    copy.write_bytes((data / "long.pdf").read_bytes())
    assert hash_file(copy) == hash_file(data / "long.pdf") == hashlib.sha256(copy.read_bytes()).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.pdf", "a.PDF", "notes.txt", ".hidden.pdf", "sub/c.pdf", ".git/d.pdf", "sub/.e/f.pdf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path


def test_a_folder_is_walked_in_order_and_what_is_hidden_is_passed_over(folder: Path) -> None:
    found = [(str(path.relative_to(folder)), reason) for path, reason in walk([folder])]
    expected = [("a.PDF", None), ("b.pdf", None), ("notes.txt", "Not a PDF."), (os.path.join("sub", "c.pdf"), None)]
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
