"""Which model answers when nobody chose, and when somebody did."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from ollama_server import Mode, OllamaServer

from core.errors import ModelMissing
from core.llm.builtin import BUILTIN_ID, BuiltinChatModel
from core.llm.chat_model import ChatModel
from core.llm.ollama import OllamaChatModel
from core.llm.registry import available_models, choose


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with OllamaServer() as running:
        monkeypatch.setenv("OLLAMA_HOST", running.address)
        yield running


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer() as closed:
        monkeypatch.setenv("OLLAMA_HOST", closed.address)


def chosen(wanted: str | None) -> ChatModel:
    async def run() -> ChatModel:
        model = await choose(wanted)
        await model.close()
        return model

    return asyncio.run(run())


def test_ollamas_largest_answers_where_there_is_one(server: OllamaServer) -> None:
    model = chosen(None)
    assert isinstance(model, OllamaChatModel)
    assert model.info.id == "ollama/qwen3:8b"


def test_the_built_in_model_answers_where_there_is_none(no_server: None) -> None:
    assert isinstance(chosen(None), BuiltinChatModel)


@pytest.mark.parametrize("mode", [Mode.NOT_OLLAMA, Mode.ELSEWHERE])
def test_the_built_in_model_answers_where_something_else_listens(server: OllamaServer, mode: Mode) -> None:
    server.mode = mode
    assert isinstance(chosen(None), BuiltinChatModel)


@pytest.mark.parametrize("host", ["192.0.2.1", "127.0.0.1:port"])
def test_another_computer_is_never_asked(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("OLLAMA_HOST", host)
    assert isinstance(chosen(None), BuiltinChatModel)
    with pytest.raises(ModelMissing):
        chosen("ollama/llama3.2:3b")


def test_a_wish_is_granted(server: OllamaServer) -> None:
    assert isinstance(chosen(BUILTIN_ID), BuiltinChatModel)
    assert chosen("ollama/llama3.2:3b").info.id == "ollama/llama3.2:3b"


def test_an_unknown_wish_is_answered_with_what_there_is(server: OllamaServer) -> None:
    with pytest.raises(ModelMissing, match=r"ollama/qwen3:8b, ollama/llama3\.2:3b, builtin"):
        chosen("gpt")


def test_the_built_in_model_is_always_there(server: OllamaServer) -> None:
    assert [info.id for info in asyncio.run(available_models())] == ["ollama/qwen3:8b", "ollama/llama3.2:3b", "builtin"]
    server.models = []
    assert [info.id for info in asyncio.run(available_models())] == ["builtin"]
