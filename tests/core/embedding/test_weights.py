"""The proof that weights are the published ones."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import pytest

from core.embedding import weights
from core.errors import ModelMissing, WeightsMismatch


def test_the_installed_weights_are_the_published_ones() -> None:
    weights.verify(weights.builtin_model_folder() / "model.safetensors", weights.BUILTIN_SHA256)
    assert weights.model_id_of(weights.builtin_model_folder()) == weights.BUILTIN_SHA256


def test_another_hash_is_refused_with_the_files_name(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(WeightsMismatch, match=r"model\.safetensors is not the file it should be"):
        weights.verify(tmp_path / "model.safetensors", weights.BUILTIN_SHA256)


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
def test_a_model_is_known_by_its_weights(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"weights")
    assert weights.model_id_of(tmp_path) == hashlib.sha256(b"weights").hexdigest()


def test_a_folder_without_weights_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"model\.safetensors"):
        weights.model_id_of(tmp_path)


def test_a_package_that_is_not_installed_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match=r"run\.py"):
        weights.builtin_model_folder()
