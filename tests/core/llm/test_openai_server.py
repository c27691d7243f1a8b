"""Servers that speak OpenAI's protocol, against one on loopback that does so well and badly."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import TypeVar

import pytest
from ollama_server import OllamaServer
from openai_server import Kind, OpenAiServer, Way

from core.errors import ModelError, ModelFailed, ModelMissing
from core.llm.access import ModelAccess
from core.llm.chat_model import ChatTurn, estimate_tokens
from core.llm.openai_server import OpenAiChatModel, ServedModel, Usage, list_served, served_at
from core.llm.registry import available_models, choose
from core.llm.thoughts import Piece, Thought
from core.types import Role

TURNS = [ChatTurn(None, "Be brief."), ChatTurn(Role.USER, "When was it lit?")]
T = TypeVar("T")


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as running:
        yield running


@pytest.fixture
def nobody() -> str:
    """Return the address of a port where nobody listens."""
    with OpenAiServer() as closed:
        return closed.address


def with_model(server: OpenAiServer, act: Callable[[OpenAiChatModel], Awaitable[T]]) -> T:
    async def run() -> T:
        (served,) = await served_at(server.address)
        model = OpenAiChatModel(served)
        try:
            return await act(model)
        finally:
            await model.close()

    return asyncio.run(run())


async def say(model: OpenAiChatModel) -> list[str]:
    async with aclosing(model.stream(TURNS, prompt_tokens=100, max_tokens=50)) as stream:
        return [piece async for piece in stream]


async def think(model: OpenAiChatModel) -> list[Piece]:
    async with aclosing(model.stream_with_thoughts(TURNS, prompt_tokens=100, max_tokens=50)) as stream:
        return [piece async for piece in stream]


def listed(*addresses: str) -> list[ServedModel]:
    return asyncio.run(list_served(ModelAccess(servers=addresses)))


# ── which models there are ───────────────────────────────────────────────────────────────────────────────────────


def test_llama_cpp_tells_its_context_and_counts_tokens(server: OpenAiServer) -> None:
    (model,) = listed(server.address)
    assert (model.id, model.context, model.counts_tokens) == ("openai/qwen3-4b.gguf", 6144, True)
    assert model.info.label == f"qwen3-4b · port {model.port}"

    async def count(chat: OpenAiChatModel) -> tuple[int, int]:
        return await chat.context_limit(), await chat.count_tokens("The lamp was lit")

    assert with_model(server, count) == (6144, 4)


def test_lm_studio_tells_context_family_and_quantisation(server: OpenAiServer) -> None:
    server.kind = Kind.LM_STUDIO
    server.names = ("qwen/qwen3-4b", "nomic-embed", "a-picture-model")
    (model,) = listed(server.address)
    assert (model.name, model.context, model.family, model.quantisation) == ("qwen/qwen3-4b", 6144, "qwen3", "4bit")
    assert model.info.label.startswith("qwen3-4b · port ")
    assert not model.counts_tokens


def test_any_other_server_is_asked_carefully(server: OpenAiServer) -> None:
    server.kind = Kind.OTHER
    server.names = ("mistral", "text-embedding-3", "qwen2-vl")

    async def limits(chat: OpenAiChatModel) -> tuple[int, int]:
        return await chat.context_limit(), await chat.count_tokens("The lamp was lit")

    assert with_model(server, limits) == (4096, estimate_tokens("The lamp was lit"))


def test_a_window_that_no_laptop_bears_is_capped(server: OpenAiServer) -> None:
    server.context = 1_000_000
    assert with_model(server, lambda model: model.context_limit()) == 32768


@pytest.mark.parametrize("kind", [Kind.NO_MODELS, Kind.ELSEWHERE])
def test_something_else_at_the_port_offers_nothing(server: OpenAiServer, kind: Kind, nobody: str) -> None:
    server.kind = kind
    assert listed(server.address, nobody, "http://192.0.2.1:8080") == []


def test_two_servers_are_told_apart_by_their_ports(server: OpenAiServer) -> None:
    with OpenAiServer(names=("phi4.gguf", "qwen3-4b.gguf")) as second:
        models = listed(server.address, second.address)
        assert [(model.name, model.address) for model in models] == [
            ("qwen3-4b.gguf", server.address),
            ("phi4.gguf", second.address),
        ]


def test_they_can_be_chosen(server: OpenAiServer) -> None:
    with OllamaServer(models=()) as ollama:
        access = ModelAccess(ollama.address, (server.address,))
        assert [info.id for info in asyncio.run(available_models(access))] == ["openai/qwen3-4b.gguf", "builtin"]

        async def ids() -> list[str]:
            found = []
            for wanted in (None, "openai/qwen3-4b.gguf"):
                model = await choose(wanted, access)
                found.append(model.info.id)
                await model.close()
            return found

        assert asyncio.run(ids()) == ["openai/qwen3-4b.gguf"] * 2
        with pytest.raises(ModelMissing, match="No server offers phi4 now"):
            asyncio.run(choose("openai/phi4", access))


# ── the stream ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_answer_comes_in_pieces_and_the_prompt_went_as_it_was(server: OpenAiServer) -> None:
    async def act(model: OpenAiChatModel) -> tuple[list[str], Usage | None]:
        return await say(model), model.usage

    assert with_model(server, act) == (list(server.pieces), Usage(120, 9))
    (body,) = server.bodies("/v1/chat/completions")
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "When was it lit?"},
    ]
    assert (body["model"], body["stream"]) == ("qwen3-4b.gguf", True)
    assert body["max_tokens"] == 50 + 2048


@pytest.mark.parametrize("as_field", [True, False])
def test_thoughts_are_told_apart(server: OpenAiServer, as_field: bool) -> None:
    if as_field:
        server.thoughts = ("Passage 1 ", "says 1874.")
    else:
        server.pieces = ("<thi", "nk>Passage 1 says 1874.</th", "ink>\n\nIn 1874 [1].")
    heard = with_model(server, think)
    assert "".join(piece.text for piece in heard if isinstance(piece, Thought)) == "Passage 1 says 1874."
    answer = "".join(server.pieces) if as_field else "In 1874 [1]."
    assert "".join(piece for piece in heard if isinstance(piece, str)) == answer
    assert "".join(with_model(server, say)) == answer


@pytest.mark.parametrize(
    ("way", "kind", "words"),
    [
        (Way.BROKEN, ModelFailed, "broke off while qwen3-4b.gguf was answering. Ask again"),
        (Way.ENDLESS, ModelFailed, "broke off"),
        (Way.MALFORMED, ModelFailed, "broke off"),
        (Way.NOT_EVENTS, ModelFailed, "no server of models"),
        (Way.LOADING, ModelFailed, "still loading qwen3-4b.gguf. Ask again in a moment"),
        (Way.MISSING, ModelMissing, "does not have qwen3-4b.gguf any more. Load it there"),
        (Way.TOO_LONG, ModelFailed, "too long for qwen3-4b.gguf.*larger context"),
        (Way.NO_MEMORY, ModelFailed, "not enough memory for qwen3-4b.gguf. Close other programs"),
        (Way.ERROR_EVENT, ModelFailed, "not enough memory"),
        (Way.KEY_WANTED, ModelFailed, "asks for a key"),
        (Way.NO_REASON, ModelFailed, "could not answer with qwen3-4b.gguf: it gave no reason"),
        (Way.ONLY_THOUGHTS, ModelFailed, "thought until there was no room left"),
    ],
)
def test_every_fault_is_a_sentence(server: OpenAiServer, way: Way, kind: type[ModelError], words: str) -> None:
    server.way = way
    server.thoughts = ("Hm.",) if way is Way.ONLY_THOUGHTS else ()
    with pytest.raises(kind, match=words) as caught:
        with_model(server, say)
    assert "\n" not in str(caught.value)


def test_pieces_before_a_fault_are_heard(server: OpenAiServer) -> None:
    server.way = Way.BROKEN
    heard: list[str] = []

    async def listen(model: OpenAiChatModel) -> None:
        async with aclosing(model.stream(TURNS, prompt_tokens=1, max_tokens=1)) as stream:
            async for piece in stream:
                heard.append(piece)

    with pytest.raises(ModelFailed):
        with_model(server, listen)
    assert heard == [server.pieces[0]]


def test_closing_the_stream_closes_the_connection(server: OpenAiServer) -> None:
    server.way = Way.SLOW

    async def run(model: OpenAiChatModel) -> str:
        async with aclosing(model.stream(TURNS, prompt_tokens=1, max_tokens=1)) as stream:
            said = await anext(stream)
        assert await asyncio.to_thread(server.client_left.wait, 30)
        return said

    assert with_model(server, run) == server.pieces[0]


def test_a_server_that_has_gone_is_said(nobody: str) -> None:
    async def run() -> None:
        model = OpenAiChatModel(ServedModel("qwen3", nobody, counts_tokens=True))
        assert await model.count_tokens("The lamp was lit") == estimate_tokens("The lamp was lit")
        try:
            await say(model)
        finally:
            await model.close()

    with pytest.raises(ModelMissing, match=r"is not running\. Start it, or choose the built-in model"):
        asyncio.run(run())


def test_a_proxy_of_the_environment_is_not_used(server: OpenAiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    assert with_model(server, say)
