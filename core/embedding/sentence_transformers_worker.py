"""Any sentence-transformers model, through that library, in a process of its own: the parent never imports torch."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import numpy as np

from core.embedding.embedder import Vectors
from core.embedding.recipe import identity_of, knows_english_only, recipe_for_opening
from core.embedding.weights import weights_file
from core.errors import ModelFailed


class SentenceTransformersEmbedder:
    """An `Embedder` whose work is done by a child process that holds the model.

    Args:
        folder: a sentence-transformers model folder; nothing is fetched.
        device: as torch names it; by default a GPU where there is one.

    Attributes:
        cut: passages so far that were longer than the window; their ends are in no vector.

    Raises:
        ModelMissing: no model in the folder.
        ModelFailed: it cannot be loaded.
    """

    def __init__(self, folder: Path, device: str | None = None) -> None:
        weights_file(folder)  # a folder without any is named as such, whatever else it lacks
        recipe = recipe_for_opening(folder)
        self.cut = 0
        self._model_id = identity_of(folder, recipe)
        self._english_only = knows_english_only(self._model_id, recipe)
        self._name = folder.name
        self._lock = threading.Lock()
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, str(folder), device), daemon=True)
        self._process.start()
        theirs.close()
        try:
            self._dimension, self._max_tokens = cast("tuple[int, int]", self._receive())
        except ModelFailed:
            self.close()
            raise

    @property
    def model_id(self) -> str:
        """The hash of the weights, and of prefixes and pooling where they are not plain."""
        return self._model_id

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._name

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """The window that is left beside the prefix, special tokens included."""
        return self._max_tokens

    @property
    def english_only(self) -> bool:
        """True for models that are known to have been trained on English alone."""
        return self._english_only

    def embed_query(self, text: str) -> Vectors:
        """One question → shape (dimension,); models that want a query prompt get it."""
        return cast("Vectors", self._call("embed_query", text))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages → shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        vectors, cut = cast("tuple[Vectors, int]", self._call("embed_counted", list(texts)))
        self.cut += cut
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens left out."""
        return cast("list[int]", self._call("count_tokens", list(texts)))

    def close(self) -> None:
        """End the child process, when what it is asked just now is answered."""
        with self._lock:
            self._connection.close()
        self._process.join(timeout=5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _call(self, verb: str, argument: Any) -> Any:
        with self._lock:
            try:
                self._connection.send((verb, argument))
            except OSError as error:
                raise ModelFailed(f"The embedding model {self._name} has ended. Start Paperlamp again.") from error
            return self._receive()

    def _receive(self) -> Any:
        try:
            ok, value = self._connection.recv()
        except (EOFError, OSError) as error:
            raise ModelFailed(f"The embedding model {self._name} ended unexpectedly.") from error
        if not ok:
            raise ModelFailed(f"The embedding model {self._name} failed: {value}")
        return value


class SentenceTransformersModel:
    """The model itself, as an `Embedder`, for a process that may import torch.

    Args:
        folder: a sentence-transformers model folder; nothing is fetched.
        device: as torch names it; by default a GPU where there is one.

    Attributes:
        cut: passages so far that were longer than the window; their ends are in no vector.
    """

    def __init__(self, folder: Path, device: str | None = None) -> None:
        os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "TQDM_DISABLE": "1"}
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(folder), device=device, local_files_only=True)
        recipe = recipe_for_opening(folder)
        self.cut = 0
        self._prefixes = recipe.prefixes
        self._model_id = identity_of(folder, recipe)
        self._english_only = knows_english_only(self._model_id, recipe)
        self._name = folder.name

    @property
    def model_id(self) -> str:
        """The hash of the weights, and of prefixes and pooling where they are not plain."""
        return self._model_id

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._name

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int:
        """The window that is left beside the prefix, special tokens included."""
        return self._window - self.count_tokens([self._prefixes.document])[0]

    @property
    def english_only(self) -> bool:
        """True for models that are known to have been trained on English alone."""
        return self._english_only

    def embed_query(self, text: str) -> Vectors:
        """One question → shape (dimension,); models that want a query prompt get it."""
        return self._encode(self._model.encode_query, text, self._prefixes.query)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages → shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with_special = self._model.tokenizer([self._prefixes.document + text for text in texts])["input_ids"]
        self.cut += sum(len(tokens) > self._window for tokens in with_special)
        return self._encode(self._model.encode_document, list(texts), self._prefixes.document)

    def embed_counted(self, texts: Sequence[str]) -> tuple[Vectors, int]:
        """The same, with how many of these passages were cut."""
        before = self.cut
        return self.embed_passages(texts), self.cut - before

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens left out."""
        return [len(ids) for ids in self._model.tokenizer(list(texts), add_special_tokens=False)["input_ids"]]

    def close(self) -> None:
        """Nothing to let go of but memory."""

    @property
    def _window(self) -> int:
        return int(self._model.max_seq_length or 512)

    def _encode(self, encode: Callable[..., Any], texts: str | list[str], prefix: str) -> Vectors:
        # Said in full: where nothing is said, sentence-transformers uses the folder's own prompts, and knows no family.
        vectors = encode(
            texts, prompt=prefix, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return cast("Vectors", np.asarray(vectors, np.float32))


def _serve(connection: Connection, folder: str, device: str | None) -> None:
    """The child: load once, answer until the parent closes."""
    try:
        model = SentenceTransformersModel(Path(folder), device)
        connection.send((True, (model.dimension, model.max_tokens)))
    except Exception as error:  # the boundary of a process: whatever it is, the parent gets it as a sentence
        connection.send((False, str(error).splitlines()[0] if str(error) else type(error).__name__))
        return
    while True:
        try:
            verb, argument = connection.recv()
        except (EOFError, OSError):
            return
        try:
            connection.send((True, getattr(model, verb)(argument)))
        except Exception as error:  # likewise
            connection.send((False, str(error) or type(error).__name__))
