"""Files are whole or not there, and named so that every system takes them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from exported_talk import TALK, messages

from core.answering.export.exporting import ExportKind, kind_of, proposed_name, write_file, written
from core.answering.export.transcript import transcript_of
from core.errors import ExportFailed


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.md", ExportKind.MARKDOWN), ("a.MARKDOWN", ExportKind.MARKDOWN), ("a.b.html", ExportKind.HTML),
     ("a.htm", ExportKind.HTML), ("a.DOCX", ExportKind.DOCX), ("a.pdf", ExportKind.PDF)],
)  # fmt: skip
def test_the_name_says_the_kind(name: str, kind: ExportKind) -> None:
    assert kind_of(Path(name)) is kind


@pytest.mark.parametrize("name", ["a", "a.txt", ".md", "md"])
def test_a_name_that_says_none_is_refused(name: str) -> None:
    with pytest.raises(ExportFailed, match=r"End it with \.md"):
        kind_of(Path(name))


def test_each_kind_is_written_but_pdf() -> None:
    transcript = transcript_of(TALK, messages())
    assert written(transcript, ExportKind.MARKDOWN).startswith(b"# Lamps")
    assert written(transcript, ExportKind.HTML).startswith(b"<!DOCTYPE html>")
    assert written(transcript, ExportKind.DOCX).startswith(b"PK")
    with pytest.raises(ExportFailed, match="in the window"):
        written(transcript, ExportKind.PDF)


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "talk.md"
    write_file(file, b"first")
    write_file(file, b"second")
    assert file.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [file]


def test_where_it_cannot_be_written_nothing_changes(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="cannot be written"):
        write_file(tmp_path / "nowhere" / "talk.md", b"x")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(ExportFailed, match="Choose another place"):
        write_file(tmp_path / "folder.md", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.md"]


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "talk.md"
    write_file(file, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportFailed, match="No space left"):
        write_file(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Who lit the lamp?", "Who lit the lamp"),
        ("../../etc/passwd", "etc passwd"),
        ("a\u202eb\x00c:d", "a b c d"),
        ("con", "con 1"),
        ("LPT1.notes", "LPT1.notes 1"),
        ("...", "Conversation"),
        ("", "Conversation"),
        ("w" * 200, "w" * 80),
        ("灯はいつ？", "灯はいつ？"),
    ],
)
def test_names_are_fit_for_files(title: str, name: str) -> None:
    assert proposed_name(title) == name
