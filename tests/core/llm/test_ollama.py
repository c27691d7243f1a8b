"""Ollama through its official client, against a server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from typing import TypeVar

import pytest
from ollama._client import _parse_host
from ollama_server import GIGABYTE, Mode, OllamaServer, Served

from core.errors import ModelError, ModelFailed, ModelMissing
from core.llm.access import ModelAccess
from core.llm.chat_model import ChatTurn, LoadableModel, ModelInfo
from core.llm.memory import Memory
from core.llm.ollama import OllamaChatModel, host_address, is_loopback, list_models, runs_in_cloud
from core.llm.thoughts import Piece, Thought
from core.types import Role

NAME = "llama3.2:3b"
TURNS = [ChatTurn(None, "Be brief."), ChatTurn(Role.USER, "When was it lit?")]
T = TypeVar("T")


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as running:
        yield running


@pytest.fixture
def nobody() -> str:
    """Return the address of a port where nobody listens."""
    with OllamaServer() as closed:
        return closed.address


@asynccontextmanager
async def opened(address: str, name: str = NAME) -> AsyncIterator[OllamaChatModel]:
    model = OllamaChatModel(name, address)
    try:
        yield model
    finally:
        await model.close()


def with_model(address: str, act: Callable[[OllamaChatModel], Awaitable[T]], name: str = NAME) -> T:
    async def run() -> T:
        async with opened(address, name) as model:
            return await act(model)

    return asyncio.run(run())


async def say(model: OllamaChatModel, prompt_tokens: int = 100, max_tokens: int = 50) -> list[str]:
    async with aclosing(model.stream(TURNS, prompt_tokens=prompt_tokens, max_tokens=max_tokens)) as stream:
        return [piece async for piece in stream]


# ── the address ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "value",
    [
        "", "127.0.0.1", "localhost:8080", ":56789", "http://127.0.0.1", "https://localhost", "http://localhost:11500/",
        "[::1]", "[::1]:5000", "http://[::1]:5000", "example.com:80", "https://example.com",
    ],
)  # fmt: skip
def test_the_address_is_read_as_ollamas_own_client_reads_it(value: str) -> None:
    assert host_address({"OLLAMA_HOST": value}) == _parse_host(value)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("[::]:8080", "http://127.0.0.1:8080"),
        ("::1", "http://[::1]:11434"),
        ("  127.0.0.1:8080  ", "http://127.0.0.1:8080"),
    ],
)
def test_what_a_server_binds_is_not_where_one_connects(value: str, address: str) -> None:
    assert host_address({"OLLAMA_HOST": value}) == address


def test_without_the_variable_it_is_the_usual_port() -> None:
    assert host_address({}) == "http://127.0.0.1:11434"


@pytest.mark.parametrize("value", ["127.0.0.1:port", "http://[::1", "127.0.0.1:99999"])
def test_what_is_no_address_is_said(value: str) -> None:
    with pytest.raises(ModelMissing, match="no address"):
        host_address({"OLLAMA_HOST": value})


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://127.0.0.1:1", True),
        ("http://127.8.9.10:1", True),
        ("http://localhost:1", True),
        ("http://[::1]:1", True),
        ("http://192.168.1.5:1", False),
        ("http://example.com", False),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://user@example.com@127.0.0.1:1", True),
        ("http://127.0.0.1@example.com", False),
        ("", False),
    ],
)
def test_only_loopback_is_this_computer(address: str, local: bool) -> None:
    assert is_loopback(address) is local


def test_another_computer_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "192.0.2.1:11434")
    with pytest.raises(ModelMissing, match="another computer"):
        OllamaChatModel(NAME, host_address({"OLLAMA_HOST": "192.0.2.1"}))
    with pytest.raises(ModelMissing, match="another computer"):
        asyncio.run(list_models("http://192.0.2.1:11434"))


def test_a_proxy_of_the_environment_is_not_used(server: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    assert with_model(server.address, say)
    assert asyncio.run(list_models(server.address))


def test_nobody_is_followed_to_another_computer(server: OllamaServer) -> None:
    server.mode = Mode.ELSEWHERE  # conftest lets no connection leave: following it would fail the test
    with pytest.raises(ModelError):
        with_model(server.address, say)
    with pytest.raises(ModelError):
        asyncio.run(list_models(server.address))


# ── which models there are ───────────────────────────────────────────────────────────────────────────────────────


def test_models_are_listed_the_largest_first(server: OllamaServer) -> None:
    assert asyncio.run(list_models(server.address)) == [
        ModelInfo("ollama/qwen3:8b", "qwen3:8b · Ollama", "5.0 GB"),
        ModelInfo("ollama/llama3.2:3b", "llama3.2:3b · Ollama", "2.0 GB"),
    ]


def test_embedding_models_and_models_of_the_cloud_are_left_out(server: OllamaServer) -> None:
    server.models = [
        Served("mistral:latest"),
        Served("nomic-embed-text:latest", family="nomic-bert"),
        Served("embeddinggemma:300m", family="gemma3"),
        Served("gpt-oss:120b-cloud", 384),
        Served("gemma4:cloud", 384),
        Served("copied-under-another-name:latest", 384),
    ]
    found = asyncio.run(list_models(server.address))
    assert [(info.id, info.label) for info in found] == [("ollama/mistral:latest", "mistral · Ollama")]


@pytest.mark.parametrize(
    ("name", "cloud"),
    [("gpt-oss:120b-cloud", True), ("gemma4:cloud", True), ("cloudy:7b", False), ("cloud", False), (NAME, False)],
)
def test_models_of_the_cloud_are_known_by_their_tag(name: str, cloud: bool) -> None:
    assert runs_in_cloud(name) is cloud
    if cloud:
        with pytest.raises(ModelMissing, match="would leave this computer"):
            OllamaChatModel(name, "http://127.0.0.1:1")


def test_no_models_are_no_fault(server: OllamaServer) -> None:
    server.models = []
    assert asyncio.run(list_models(server.address)) == []


def test_no_server_is_said(nobody: str) -> None:
    with pytest.raises(ModelMissing, match="Ollama is not running"):
        asyncio.run(list_models(nobody))


def test_something_else_at_the_address_is_said(server: OllamaServer) -> None:
    server.mode = Mode.NOT_OLLAMA
    with pytest.raises(ModelFailed, match="not Ollama"):
        asyncio.run(list_models(server.address))


# ── the context window ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_window_is_the_models_and_asked_once(server: OllamaServer) -> None:
    async def ask_twice(model: OllamaChatModel) -> list[int]:
        return [await model.context_limit(), await model.context_limit()]

    assert with_model(server.address, ask_twice) == [8192, 8192]
    assert len(server.bodies("/api/show")) == 1


def test_a_window_that_no_laptop_bears_is_capped(server: OllamaServer) -> None:
    server.models = [Served(NAME, context=1_000_000)]
    assert with_model(server.address, lambda model: model.context_limit()) == 32768


@pytest.mark.parametrize(
    ("prompt_tokens", "max_tokens", "num_ctx"),
    [(100, 50, 1024), (1000, 24, 1024), (1000, 25, 2048), (5000, 800, 6144), (7500, 800, 8192)],
)
def test_the_window_asked_for_holds_prompt_and_answer(
    server: OllamaServer, prompt_tokens: int, max_tokens: int, num_ctx: int
) -> None:
    with_model(server.address, lambda model: say(model, prompt_tokens, max_tokens))
    (body,) = server.bodies("/api/chat")
    assert body["options"]["num_ctx"] == num_ctx
    assert body["options"]["num_predict"] == max_tokens
    assert num_ctx >= min(prompt_tokens + max_tokens, 8192)


def test_tokens_are_estimated_without_asking(server: OllamaServer) -> None:
    assert with_model(server.address, lambda model: model.count_tokens("The lamp was lit in 1874.")) == 13
    assert server.requests == []


# ── the stream ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_answer_comes_in_pieces_and_the_prompt_went_as_it_was(server: OllamaServer) -> None:
    assert with_model(server.address, say) == list(server.pieces)
    (body,) = server.bodies("/api/chat")
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "When was it lit?"},
    ]
    assert (body["model"], body["stream"]) == (NAME, True)


def test_closing_the_stream_closes_the_connection(server: OllamaServer) -> None:
    server.mode = Mode.SLOW

    async def hear_one(model: OllamaChatModel) -> str:
        async with aclosing(model.stream(TURNS, prompt_tokens=1, max_tokens=1)) as stream:
            async for piece in stream:
                return piece
        return ""

    async def run() -> str:
        async with opened(server.address) as model:
            said = await hear_one(model)
            assert await asyncio.to_thread(server.client_left.wait, 30)  # while the client itself is still open
            server.mode = Mode.NORMAL
            assert await say(model) == list(server.pieces)
            return said

    assert asyncio.run(run()) == server.pieces[0]


def test_cancelling_the_reader_closes_the_connection(server: OllamaServer) -> None:
    server.mode = Mode.SLOW

    async def run() -> None:
        async with opened(server.address) as model:
            heard = asyncio.Event()

            async def listen() -> None:
                async with aclosing(model.stream(TURNS, prompt_tokens=1, max_tokens=1)) as stream:
                    async for _ in stream:
                        heard.set()

            listening = asyncio.create_task(listen())
            await heard.wait()
            listening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await listening
            assert await asyncio.to_thread(server.client_left.wait, 30)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("mode", "kind", "words"),
    [
        (Mode.MISSING, ModelMissing, "ollama pull llama3.2:3b"),
        (Mode.FAULT, ModelFailed, "runner process has terminated"),
        (Mode.ERROR_LINE, ModelFailed, "error was encountered"),
        (Mode.BROKEN, ModelFailed, "broke off"),
        (Mode.MALFORMED, ModelFailed, "broke off"),
        (Mode.NOT_OLLAMA, ModelFailed, "broke off"),
    ],
)
def test_every_fault_is_a_sentence(server: OllamaServer, mode: Mode, kind: type[ModelError], words: str) -> None:
    async def fail(model: OllamaChatModel) -> None:
        await model.context_limit()
        server.mode = mode
        await say(model)

    with pytest.raises(kind, match=words) as caught:
        with_model(server.address, fail)
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_pieces_before_a_fault_are_heard(server: OllamaServer) -> None:
    server.mode = Mode.BROKEN
    heard: list[str] = []

    async def listen(model: OllamaChatModel) -> None:
        async with aclosing(model.stream(TURNS, prompt_tokens=1, max_tokens=1)) as stream:
            async for piece in stream:
                heard.append(piece)

    with pytest.raises(ModelFailed):
        with_model(server.address, listen)
    assert heard == [server.pieces[0]]


def test_a_server_that_is_not_there_is_said(nobody: str) -> None:
    with pytest.raises(ModelMissing, match="Ollama is not running"):
        with_model(nobody, say)
    with pytest.raises(ModelMissing, match="Ollama is not running"):
        with_model(nobody, lambda model: model.context_limit())


def test_a_model_that_is_not_pulled_says_how_to_pull_it(server: OllamaServer) -> None:
    with pytest.raises(ModelMissing, match="ollama pull phi4:14b"):
        with_model(server.address, lambda model: model.context_limit(), "phi4:14b")


# ── in memory ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_tells_whether_it_is_in_memory(server: OllamaServer, nobody: str) -> None:
    def is_loaded(address: str) -> bool:
        return with_model(address, lambda model: model.is_loaded())

    assert is_loaded(server.address) is False
    server.loaded = (NAME,)
    assert is_loaded(server.address) is True
    server.mode = Mode.NOT_OLLAMA
    assert is_loaded(server.address) is True  # the answer will say what is wrong
    assert is_loaded(nobody) is True


def test_its_names(server: OllamaServer) -> None:
    async def info(model: OllamaChatModel) -> ModelInfo:
        assert model.is_small is False
        return model.info

    assert with_model(server.address, info) == ModelInfo("ollama/llama3.2:3b", "llama3.2:3b · Ollama")


# ── thoughts ─────────────────────────────────────────────────────────────────────────────────────────────────────

THINKER = Served("qwen3:4b", context=8192, capabilities=("completion", "thinking"))


async def think(model: OllamaChatModel, max_tokens: int = 50) -> list[Piece]:
    async with aclosing(model.stream_with_thoughts(TURNS, prompt_tokens=100, max_tokens=max_tokens)) as stream:
        return [piece async for piece in stream]


def test_a_thinking_model_is_asked_to_think_and_its_thoughts_are_told_apart(server: OllamaServer) -> None:
    server.models, server.thoughts = [THINKER], ("Passage 1 ", "says 1874.")
    heard = with_model(server.address, think, THINKER.name)
    assert heard == [Thought("Passage 1 "), Thought("says 1874."), *server.pieces]
    assert with_model(server.address, say, THINKER.name) == list(server.pieces)
    body, plain = server.bodies("/api/chat")
    assert (body["think"], plain["think"]) == (True, False)
    assert plain["options"]["num_predict"] == 50
    # They have room of their own, so that none is taken from the answer.
    assert body["options"]["num_predict"] == 50 + 2048
    assert body["options"]["num_ctx"] >= 100 + 50 + 2048


def test_a_model_that_does_not_think_is_not_asked_to(server: OllamaServer) -> None:
    server.thoughts = ("Hm.",)
    assert with_model(server.address, think) == list(server.pieces)
    assert server.bodies("/api/chat")[0]["think"] is False


def test_thoughts_between_marks_are_told_apart_too(server: OllamaServer) -> None:
    server.pieces = ("<thi", "nk>Passage 1 says 1874.</think>", "\n\nIn 1874 [1].")
    assert with_model(server.address, think) == [Thought("Passage 1 says 1874."), "In 1874 [1]."]


def test_a_model_that_only_thought_is_said(server: OllamaServer) -> None:
    server.models, server.thoughts, server.mode = [THINKER], ("On and on.",), Mode.ONLY_THOUGHTS
    with pytest.raises(ModelFailed, match="qwen3:4b thought until there was no room left for an answer"):
        with_model(server.address, think, THINKER.name)


# ── memory ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", [Mode.NO_MEMORY, Mode.NO_MEMORY_LATER, Mode.FAULT])
def test_too_little_memory_is_said_with_what_to_do(server: OllamaServer, mode: Mode) -> None:
    async def fail(model: OllamaChatModel) -> None:
        await model.context_limit()
        server.mode = mode
        await say(model)

    with pytest.raises(ModelFailed, match=r"not enough memory for llama3\.2:3b\. Close other programs"):
        with_model(server.address, fail)


def limited(server: OllamaServer, available: int) -> int:
    async def run() -> int:
        memory = Memory(16 * GIGABYTE, available)
        model = OllamaChatModel(NAME, server.address, memory=lambda: memory)
        try:
            await say(model, prompt_tokens=20_000)
            return await model.context_limit()
        finally:
            await model.close()

    return asyncio.run(run())


def test_the_window_is_what_the_memory_holds(server: OllamaServer) -> None:
    server.models = [Served(NAME, 2 * GIGABYTE, context=32768)]
    assert limited(server, 16 * GIGABYTE) == 32768
    # Beside 2.0 GB of weights and 0.5 GB of buffers, 0.5 GB hold 3,814 tokens of 131,072 bytes.
    assert limited(server, 3 * GIGABYTE) == 3814
    assert limited(server, 1 * GIGABYTE) == 2048
    assert [body["options"]["num_ctx"] for body in server.bodies("/api/chat")] == [20480 + 0, 3814, 2048]


def test_a_model_in_memory_is_not_loaded_again_for_a_smaller_window(server: OllamaServer) -> None:
    server.loaded, server.loaded_context = (NAME,), 8192
    with_model(server.address, say)
    assert server.bodies("/api/chat")[0]["options"]["num_ctx"] == 8192


# ── kept in memory ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("keep", "sent"), [("30m", "30m"), (-1, -1), (0, 0), (None, None)])
def test_how_long_it_stays_in_memory_goes_with_each_question(
    server: OllamaServer, keep: str | int | None, sent: str | int | None
) -> None:
    async def run() -> None:
        model = OllamaChatModel(NAME, access=ModelAccess(server.address, keep_alive=keep))
        await say(model)
        await model.close()

    asyncio.run(run())
    assert server.bodies("/api/chat")[0].get("keep_alive") == sent


def preloaded(server: OllamaServer, available: int = 16 * GIGABYTE) -> bool:
    async def run() -> bool:
        memory = Memory(16 * GIGABYTE, available)
        model = OllamaChatModel(NAME, access=ModelAccess(server.address, keep_alive="30m"), memory=lambda: memory)
        try:
            assert isinstance(model, LoadableModel)
            return await model.preload()
        finally:
            await model.close()

    return asyncio.run(run())


def test_it_is_loaded_beforehand_with_an_empty_question(server: OllamaServer) -> None:
    assert preloaded(server) is True
    (body,) = server.bodies("/api/generate")
    assert (body["model"], body.get("prompt", ""), body["keep_alive"]) == (NAME, "", "30m")
    assert body["options"]["num_ctx"] == 8192
    assert preloaded(server) is False  # it is there
    assert len(server.bodies("/api/generate")) == 1


def test_it_is_not_loaded_where_other_programs_would_have_to_give_way(server: OllamaServer) -> None:
    assert preloaded(server, 2 * GIGABYTE) is False
    assert server.bodies("/api/generate") == []


@pytest.mark.parametrize("mode", [Mode.NO_MEMORY, Mode.MISSING, Mode.NOT_OLLAMA])
def test_what_is_in_the_way_beforehand_is_left_to_the_question(server: OllamaServer, mode: Mode) -> None:
    server.mode = mode
    assert preloaded(server) is False


# ── gone ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_model_that_was_removed_after_it_was_chosen_is_said(server: OllamaServer) -> None:
    async def fail(model: OllamaChatModel) -> None:
        await model.context_limit()
        server.models = []
        await say(model)

    with pytest.raises(ModelMissing, match="or choose another model"):
        with_model(server.address, fail)


def test_a_model_that_cannot_answer_is_said(server: OllamaServer) -> None:
    server.models = [Served("nomic-embed-text", capabilities=("embedding",))]
    with pytest.raises(ModelMissing, match=r"cannot answer questions\. Choose another model"):
        with_model(server.address, say, "nomic-embed-text")
