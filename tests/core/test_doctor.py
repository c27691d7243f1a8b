"""`paperlamp doctor` finds what is wrong and never fails itself."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from filled_library import Filled

from core import composition, doctor
from core.cli import main
from core.embedding.record import EmbedderRecord
from core.embedding.weights import BUILTIN_SHA256
from core.index.backup import back_up


def test_a_sound_installation_is_healthy(filled: Filled, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--library", str(filled.folder), "doctor", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert (code, report["healthy"], report["problems"]) == (0, True, [])
    assert report.keys() >= {
        "healthy",
        "problems",
        "program",
        "processor",
        "packages",
        "models",
        "library",
        "self_test",
    }
    assert report["models"]["embedder_sha256"] == BUILTIN_SHA256
    assert report["processor"]["name"]
    assert report["packages"]["faiss-cpu"] != "not in this build"
    library = report["library"]
    assert library["chunks"] == library["vectors"] == library["keywords"]
    assert library["documents"] == len(filled.documents)
    assert "8 pages read and found" in report["self_test"]["sample"]


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the self-test, which starts workers."""
    monkeypatch.setattr(doctor, "_self_test", lambda: {"sample": "left out"})


@pytest.mark.usefixtures("_quick")
def test_for_people_it_ends_with_a_verdict(filled: Filled, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--library", str(filled.folder), "doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "program"
    assert lines[-1] == "Everything works."


@pytest.mark.usefixtures("_quick")
def test_a_library_that_was_never_made_is_no_problem(tmp_path: Path) -> None:
    report = doctor.examine(tmp_path / "new")
    assert report.healthy
    assert report.facts["library"]["state"] == "not made yet"
    assert not (tmp_path / "new").exists()


@pytest.mark.usefixtures("_quick")
def test_indexes_that_are_behind_are_named(filled: Filled, tmp_path: Path) -> None:
    shutil.copytree(filled.folder, tmp_path / "library")
    shutil.rmtree(tmp_path / "library" / "index")
    report = doctor.examine(tmp_path / "library")
    assert report.problems == ["The indexes are behind the library. Opening the window brings them up to date."]


@pytest.mark.usefixtures("_quick")
def test_a_damaged_library_is_a_problem_and_not_an_exception(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"no tables" * 500)
    report = doctor.examine(tmp_path)
    assert not report.healthy
    assert report.problems == [
        "The library file is damaged: file is not a database. "
        "What can still be read of it is saved by `paperlamp doctor --repair`; there is no backup."
    ]


@pytest.mark.usefixtures("_quick")
def test_a_damaged_library_is_restored_by_repair(
    filled: Filled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(filled.folder, tmp_path / "library")
    assert back_up(folder)
    (folder / "library.sqlite3").write_bytes(b"no tables" * 5000)
    assert main(["--library", str(folder), "doctor"]) == 1
    said = capsys.readouterr().out
    assert f"({len(filled.documents)} documents) and adds what can still be read." in said
    assert main(["--library", str(folder), "doctor", "--repair", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert any(sentence.startswith("It began with the backup of") for sentence in report["mended"])
    library = report["library"]
    assert library["documents"] == len(filled.documents)
    assert library["chunks"] == library["vectors"] == library["keywords"] == library["vectors_saved"]
    assert (library["file"], library["backups"]) == ("ok", 1)


@pytest.mark.usefixtures("_quick")
def test_repair_mends_rows_indexes_permissions_and_room(
    filled: Filled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(filled.folder, tmp_path / "library")
    shutil.rmtree(folder / "index")
    with closing(sqlite3.connect(folder / "library.sqlite3")) as db:
        db.execute("DELETE FROM vectors WHERE chunk = (SELECT max(chunk) FROM vectors)")
        db.commit()
    folder.chmod(0o755)
    assert main(["--library", str(folder), "doctor"]) == 1
    said = capsys.readouterr().out
    assert "1 passages without a vector" in said
    if os.name != "nt":
        assert "Others on this computer can read" in said
    assert main(["--library", str(folder), "doctor", "--repair"]) == 0
    said = capsys.readouterr().out
    assert "Mended: The library fits together again" in said
    assert said.splitlines()[-1] == "Everything works."


@pytest.mark.usefixtures("_quick")
def test_repair_does_not_touch_a_library_that_is_open(filled: Filled, tmp_path: Path) -> None:
    folder = shutil.copytree(filled.folder, tmp_path / "library")
    with closing(composition.open_library(folder)):
        report = doctor.examine(folder, repair=True)
    assert report.problems == [
        "library: Paperlamp is open with this library. Use that window, or close it and try again."
    ]


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("file", ["model.json", "model.bin"])
def test_a_damaged_model_is_a_problem_and_not_an_exception(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.setenv("PAPERLAMP_DATA", str(tmp_path))
    copy = shutil.copytree(model_folder, tmp_path / "models" / model_folder.name)
    (copy / file).write_bytes(b"{")
    report = doctor.examine(tmp_path / "library")
    assert report.problems[0].startswith("models: ")


def test_a_missing_sample_is_a_problem_and_not_an_exception(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "SAMPLE", "sample/gone.pdf")
    report = doctor.examine(tmp_path / "library")
    assert [problem.partition(":")[0] for problem in report.problems] == ["self test"]


@pytest.mark.usefixtures("_quick")
def test_it_tells_which_model_embeds_and_why_another_one_stopped(filled: Filled, tmp_path: Path) -> None:
    folder = shutil.copytree(filled.folder, tmp_path / "library")
    other = EmbedderRecord("f" * 64, 8, "ollama/other", 512)
    with closing(composition.open_library(folder)) as library:
        library.shadow.begin(other)
        chunks = library.shadow.missing(0, 3)
        library.shadow.add([chunk.id for chunk in chunks], np.eye(3, 8, dtype=np.float32), 0)
        total = library.index_sizes()["chunks"]
    report = doctor.examine(folder)
    assert report.healthy
    assert report.facts["library"]["embedder"] == "builtin"
    assert report.facts["library"]["embedding_with"] == f"ollama/other: 3 of {total} passages"
    with closing(composition.open_library(folder)) as library:
        library.shadow.stop("Ollama is not running.")
    assert doctor.examine(folder).problems == [
        "Embedding with other · Ollama stopped: Ollama is not running. It goes on with: "
        "paperlamp settings embedder ollama/other"
    ]
