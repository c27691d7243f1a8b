"""What a sentence-transformers folder says of itself: prefixes, pooling, window, dimension, and what it is known by.

The folder's own words come first; where it has no prompts, those that its family is known to want
(`core/embedding/families.py`). sentence-transformers itself does the pooling; here it is read for the identity: the
same weights pooled in another way, or asked with another prefix, are another embedder.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.embedding.families import Prefixes, prefixes_of
from core.embedding.weights import BUILTIN_SHA256, model_id_of, sha256_of
from core.errors import ModelMissing

_QUERY_PROMPTS = ("query",)
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")  # in the order in which sentence-transformers looks for them
_POOLING = "pooling_mode_"
_MEAN = "mean_tokens"
_LARGEST_CONFIG = 1 << 20


@dataclass(frozen=True, slots=True)
class Recipe:
    """How texts become vectors, apart from the weights.

    Attributes:
        prefixes: for questions and passages.
        pooling: how a text's vector is made of those of its tokens, as sentence-transformers calls it: `mean_tokens`,
            `cls_token`, `lasttoken` …, several joined by `+`.
        dimension: of the vectors.
        window: tokens of a text, special ones included; None where the folder does not tell.
        further_weights: SHA-256 of the weights of modules behind the transformer.
    """

    prefixes: Prefixes
    pooling: str
    dimension: int
    window: int | None
    further_weights: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """True if nothing but the weights decides: no prefix, the mean of all tokens, no module with weights more."""
        return not (self.prefixes.query or self.prefixes.document or self.further_weights) and self.pooling == _MEAN


def read_recipe(folder: Path) -> Recipe:
    """Read a folder.

    Raises:
        ModelMissing: it is not a sentence-transformers folder, or does not tell the dimension of its vectors.
    """
    try:
        modules = [str(module["path"]) for module in _read(folder / "modules.json")]
        configs = [_read(folder / path / "config.json", {}) for path in modules]
        window = _read(folder / "sentence_bert_config.json", {}).get("max_seq_length")
        prompts = _read(folder / "config_sentence_transformers.json", {}).get("prompts")
        dimension = _dimension(configs)
        further = tuple(sorted(sha256_of(file) for path in modules if path for file in _weights(folder / path)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelMissing(f"{folder} is not a sentence-transformers model: {error}") from error
    if not dimension:
        raise ModelMissing(f"{folder} does not tell the dimension of its vectors.")
    known = prefixes_of(folder.name)
    return Recipe(
        Prefixes(*_own_prompts(prompts), known.english_only) if _says_something(prompts) else known,
        _pooling(configs),
        dimension,
        window if isinstance(window, int) else None,
        further,
    )


def recipe_for_opening(folder: Path) -> Recipe:
    """The same for a folder that is about to be opened: one without modules is a bare transformer, pooled by its mean.

    Raises:
        ModelMissing: what it has of a description cannot be read.
    """
    if (folder / "modules.json").is_file():
        return read_recipe(folder)
    return Recipe(prefixes_of(folder.name), _MEAN, 0, None)


def identity_of(folder: Path, recipe: Recipe) -> str:
    """What vectors of this folder are known by: the hash of its weights, and of the recipe unless that is plain.

    Raises:
        ModelMissing: there are no weights in the folder.
    """
    weights = model_id_of(folder)
    if recipe.is_plain:
        return weights
    prefixes = recipe.prefixes
    parts = [weights, recipe.pooling, prefixes.query, prefixes.document, *recipe.further_weights]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def knows_english_only(model_id: str, recipe: Recipe) -> bool:
    """True for models that were trained on English alone, as far as that is known."""
    return recipe.prefixes.english_only or model_id == BUILTIN_SHA256


def _read(file: Path, default: Any = None) -> Any:
    if default is not None and not file.is_file():
        return default
    if file.stat().st_size > _LARGEST_CONFIG:
        raise ValueError(f"{file.name} is too large for a description.")
    return json.loads(file.read_text("utf-8"))


def _dimension(configs: list[Any]) -> int:
    """What the last module gives that tells."""
    dimension = 0
    for facts in configs:
        for key in ("out_features", "embedding_dimension", "word_embedding_dimension", "hidden_size"):
            if isinstance(facts.get(key), int):
                dimension = facts[key]
                break
    return dimension


def _pooling(configs: list[Any]) -> str:
    for facts in configs:
        if isinstance(facts.get("pooling_mode"), str):  # newer folders name it
            return f"{facts['pooling_mode']}_tokens" if facts["pooling_mode"] == "mean" else facts["pooling_mode"]
        chosen = [key.removeprefix(_POOLING) for key, value in facts.items() if key.startswith(_POOLING) and value]
        if chosen:
            return "+".join(sorted(chosen))
    return _MEAN


def _says_something(prompts: Any) -> bool:
    return isinstance(prompts, dict) and any(isinstance(text, str) and text for text in prompts.values())


def _own_prompts(prompts: dict[str, Any]) -> tuple[str, str]:
    """The prompts for questions and for passages, empty where there is none."""
    return _first(prompts, _QUERY_PROMPTS), _first(prompts, _DOCUMENT_PROMPTS)


def _first(prompts: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((prompts[name] for name in names if isinstance(prompts.get(name), str)), "")


def _weights(folder: Path) -> list[Path]:
    return [folder / name for name in ("model.safetensors", "pytorch_model.bin") if (folder / name).is_file()]
