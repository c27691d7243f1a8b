"""Another embedding model, chosen in the whole window: real workers, and Ollama's stand-in over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from ollama_server import OllamaServer, Served, embedding_model
from PySide6.QtGui import QAction
from real_desk import OpenDesk, until

from core.types import EmbeddingProgress, EmbeddingState
from desktop.app import Desk
from desktop.library.pane_parts import PaneHeader

NOMIC = "ollama/nomic-embed-text"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with OllamaServer([embedding_model(), Served("llama3.2:3b")]) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.address)
        yield running


def entries(desk: Desk) -> dict[str, QAction]:
    """Return what the menu of embedding models offers, by its text."""
    header = desk.library_panel.findChild(PaneHeader)
    assert header is not None
    menu = next(action for action in header.menu.actions() if action.text() == "Embedding model").menu()
    return {action.text(): action for action in menu.actions() if action.isCheckable()}


def marked(desk: Desk) -> list[str]:
    return [text for text, action in entries(desk).items() if action.isChecked()]


async def test_the_library_is_embedded_with_the_model_chosen_and_then_asked_with_it(
    open_desk: OpenDesk, lamps: Path, server: OllamaServer
) -> None:
    async with open_desk() as desk:
        heard: list[str] = []
        told: list[EmbeddingProgress] = []
        desk.files.embedding.noticed.connect(heard.append)
        assert desk._open is not None
        desk._open.ingestor.embedding.add(told.append)
        await until(lambda: len(entries(desk)) == 2)
        assert marked(desk) == ["all-MiniLM-L6-v2, built in"]
        entries(desk)["nomic-embed-text · Ollama"].trigger()
        await until(lambda: marked(desk) == ["nomic-embed-text · Ollama"])
        assert told[-1].state is EmbeddingState.IN_FORCE
        assert heard[-1] == "nomic-embed-text · Ollama finds your passages now."
        await until(lambda: desk._open.embedder.model_id == desk._open.library.model_id)
        passages = await asyncio.to_thread(desk._open.answerer._retriever.retrieve, "Who lit the first lamp?", 3)
        assert passages
        assert server.embedded()[-1] == "search_query: Who lit the first lamp?"
        record = desk._open.library.embedder()
        assert record is not None
        assert record.value == NOMIC


async def test_a_model_that_cannot_be_had_is_said_and_the_mark_stays(
    open_desk: OpenDesk, lamps: Path, server: OllamaServer
) -> None:
    async with open_desk() as desk:
        await until(lambda: len(entries(desk)) == 2)
        server.models = []
        entries(desk)["nomic-embed-text · Ollama"].trigger()
        await until(lambda: "ollama pull nomic-embed-text" in desk.window.notice._label.text())
        assert marked(desk) == ["all-MiniLM-L6-v2, built in"]
