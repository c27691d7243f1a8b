"""Which model embeds a library: the built-in one, a sentence-transformers folder, or one of Ollama's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.embedding.convert import ensure_builtin
from core.embedding.embedder import Embedder
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.embedding.recipe import identity_of, read_recipe
from core.embedding.record import EmbedderRecord
from core.embedding.sentence_transformers_worker import SentenceTransformersEmbedder, SentenceTransformersModel
from core.embedding.token_codes import limit_threads
from core.embedding.weights import BUILTIN_DIMENSION, BUILTIN_NAME, BUILTIN_SHA256, weights_file
from core.errors import ModelMissing

BUILTIN = "builtin"
OLLAMA = "ollama/"
VARIABLE = "PAPERLAMP_EMBEDDER"


@dataclass(frozen=True, slots=True)
class EmbedderChoice:
    """A model that can be opened in any process.

    Attributes:
        model_id: what its vectors are known by: the hash of its weights, and of what else decides them.
        dimension: of its vectors.
        folder: a sentence-transformers folder; None for others.
        ollama: the name of a model of Ollama's; None for others.
        window: tokens of a text, for a model that cannot be asked before it is needed; 0 for others.
    """

    model_id: str
    dimension: int
    folder: Path | None = None
    ollama: str | None = None
    window: int = 0

    @property
    def value(self) -> str:
        """As the command line names it: `builtin`, a folder, or `ollama/` and a name."""
        if self.ollama is not None:
            return OLLAMA + self.ollama
        return BUILTIN if self.folder is None else str(self.folder)

    @property
    def label(self) -> str:
        """As people are told of it."""
        if self.ollama is not None:
            return f"{self.ollama} · Ollama"
        return f"{BUILTIN_NAME}, built in" if self.folder is None else self.folder.name

    @property
    def record(self) -> EmbedderRecord:
        """As a library remembers it."""
        return EmbedderRecord(self.model_id, self.dimension, self.value, self.window)

    def open(self) -> Embedder:
        """For the window and the command line: never imports torch here.

        Raises:
            ModelError: the model is not there, or is another one by now.
        """
        if self.ollama is not None:
            return self._open_ollama(self.ollama)
        if self.folder is None:
            return OpenVinoEmbedder(ensure_builtin(), threads=2)
        self._check_folder(self.folder)
        return SentenceTransformersEmbedder(self.folder)

    def open_in_worker(self, threads: int) -> Embedder:
        """For a worker process, which may import torch itself.

        Raises:
            ModelError: the model is not there, or is another one by now.
        """
        if self.ollama is not None:
            return self._open_ollama(self.ollama)
        if self.folder is None:
            limit_threads(threads)
            return OpenVinoEmbedder(ensure_builtin(), threads)
        self._check_folder(self.folder)
        return SentenceTransformersModel(self.folder)

    def _open_ollama(self, name: str) -> Embedder:
        from core.embedding.ollama_embedder import OllamaEmbedder  # its client is not wanted in every worker

        return OllamaEmbedder(name, self.model_id, self.dimension, self.window)

    def _check_folder(self, folder: Path) -> None:
        try:
            found = identity_of(folder, read_recipe(folder))
        except ModelMissing as error:
            raise ModelMissing(
                f"The embedding model of this library is not in {folder} any more. Put it back, or embed the library "
                f"again with: paperlamp settings embedder {BUILTIN}"
            ) from error
        if found != self.model_id:
            raise ModelMissing(
                f"The embedding model in {folder} is another one than this library was embedded with. Embed it again "
                f"with: paperlamp settings embedder {folder}"
            )


BUILTIN_CHOICE = EmbedderChoice(BUILTIN_SHA256, BUILTIN_DIMENSION)


def choice_of(value: str) -> EmbedderChoice:
    """The model that a person names, looked at now.

    Args:
        value: `builtin`, `ollama/` and a name, or a sentence-transformers folder.

    Raises:
        ModelError: it is not there, or is no embedding model.
    """
    if value == BUILTIN:
        return BUILTIN_CHOICE
    if value.startswith(OLLAMA):
        from core.embedding.ollama_embedder import examine

        model = examine(value.removeprefix(OLLAMA))
        name = model.name.removesuffix(":latest")
        return EmbedderChoice(model.model_id, model.dimension, ollama=name, window=model.window)
    folder = Path(value).expanduser().absolute()
    weights_file(folder)  # a folder without any is named as such, whatever else it lacks
    recipe = read_recipe(folder)
    return EmbedderChoice(identity_of(folder, recipe), recipe.dimension, folder)


def absolute_value(value: str) -> str:
    """A value as another process, which may work in another folder, understands it."""
    return value if value == BUILTIN or value.startswith(OLLAMA) else str(Path(value).expanduser().absolute())


def choice_from(record: EmbedderRecord) -> EmbedderChoice:
    """The model that a library remembers; nothing of it is looked at."""
    if record.value.startswith(OLLAMA):
        name = record.value.removeprefix(OLLAMA)
        return EmbedderChoice(record.model_id, record.dimension, ollama=name, window=record.window)
    folder = None if record.value == BUILTIN else Path(record.value)
    return EmbedderChoice(record.model_id, record.dimension, folder)


def chosen_embedder(environment: Mapping[str, str] = os.environ) -> EmbedderChoice:
    """The model for new libraries: the built-in one, or what `PAPERLAMP_EMBEDDER` names.

    Raises:
        ModelError: what was named is not there, or is no embedding model.
    """
    return choice_of(environment.get(VARIABLE, "").strip() or BUILTIN)


def is_embedder_named(environment: Mapping[str, str] = os.environ) -> bool:
    """True if `PAPERLAMP_EMBEDDER` names a model."""
    return bool(environment.get(VARIABLE, "").strip())
