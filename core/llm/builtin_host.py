"""The process that holds the built-in model. It imports llama.cpp; a crash here never takes the window along.

It speaks over one pipe, a request at a time: `("tokens", text)` → `("tokens", n)`;
`("chat", messages, max_tokens)` → `("text", piece)`… `("done", None)`. A `"stop"` ends a chat that still goes on,
and is always answered with `("stopped", None)`: whoever sent it can read up to there, however the two crossed.
Every fault is answered as `("error", sentence)`.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import urllib.request
from multiprocessing.connection import Connection
from typing import Any

CONTEXT_TOKENS = 4096


def serve(connection: Connection, model_path: str, threads: int) -> None:
    """Load the model, say `ready`, answer until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # llama.cpp writes its log to the terminal; the command line's output must stay parseable.
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        server, key = _load(model_path, threads)
        connection.send(("ready", None))
    except Exception as error:  # the boundary of the process
        connection.send(("error", f"The built-in model could not be loaded: {error}"))
        return
    while True:
        try:
            request = connection.recv()
            if request == "stop":  # came after the answer had ended
                connection.send(("stopped", None))
            elif request[0] == "tokens":
                connection.send(("tokens", _count(server, key, request[1])))
            else:
                _chat(server, connection, request[1], request[2])
        except (EOFError, OSError):
            return
        except Exception as error:  # likewise
            connection.send(("error", _sentence(str(error))))


def _load(model_path: str, threads: int) -> tuple[Any, str]:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = model_path
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.warmup = False
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    # llama.cpp's server always listens; on loopback only, and nobody else has the key.
    key = secrets.token_urlsafe(32)
    parameters.hostnames = ["127.0.0.1"]
    parameters.api_keys = [key]
    parameters.ui = False
    return xllamacpp.Server(parameters), key


def _chat(server: Any, connection: Connection, messages: list[dict[str, str]], max_tokens: int) -> None:
    failure: list[str] = []
    stopped = False

    def on_part(part: dict[str, Any]) -> bool:
        """Pass a piece on; True ends the generation."""
        nonlocal stopped
        if "error" in part or part.get("code"):
            failure.append(_sentence(part.get("error", part)))
            return True
        piece = part["choices"][0]["delta"].get("content") if part.get("choices") else None
        if piece:
            connection.send(("text", piece))
        if connection.poll():
            connection.recv()
            stopped = True
        return stopped

    request = {
        "messages": messages,
        "max_tokens": max_tokens,
        "stream": True,
        "temperature": 0.0,
        "repeat_penalty": 1.05,
        "cache_prompt": True,
    }
    server.handle_chat_completions(request, on_part)
    if stopped:
        connection.send(("stopped", None))
    elif failure:
        connection.send(("error", failure[0]))
    else:
        connection.send(("done", None))


def _sentence(error: Any) -> str:
    """What llama.cpp's report of an error means."""
    if not isinstance(error, dict):
        return f"The built-in model failed: {error}. Ask again, or choose another model."
    if error.get("type") == "exceed_context_size_error":
        return "The question is too long for the built-in model. Shorten it, or choose another model."
    return f"The built-in model failed: {error.get('message') or error}. Ask again, or choose another model."


def _count(server: Any, key: str, text: str) -> int:
    request = urllib.request.Request(
        f"{server.listening_address}/tokenize",
        json.dumps({"content": text}).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:
        return len(json.load(answer)["tokens"])
