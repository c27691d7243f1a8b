"""What an OpenAI-compatible server reports when something goes wrong, as a sentence with a way on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
from httpx_sse import SSEError

from core.errors import ModelError, ModelFailed, ModelMissing

_OUT_OF_MEMORY = (
    "out of memory",
    "insufficient memory",
    "failed to allocate",
    "unable to allocate",
    "not enough memory",
)
_TOO_LONG = ("exceed_context_size", "context length", "context size", "context window", "context_length_exceeded")
_LOADING = ("loading model",)
_MISSING = ("model_not_found", "not found", "no models loaded", "no model is loaded", "does not exist")


def fault_of_body(body: httpx.Response | Mapping[str, Any], name: str) -> ModelError:
    """The fault that a response, or an event of its stream, tells of."""
    status = body.status_code if isinstance(body, httpx.Response) else 0
    said, kind = _said(body)
    words = f"{kind} {said}".casefold()
    if any(one in words for one in _OUT_OF_MEMORY):
        return ModelFailed(
            f"There is not enough memory for {name}. Close other programs, or choose a smaller model. "
            f"(The server says: {said})"
        )
    if any(one in words for one in _TOO_LONG):
        return ModelFailed(
            f"The question with its passages is too long for {name} as the server has loaded it. Load it with a larger "
            "context, or choose another model."
        )
    if status == httpx.codes.SERVICE_UNAVAILABLE or any(one in words for one in _LOADING):
        return ModelFailed(f"The server is still loading {name}. Ask again in a moment, or choose the built-in model.")
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return ModelFailed(
            f"The server of {name} asks for a key, which Paperlamp does not have. Start the server without one, or "
            "choose another model."
        )
    if status == httpx.codes.NOT_FOUND or any(one in words for one in _MISSING):
        return ModelMissing(f"The server does not have {name} any more. Load it there, or choose another model.")
    return ModelFailed(f"The server could not answer with {name}: {said or 'it gave no reason'}")


def answering_fault(error: Exception, name: str, port: str) -> ModelError:
    """Why a model did not answer, or not to the end."""
    if isinstance(error, ModelError):
        return error
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | ConnectionError):
        return ModelMissing(
            f"The server of {name} at port {port} is not running. Start it, or choose the built-in model."
        )
    if isinstance(error, SSEError):
        return ModelFailed(f"What answers at port {port} is no server of models. Choose another model.")
    return ModelFailed(f"The connection to the server broke off while {name} was answering. Ask again.")


def _said(body: httpx.Response | Mapping[str, Any]) -> tuple[str, str]:
    """The server's own words on one line, and the kind of error as it names it."""
    parsed: Any = body
    if isinstance(body, httpx.Response):
        try:
            parsed = json.loads(body.text)
        except ValueError:
            return "", ""
    error = parsed.get("error") if isinstance(parsed, dict) else None
    if isinstance(error, dict):
        said, kind = error.get("message") or "", error.get("type") or error.get("code") or ""
    else:
        said, kind = error or "", ""
    return " ".join(str(said).split())[:300], str(kind)
