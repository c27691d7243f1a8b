"""Which model embeds a library: the built-in one, or the folder that `PAPERLAMP_EMBEDDER` names."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.embedding.convert import ensure_builtin
from core.embedding.embedder import Embedder
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.embedding.sentence_transformers_worker import SentenceTransformersEmbedder, SentenceTransformersModel
from core.embedding.weights import BUILTIN_DIMENSION, BUILTIN_SHA256, model_id_of
from core.errors import ModelMissing


@dataclass(frozen=True, slots=True)
class EmbedderChoice:
    """A model that can be opened in any process.

    Attributes:
        model_id: the hash of its weights.
        dimension: of its vectors.
        folder: a sentence-transformers folder; None for the built-in model.
    """

    model_id: str
    dimension: int
    folder: Path | None = None

    def open(self) -> Embedder:
        """For the window and the command line: never imports torch here."""
        if self.folder is None:
            return OpenVinoEmbedder(ensure_builtin(), threads=2)
        return SentenceTransformersEmbedder(self.folder)

    def open_in_worker(self, threads: int) -> Embedder:
        """For a worker process, which may import torch itself."""
        if self.folder is None:
            return OpenVinoEmbedder(ensure_builtin(), threads)
        return SentenceTransformersModel(self.folder)


def chosen_embedder(environment: Mapping[str, str] = os.environ) -> EmbedderChoice:
    """The model in force.

    Raises:
        ModelMissing: the folder that was named holds no sentence-transformers model.
    """
    named = environment.get("PAPERLAMP_EMBEDDER", "").strip()
    if not named:
        return EmbedderChoice(BUILTIN_SHA256, BUILTIN_DIMENSION)
    folder = Path(named).expanduser().absolute()
    return EmbedderChoice(model_id_of(folder), dimension_of(folder), folder)


def dimension_of(folder: Path) -> int:
    """The dimension of a sentence-transformers folder's vectors: what its last pooling or dense module gives.

    Raises:
        ModelMissing: the folder does not tell.
    """
    dimension = 0
    try:
        for module in json.loads((folder / "modules.json").read_text("utf-8")):
            config = folder / module["path"] / "config.json"
            if config.is_file():
                facts = json.loads(config.read_text("utf-8"))
                for key in ("out_features", "embedding_dimension", "word_embedding_dimension", "hidden_size"):
                    if isinstance(facts.get(key), int):
                        dimension = facts[key]
                        break
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelMissing(f"{folder} is not a sentence-transformers model: {error}") from error
    if not dimension:
        raise ModelMissing(f"{folder} does not tell the dimension of its vectors.")
    return dimension
