"""What a sentence-transformers folder says of itself, and what it is known by."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from model_folders import write_folder

from core.embedding.families import Prefixes
from core.embedding.recipe import identity_of, knows_english_only, read_recipe, recipe_for_opening
from core.embedding.weights import BUILTIN_SHA256, builtin_model_folder
from core.errors import ModelMissing


def identity(folder: Path) -> str:
    return identity_of(folder, read_recipe(folder))


def test_the_built_in_model_is_known_by_its_weights_wherever_it_lies() -> None:
    folder = builtin_model_folder()
    recipe = read_recipe(folder)
    assert (recipe.pooling, recipe.dimension, recipe.window, recipe.is_plain) == ("mean_tokens", 384, 256, True)
    assert identity_of(folder, recipe) == BUILTIN_SHA256
    assert knows_english_only(BUILTIN_SHA256, recipe)


def test_a_plain_folder_is_known_by_its_weights(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "model")
    assert read_recipe(folder).is_plain
    assert identity(folder) == hashlib.sha256(b"weights").hexdigest()
    assert not knows_english_only(identity(folder), read_recipe(folder))


@pytest.mark.parametrize(
    ("prompts", "prefixes"),
    [
        ({"query": "Q: ", "document": "D: "}, Prefixes("Q: ", "D: ")),
        ({"query": "Q: ", "passage": "P: "}, Prefixes("Q: ", "P: ")),
        ({"query": "Q: ", "corpus": "C: ", "passage": "P: "}, Prefixes("Q: ", "P: ")),
        ({"query": "Q: ", "STS": "S: "}, Prefixes("Q: ", "")),
        ({"query": "", "document": ""}, Prefixes()),
        ({}, Prefixes()),
        (None, Prefixes()),
    ],
)
def test_prompts_of_the_folder_are_prefixes(tmp_path: Path, prompts: dict[str, str] | None, prefixes: Prefixes) -> None:
    assert read_recipe(write_folder(tmp_path / "model", prompts)).prefixes == prefixes


@pytest.mark.parametrize("prompts", [None, {}, {"query": "", "document": ""}])
def test_a_folder_that_says_nothing_is_asked_as_its_family_is(tmp_path: Path, prompts: dict[str, str] | None) -> None:
    folder = write_folder(tmp_path / "multilingual-e5-small", prompts)
    assert read_recipe(folder).prefixes == Prefixes("query: ", "passage: ")


def test_what_the_folder_says_comes_before_what_its_family_wants(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "nomic-embed-text-v1.5", {"query": "ask: "})
    assert read_recipe(folder).prefixes == Prefixes("ask: ", "", english_only=True)


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls_token"),
        ({"pooling_mode_lasttoken": True}, "lasttoken"),
        ({"pooling_mode_max_tokens": True, "pooling_mode_mean_tokens": True}, "max_tokens+mean_tokens"),
        ({"pooling_mode": "mean"}, "mean_tokens"),
        ({"pooling_mode": "cls"}, "cls"),
        ({"word_embedding_dimension": 16}, "mean_tokens"),
    ],
)
def test_the_pooling_is_read(tmp_path: Path, config: dict[str, Any], pooling: str) -> None:
    assert read_recipe(write_folder(tmp_path / "model", pooling=config)).pooling == pooling


def test_prefix_pooling_and_further_weights_make_another_embedder_of_the_same_weights(tmp_path: Path) -> None:
    folders = [
        write_folder(tmp_path / "plain"),
        write_folder(tmp_path / "query", {"query": "Q: "}),
        write_folder(tmp_path / "other query", {"query": "q: "}),
        write_folder(tmp_path / "document", {"document": "Q: "}),
        write_folder(tmp_path / "cls", pooling={"pooling_mode_cls_token": True}),
        write_folder(tmp_path / "dense", dense=b"head"),
        write_folder(tmp_path / "other dense", dense=b"other head"),
        write_folder(tmp_path / "weights", weights=b"others"),
    ]
    assert len({identity(folder) for folder in folders}) == len(folders)
    assert read_recipe(folders[5]).dimension == 8
    assert identity(write_folder(tmp_path / "again", {"query": "Q: "})) == identity(folders[1])


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("modules.json", "{"),
        ("modules.json", '{"path": ""}'),
        ("config_sentence_transformers.json", "[1]"),
        ("sentence_bert_config.json", "no"),
        ("1_Pooling/config.json", "[]"),
        ("config.json", " " * (1 << 21)),
    ],
)
def test_a_description_that_cannot_be_read_is_a_sentence(tmp_path: Path, file: str, content: str) -> None:
    folder = write_folder(tmp_path / "model")
    (folder / file).write_text(content)
    with pytest.raises(ModelMissing, match="is not a sentence-transformers model"):
        read_recipe(folder)


def test_a_folder_without_modules_is_a_bare_transformer(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "e5-small")
    (folder / "modules.json").unlink()
    recipe = recipe_for_opening(folder)
    assert (recipe.prefixes, recipe.pooling) == (Prefixes("query: ", "passage: ", True), "mean_tokens")
    assert identity_of(folder, recipe) != hashlib.sha256(b"weights").hexdigest()
