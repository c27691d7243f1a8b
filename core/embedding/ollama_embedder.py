"""Any embedding model of Ollama on this computer, through its official client and `/api/embed`.

A model is known by its name and digest: what Ollama pulls anew under the same name is another embedder, and no vector
of the one is ever compared with one of the other. Passages are never cut in silence: Ollama is asked to refuse what is
longer than the model's window, and what it refuses is shortened here, and counted.

Wire format: https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
import ollama

from core.embedding.embedder import Vectors
from core.embedding.families import Prefixes, prefixes_of
from core.errors import ModelError, ModelFailed, ModelMissing
from core.llm.chat_model import estimate_tokens
from core.llm.ollama import connect_blocking, host_address, runs_in_cloud

logger = logging.getLogger(__name__)

_BATCH = 16
_DEFAULT_WINDOW = 512
# Ollama's runner takes no more tokens at once whatever the model can do, and does not tell (ollama/ollama #14259).
_WIDEST_WINDOW = 2048
_PROBE = "dimension"
_SHORTENED = 0.75
# Loading a large model from a slow disk takes a minute; more is a fault that the person should hear of.
_TIMEOUT = httpx.Timeout(connect=3.0, read=120.0, write=30.0, pool=None)


@dataclass(frozen=True, slots=True)
class OllamaModel:
    """An embedding model as Ollama has it now.

    Attributes:
        name: with its tag.
        model_id: what its vectors are known by: the hash of name, digest and prefix.
        dimension: of its vectors, as measured.
        window: tokens of a text.
    """

    name: str
    model_id: str
    dimension: int
    window: int


def examine(name: str, address: str | None = None) -> OllamaModel:
    """Look at a model of Ollama's, and embed a word with it to learn the dimension.

    Raises:
        ModelMissing: Ollama is not running, does not have it, or it is no embedding model of this computer.
        ModelFailed: Ollama cannot use it.
    """
    full = _with_tag(name)
    client = _connect(full, address)
    try:
        model_id = _identity(full, _digest(client, full))
        shown = client.show(full)
        if shown.capabilities is not None and "embedding" not in shown.capabilities:
            raise ModelMissing(
                f"{name} cannot embed passages. Choose an embedding model of Ollama's, such as nomic-embed-text."
            )
        dimension = _vectors(client.embed(full, [_PROBE], truncate=False), 1, full).shape[1]
    except Exception as error:
        raise _explained(error, full) from error
    finally:
        _close(client)
    return OllamaModel(full, model_id, dimension, _window(shown))


def list_embedding_models(address: str | None = None) -> list[str]:
    """Names of the models on this computer that are made for embedding, as far as their names and families tell.

    Raises:
        ModelError: Ollama does not answer.
    """
    client = _connect("Ollama", address, 1.5)
    try:
        listing = client.list()
    except Exception as error:
        raise _explained(error, "its models") from error
    finally:
        _close(client)
    names = []
    for model in listing.models:
        family = (model.details.family if model.details else "") or ""
        if model.model and not runs_in_cloud(model.model) and ("bert" in family or "embed" in model.model):
            names.append(model.model.removesuffix(":latest"))
    return sorted(names)


class OllamaEmbedder:
    """An `Embedder` that asks Ollama. Nothing is asked before the first text, so that it can be made without a server.

    Args:
        name: as Ollama has it.
        model_id: of the model that is meant; another one under the same name is refused.
        dimension: of its vectors.
        window: tokens of a text.
        address: of the server; by default OLLAMA_HOST, else 127.0.0.1:11434.

    Attributes:
        cut: passages so far that were longer than the window; their ends are in no vector.

    Raises:
        ModelMissing: the address is another computer's, or the model would not run on this one.
    """

    def __init__(self, name: str, model_id: str, dimension: int, window: int, address: str | None = None) -> None:
        self.cut = 0
        self._full = _with_tag(name)
        self._model_id = model_id
        self._dimension = dimension
        self._window = window
        self._prefixes = prefixes_of(name)
        self._client = _connect(self._full, address)
        self._lock = threading.Lock()

    @property
    def model_id(self) -> str:
        """The hash of name, digest and prefix."""
        return self._model_id

    @property
    def name(self) -> str:
        """The model's name at Ollama."""
        return self._full.removesuffix(":latest")

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """The window that is left beside the prefix, special tokens included."""
        return self._window - estimate_tokens(self._prefixes.document)

    @property
    def english_only(self) -> bool:
        """True for models that are known to have been trained on English alone."""
        return self._prefixes.english_only

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """An estimate on the safe side for each text: Ollama has no call that counts."""
        return [estimate_tokens(text) for text in texts]

    def embed_query(self, text: str) -> Vectors:
        """One question → shape (dimension,); models that want a prefix get it."""
        vector: Vectors = self._embed([self._prefixes.query + text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages → shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self._dimension), np.float32)
        return self._embed([self._prefixes.document + text for text in texts], count=True)

    def close(self) -> None:
        """Close idle connections."""
        _close(self._client)

    def _embed(self, texts: Sequence[str], *, count: bool = False) -> Vectors:
        with self._lock:
            try:
                if _identity(self._full, _digest(self._client, self._full)) != self._model_id:
                    raise ModelMissing(
                        f"Ollama has another version of {self.name} now than the one this library was embedded with. "
                        f"Embed it again with: paperlamp settings embedder ollama/{self.name}"
                    )
                parts = [self._batch(texts[i : i + _BATCH], count=count) for i in range(0, len(texts), _BATCH)]
            except Exception as error:
                raise _explained(error, self._full) from error
        return np.concatenate(parts)

    def _batch(self, texts: Sequence[str], *, count: bool) -> Vectors:
        """Embed texts at once, or those that are too long for the model one by one."""
        try:
            answer = self._client.embed(self._full, list(texts), truncate=False, options={"num_ctx": self._window})
        except ollama.ResponseError as error:
            if not _is_too_long(error):
                raise
        else:
            return _vectors(answer, len(texts), self._full, self._dimension)
        if len(texts) > 1:
            half = len(texts) // 2
            return np.concatenate([self._batch(part, count=count) for part in (texts[:half], texts[half:])])
        return self._shortened(texts[0], count=count)

    def _shortened(self, text: str, *, count: bool) -> Vectors:
        """Embed as much of a text as the model takes."""
        if count:
            if not self.cut:
                logger.warning("some passages are longer than %s takes; their ends are not embedded", self.name)
            self.cut += 1
        while len(text) > 1:
            text = text[: int(len(text) * _SHORTENED)]
            try:
                answer = self._client.embed(self._full, [text], truncate=False, options={"num_ctx": self._window})
            except ollama.ResponseError as error:
                if not _is_too_long(error):
                    raise
            else:
                return _vectors(answer, 1, self._full, self._dimension)
        raise ModelFailed(f"{self.name} takes no passage, however short. Choose another embedding model.")


