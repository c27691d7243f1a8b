"""Which model embeds a library."""

from __future__ import annotations

import json
import pickle
from contextlib import closing
from pathlib import Path

import pytest

from core.embedding.choice import EmbedderChoice, chosen_embedder
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.embedding.recipe import read_recipe
from core.embedding.weights import BUILTIN_DIMENSION, BUILTIN_SHA256, builtin_model_folder
from core.errors import ModelMissing


@pytest.mark.parametrize("environment", [{}, {"PAPERLAMP_EMBEDDER": "  "}])
def test_nothing_said_is_the_built_in_model(environment: dict[str, str]) -> None:
    choice = chosen_embedder(environment)
    assert choice == EmbedderChoice(BUILTIN_SHA256, BUILTIN_DIMENSION)
    assert pickle.loads(pickle.dumps(choice)) == choice  # it goes to the workers
    with closing(choice.open()) as embedder:
        assert isinstance(embedder, OpenVinoEmbedder)
        assert (embedder.model_id, embedder.dimension) == (choice.model_id, choice.dimension)
    with closing(choice.open_in_worker(1)) as embedder:
        assert isinstance(embedder, OpenVinoEmbedder)


def test_a_folder_is_known_without_loading_it() -> None:
    folder = builtin_model_folder()
    choice = chosen_embedder({"PAPERLAMP_EMBEDDER": str(folder)})
    assert choice == EmbedderChoice(BUILTIN_SHA256, BUILTIN_DIMENSION, folder)


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"model\.safetensors"):
        chosen_embedder({"PAPERLAMP_EMBEDDER": str(tmp_path)})


def write_modules(folder: Path, configs: dict[str, dict[str, object]]) -> None:
    for path, config in configs.items():
        (folder / path).mkdir(exist_ok=True)
        (folder / path / "config.json").write_text(json.dumps(config))
    (folder / "modules.json").write_text(json.dumps([{"path": path} for path in configs]))


@pytest.mark.parametrize(
    ("configs", "dimension"),
    [
        ({"": {"hidden_size": 768}, "1_Pooling": {"word_embedding_dimension": 768}}, 768),
        ({"": {"hidden_size": 768}, "2_Dense": {"in_features": 768, "out_features": 256}}, 256),
        ({"": {"hidden_size": 512}, "3_Normalize": {}}, 512),
    ],
)
def test_the_last_module_that_knows_tells_the_dimension(
    tmp_path: Path, configs: dict[str, dict[str, object]], dimension: int
) -> None:
    write_modules(tmp_path, configs)
    assert read_recipe(tmp_path).dimension == dimension


@pytest.mark.parametrize("modules", ["", "{", "[]", "[1]", '[{"path": "gone"}]', '[{"type": "no path"}]'])
def test_a_folder_that_does_not_tell_is_no_model(tmp_path: Path, modules: str) -> None:
    (tmp_path / "modules.json").write_text(modules)
    with pytest.raises(ModelMissing):
        read_recipe(tmp_path)
