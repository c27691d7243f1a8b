"""sentence-transformers folders of our own: described in full, with a few bytes for weights, or with the real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.embedding.weights import builtin_model_folder


def write_folder(
    folder: Path,
    prompts: dict[str, str] | None = None,
    pooling: dict[str, Any] | None = None,
    weights: bytes = b"weights",
    dense: bytes | None = None,
) -> Path:
    """Write the description of a model of 16 dimensions and a window of 128 tokens."""
    parts = ["", "1_Pooling", *(["2_Dense"] if dense is not None else [])]
    for part in parts:
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(weights)
    _write(folder / "modules.json", [{"path": part} for part in parts])
    _write(folder / "config.json", {"hidden_size": 16})
    _write(folder / "sentence_bert_config.json", {"max_seq_length": 128})
    _write(folder / "1_Pooling" / "config.json", pooling or {"pooling_mode_mean_tokens": True})
    if prompts is not None:
        _write(folder / "config_sentence_transformers.json", {"prompts": prompts})
    if dense is not None:
        _write(folder / "2_Dense" / "config.json", {"in_features": 16, "out_features": 8})
        (folder / "2_Dense" / "model.safetensors").write_bytes(dense)
    return folder


def builtin_with_prompts(folder: Path, query: str, document: str) -> Path:
    """Make a folder of the built-in model's files that wants prefixes."""
    folder.mkdir()
    for file in builtin_model_folder().iterdir():
        (folder / file.name).symlink_to(file)
    (folder / "config_sentence_transformers.json").unlink()
    _write(folder / "config_sentence_transformers.json", {"prompts": {"query": query, "document": document}})
    return folder


def _write(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value), "utf-8")
