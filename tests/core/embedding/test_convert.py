"""The compiled form: made once in a process of its own, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from made import MadeWithTorch

from core.embedding import convert
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.embedding.weights import BUILTIN_SHA256, sha256_of
from core.errors import InternalError


def test_the_command_compiles_the_model(made_with_torch: MadeWithTorch, embedder: OpenVinoEmbedder) -> None:
    (folder,) = made_with_torch.models.iterdir()
    assert folder.name == f"{BUILTIN_SHA256[:16]}-{convert.FORMAT}"
    assert folder.stat().st_mode & 0o077 == 0
    made = OpenVinoEmbedder(folder)
    question = "Who lit the lamp on pier 17?"
    assert float(np.dot(made.embed_query(question), embedder.embed_query(question))) > 0.9999


def test_the_command_does_nothing_a_second_time(
    made_with_torch: MadeWithTorch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "was prepared" in made_with_torch.said
    monkeypatch.setattr(convert.sys, "argv", ["convert", "--into", str(made_with_torch.models)])
    monkeypatch.setattr(convert, "convert", lambda *_: pytest.fail("it was compiled again"))
    convert.main()
    assert "is ready" in capsys.readouterr().out


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
