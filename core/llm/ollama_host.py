"""Ollama's official clients, kept to where they may go, and whether there is an Ollama at all."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
import ollama

from core.llm.addresses import refuse_elsewhere


class OllamaState(StrEnum):
    """Whether there is somebody to ask."""

    RUNNING = "running"
    NOT_RUNNING = "not running"
    NOT_INSTALLED = "not installed"
    REFUSED = "refused"  # its address is another computer's, or no address


def connect(address: str, timeout: httpx.Timeout | float, consented: str = "") -> ollama.AsyncClient:
    """A client that takes no proxy from the environment and follows nobody elsewhere.

    Args:
        address: of Ollama.
        timeout: of each request.
        consented: `host:port` of the one other computer that the person allowed.

    Raises:
        ModelMissing: the address is another computer's. Documents would leave this one.
    """
    refuse_elsewhere(address, consented)
    return ollama.AsyncClient(host=address, timeout=timeout, trust_env=False, follow_redirects=False)


def connect_blocking(address: str, timeout: httpx.Timeout | float) -> ollama.Client:
    """The same for threads and processes that wait for each answer; consent does not reach them.

    Raises:
        ModelMissing: the address is another computer's. Documents would leave this one.
    """
    refuse_elsewhere(address)
    return ollama.Client(host=address, timeout=timeout, trust_env=False, follow_redirects=False)


def http_of(client: ollama.AsyncClient) -> httpx.AsyncClient:
    """The connections below a client, which offers no public way to close them."""
    inner: Any = client._client  # noqa: SLF001
    return inner  # type: ignore[no-any-return]


@asynccontextmanager
async def connected(
    address: str, timeout: httpx.Timeout | float, consented: str = ""
) -> AsyncGenerator[ollama.AsyncClient, None]:
    """A client for a block; its connections are closed with it."""
    client = connect(address, timeout, consented)
    async with http_of(client):
        yield client


def is_installed() -> bool:
    """Whether Ollama's program is on this computer, wherever its installers put it."""
    if shutil.which("ollama"):
        return True
    places = {
        "darwin": [Path("/Applications/Ollama.app"), Path.home() / "Applications" / "Ollama.app"],
        "win32": [Path(os.environ.get("LOCALAPPDATA", "")) / "Programs" / "Ollama" / "ollama.exe"],
    }
    return any(place.exists() for place in places.get(sys.platform, []))


def runs_in_cloud(name: str) -> bool:
    """True for a model whose questions Ollama sends on to its own servers, such as `gpt-oss:120b-cloud`."""
    tag = name.rpartition(":")[2].casefold()
    return ":" in name and (tag == "cloud" or tag.endswith("-cloud"))