def _connect(name: str, address: str | None, timeout: httpx.Timeout | float = _TIMEOUT) -> ollama.Client:
    if runs_in_cloud(name):
        raise ModelMissing(
            f"{name} runs on Ollama's servers, so your documents would leave this computer. "
            "Choose a model that runs here."
        )
    return connect_blocking(address or host_address(), timeout)


def _close(client: ollama.Client) -> None:
    inner: Any = client._client  # noqa: SLF001  (the client offers no public way to close)
    inner.close()


def _with_tag(name: str) -> str:
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _digest(client: ollama.Client, full: str) -> str:
    """What the model's content is known by.

    Raises:
        ModelMissing: Ollama does not have the model.
    """
    for model in client.list().models:
        if model.model == full and model.digest:
            return model.digest
    raise _not_pulled(full)


def _identity(full: str, digest: str) -> str:
    prefixes: Prefixes = prefixes_of(full)
    parts = ["ollama", full, digest, prefixes.query, prefixes.document]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _window(shown: ollama.ShowResponse) -> int:
    lengths = [value for key, value in (shown.modelinfo or {}).items() if key.endswith(".context_length")]
    return min(int(lengths[0]), _WIDEST_WINDOW) if lengths else _DEFAULT_WINDOW


def _vectors(answer: ollama.EmbedResponse, count: int, full: str, dimension: int | None = None) -> Vectors:
    """The unit vectors of an answer, shape (count, dimension).

    Raises:
        ModelFailed: it holds something else.
    """
    try:
        vectors = np.array(answer.embeddings, np.float32)
    except ValueError as error:  # of different lengths
        raise ModelFailed(f"Ollama answered with vectors of different lengths for {full}.") from error
    fits = vectors.ndim == 2 and len(vectors) == count and vectors.shape[1] in (dimension or vectors.shape[1],)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True) if fits else np.zeros((1, 1))
    if not fits or not np.isfinite(norms).all() or not norms.all():
        raise ModelFailed(f"Ollama did not answer with vectors for {full}. Update Ollama, or choose another model.")
    unit: Vectors = vectors / norms
    return unit


def _is_too_long(error: ollama.ResponseError) -> bool:
    return error.status_code in (400, 500) and "context length" in str(error.error)


def _not_pulled(full: str) -> ModelMissing:
    name = full.removesuffix(":latest")
    return ModelMissing(f"Ollama does not have {name}. Fetch it with: ollama pull {name}")


def _explained(error: Exception, full: str) -> ModelError:
    """Whatever went wrong, as a sentence with a way on."""
    name = full.removesuffix(":latest")
    if isinstance(error, ModelError):
        return error
    if isinstance(error, ollama.ResponseError):
        return _not_pulled(full) if error.status_code == 404 else ModelFailed(f"Ollama could not embed: {error.error}")
    if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
        return ModelFailed(
            f"Ollama took too long to embed with {name}. Close other programs, or choose a smaller model."
        )
    if isinstance(error, httpx.HTTPError | OSError):
        return ModelMissing(
            f"Ollama, which embeds with {name}, is not running. Start it and try again; searching for words "
            "(--mode keyword) works without."
        )
    if isinstance(error, (ValueError, TypeError)):
        return ModelFailed("What answers at Ollama's address is not Ollama.")
    raise error
