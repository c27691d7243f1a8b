"""The compiled form: made once in a process of its own, whole or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.embedding import convert
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.embedding.weights import BUILTIN_SHA256, sha256_of
from core.errors import InternalError

ROOT = Path(__file__).parents[3]


def test_the_command_compiles_the_model_and_a_second_time_does_nothing(
    tmp_path: Path, embedder: OpenVinoEmbedder
) -> None:
    command = [sys.executable, "-m", "core.embedding.convert", "--into", str(tmp_path / "models")]
    first = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert first.returncode == 0, first.stderr
    (folder,) = (tmp_path / "models").iterdir()
    assert folder.name == f"{BUILTIN_SHA256[:16]}-{convert.FORMAT}"
    assert folder.stat().st_mode & 0o077 == 0
    made = OpenVinoEmbedder(folder)
    question = "Who lit the lamp on pier 17?"
    assert float(np.dot(made.embed_query(question), embedder.embed_query(question))) > 0.9999

    before = (folder / "model.json").stat().st_mtime_ns
    second = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert "is ready" in second.stdout
    assert (folder / "model.json").stat().st_mtime_ns == before


def test_a_model_that_is_there_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERLAMP_DATA", str(tmp_path))
    folder = convert.compiled_folder(BUILTIN_SHA256)
    folder.mkdir(parents=True)
    (folder / "model.json").write_text("{}")
    monkeypatch.setattr(convert, "_convert_in_child", lambda: pytest.fail("it was made again"))
    assert convert.ensure_builtin() == folder


def test_a_child_that_fails_is_one_error_with_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERLAMP_DATA", str(tmp_path))
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'no space left on device' >&2\nexit 1\n")
    python.chmod(0o700)
    monkeypatch.setattr(convert.sys, "executable", str(python))
    with pytest.raises(InternalError, match="no space left on device"):
        convert.ensure_builtin()


def test_what_ships_with_the_application_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_folder: Path
) -> None:
    shipped = tmp_path / "models" / f"{BUILTIN_SHA256[:16]}-{convert.FORMAT}"
    shipped.mkdir(parents=True)
    monkeypatch.setattr(convert, "resources_folder", lambda: tmp_path)
    assert convert.compiled_folder(BUILTIN_SHA256) == shipped


def test_the_description_holds_what_the_embedder_needs(model_folder: Path) -> None:
    description = json.loads((model_folder / "model.json").read_text("utf-8"))
    assert description["model_id"] == BUILTIN_SHA256
    assert all(sha256_of(model_folder / file) == sha256 for file, sha256 in description["sha256"].items())
