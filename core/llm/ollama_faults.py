"""What Ollama and its client report when something goes wrong, as a sentence with a way on."""

from __future__ import annotations

import asyncio

import httpx
import ollama

from core.errors import ModelError, ModelFailed, ModelMissing

NOT_RUNNING = "Ollama is not running. Start it, or choose the built-in model."
# As Ollama (server/sched.go, llm/server.go), llama.cpp and the drivers of graphics cards put it.
_OUT_OF_MEMORY = (
    "more system memory", "out of memory", "insufficient memory", "unable to allocate", "failed to allocate",
    "cannot allocate memory", "signal: killed", "cudamalloc failed", "not enough memory",
)  # fmt: skip
_DISK_FULL = ("no space left", "not enough space on the disk", "disk quota exceeded", "not enough space")
_OFFLINE = (
    "no such host", "dial tcp", "network is unreachable", "i/o timeout", "tls handshake", "connection reset",
    "temporary failure in name resolution", "context deadline exceeded", "max retries exceeded", "unexpected eof",
)  # fmt: skip
_UNKNOWN_NAME = ("file does not exist", "manifest unknown", "not found", "invalid model name")


def answering_fault(error: Exception, name: str) -> ModelError:
    """Why a model did not answer, or not to the end.

    Args:
        error: what the client raised.
        name: of the model, for the sentence.
    """
    if isinstance(error, ModelError):
        return error
    if isinstance(error, ollama.ResponseError):
        if error.status_code == 404:
            return not_pulled(name)
        if _says(error, _OUT_OF_MEMORY):
            return ModelFailed(
                f"There is not enough memory for {name}. Close other programs, or choose a smaller model. "
                f"(Ollama says: {_quoted(error)})"
            )
        return ModelFailed(f"Ollama could not answer with {name}: {_quoted(error)}")
    if _is_unreachable(error):
        return ModelMissing(NOT_RUNNING)
    return ModelFailed(f"The connection to Ollama broke off while {name} was answering. Ask again.")


def listing_fault(error: Exception) -> ModelError:
    """Why there is no list of models."""
    if isinstance(error, ModelError):
        return error
    if isinstance(error, ollama.ResponseError):
        return ModelFailed(f"Ollama answered with an error: {_quoted(error)}")
    if isinstance(error, httpx.HTTPError | OSError):
        return ModelMissing("Ollama is not running. Start it, or use the built-in model.")
    if isinstance(error, ValueError | TypeError):
        return ModelFailed("What answers at Ollama's address is not Ollama.")
    raise error


def pulling_fault(error: Exception, name: str) -> ModelError:
    """Why a model could not be fetched; what came so far stays with Ollama."""
    if isinstance(error, ModelError):
        return error
    if isinstance(error, ollama.ResponseError):
        if _says(error, _DISK_FULL):
            return ModelFailed(
                f"The disk is full, so {name} could not be fetched to the end. Make room, then resume: what has "
                "arrived is kept."
            )
        if _says(error, _OFFLINE):
            return ModelFailed(
                f"Ollama cannot reach its library on the internet, so {name} could not be fetched to the end. Resume "
                "when this computer is online: what has arrived is kept."
            )
        if error.status_code == 404 or _says(error, _UNKNOWN_NAME):
            return ModelMissing(f"Ollama's library has no model “{name}”. Check its name on ollama.com/library.")
        return ModelFailed(f"Ollama could not fetch {name}: {_quoted(error)}")
    if _is_unreachable(error):
        return ModelMissing("Ollama is not running. Start it, then resume: what has arrived is kept.")
    return ModelFailed(f"The connection to Ollama broke off while {name} was being fetched. Resume it.")


def not_pulled(name: str) -> ModelMissing:
    """Ollama does not have a model, or not any more."""
    return ModelMissing(
        f"Ollama does not have {name}. Fetch it under “Models” or with: ollama pull {name}; or choose another model."
    )


def _says(error: ollama.ResponseError, words: tuple[str, ...]) -> bool:
    said = str(error.error).casefold()
    return any(one in said for one in words)


def _quoted(error: ollama.ResponseError) -> str:
    """The server's own words on one line, without the end that its sentence may have."""
    return " ".join(str(error.error).split())[:300]


def _is_unreachable(error: Exception) -> bool:
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | ConnectionError | asyncio.TimeoutError)
