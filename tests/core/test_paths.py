"""Folders that only their owner reads, and where things lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core import paths


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_private_folder_and_the_parents_made_for_it_are_closed_to_others(tmp_path: Path) -> None:
    before = mode(tmp_path)
    made = paths.private_folder(tmp_path / "a" / "b" / "c")
    assert made == tmp_path / "a" / "b" / "c"
    assert [mode(tmp_path / part) for part in ("a", "a/b", "a/b/c")] == [0o700] * 3
    assert mode(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_folder_that_was_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    paths.private_folder(tmp_path / "open")
    assert mode(tmp_path / "open") == 0o700


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_files_made_after_keep_files_private_are_private(tmp_path: Path) -> None:
    paths.keep_files_private()
    (tmp_path / "new").write_text("x")
    assert mode(tmp_path / "new") == 0o600


def test_the_environment_moves_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERLAMP_DATA", str(tmp_path))
    assert paths.default_library_folder() == tmp_path / "library"
    assert paths.models_folder() == tmp_path / "models"


def test_without_it_the_data_folder_is_the_persons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAPERLAMP_DATA", raising=False)
    assert paths.data_folder().name == "Paperlamp"
    assert paths.data_folder().is_absolute()


def test_resources_are_found_in_the_checkout_and_in_the_frozen_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (paths.resources_folder() / "prompts" / "answer.txt").is_file()
    monkeypatch.setattr(paths.sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resources_folder() == tmp_path / "resources"
