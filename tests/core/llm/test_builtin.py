"""The built-in model itself, in its process: it answers, stops when it is told, and survives its own death."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import multiprocessing
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from core.errors import ModelFailed, ModelMissing
from core.llm import builtin
from core.llm.builtin import BuiltinChatModel, builtin_model_path
from core.llm.builtin_host import CONTEXT_TOKENS
from core.llm.chat_model import ChatTurn, estimate_tokens
from core.types import Role

TURNS = [
    ChatTurn(None, "Answer in one short sentence, from the text."),
    ChatTurn(Role.USER, "Text: The lamp on pier 17 was lit by Agnes Marrow in 1874.\n\nQuestion: Who lit the lamp?"),
]
STORY = [ChatTurn(Role.USER, "Count from one to one thousand in words.")]
T = TypeVar("T")


def with_model(act: Callable[[BuiltinChatModel], Awaitable[T]]) -> T:
    async def run() -> T:
        model = BuiltinChatModel(threads=1)  # two wait for each other where tests run beside other work
        acting = asyncio.ensure_future(act(model))
        try:
            await asyncio.wait({acting}, timeout=60)
            if not acting.done() and model._process is not None:
                acting.cancel()
                model._process.kill()  # whoever waits for its answer wakes up
                pytest.fail("the model never answered")
            return await acting
        finally:
            await model.close()

    return asyncio.run(run())


TEXTS = [
    "",
    "The lamp was lit.",
    "The keeper climbed the 214 steps four times a day, and wrote the height of every tide into a blue book.",
    "1899 9,214 71\n1900 8,870 70\n1901 9,035 68",
    "$1,234.56 (12.5 %) — §§ 3–5; see p. 12, l. 7.",
    "Lámpara, Übergrößenträger, naïve café",
]


async def say(model: BuiltinChatModel, turns: list[ChatTurn] = TURNS, max_tokens: int = 8) -> str:
    async with aclosing(model.stream(turns, prompt_tokens=0, max_tokens=max_tokens)) as stream:
        return "".join([piece async for piece in stream])


def pid_of(model: BuiltinChatModel) -> int:
    assert model._process is not None
    return model._process.pid or 0


def test_it_copies_a_fact_and_says_the_same_again() -> None:
    async def twice(model: BuiltinChatModel) -> tuple[str, str]:
        return await say(model), await say(model)

    first, second = with_model(twice)
    assert "Agnes Marrow" in first
    assert first == second


def test_it_counts_tokens_and_tells_its_window() -> None:
    async def count(model: BuiltinChatModel) -> tuple[int, list[int]]:
        return await model.context_limit(), [await model.count_tokens(text) for text in TEXTS]

    limit, counts = with_model(count)
    assert limit == CONTEXT_TOKENS
    assert counts[0] == 0
    assert counts[1] == 5
    # The estimate, for models whose tokenizer is not at hand, is on the safe side of this one, and not far off.
    for text, tokens in zip(TEXTS, counts, strict=True):
        assert tokens <= estimate_tokens(text) <= 2 * tokens, text


def test_its_names() -> None:
    model = BuiltinChatModel()
    assert (model.info.id, model.is_small) == ("builtin", True)
    assert asyncio.run(model.is_loaded()) is True


# ── stopping ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_closing_the_stream_stops_the_model_and_the_next_question_is_answered() -> None:
    async def stop(model: BuiltinChatModel) -> None:
        heard = []
        async with aclosing(model.stream(STORY, prompt_tokens=0, max_tokens=4000)) as stream:
            async for piece in stream:
                heard.append(piece)
                if len(heard) == 3:
                    break
        pid = pid_of(model)
        assert "Agnes Marrow" in await say(model)
        assert pid_of(model) == pid

    with_model(stop)


def test_cancelling_the_reader_at_any_moment_leaves_a_model_that_answers() -> None:
    """Also in the moment in which the model has just finished by itself: stop and end cross in the pipe."""

    async def cancel(model: BuiltinChatModel) -> None:
        expected = await say(model)
        pid = pid_of(model)
        for pieces in (0, 1, 4, 4, 4):
            heard = asyncio.Semaphore(0)

            async def listen(heard: asyncio.Semaphore = heard) -> None:
                async with aclosing(model.stream(STORY, prompt_tokens=0, max_tokens=4)) as stream:
                    async for _ in stream:
                        heard.release()

            listening = asyncio.create_task(listen())
            for _ in range(pieces):
                wait = asyncio.create_task(heard.acquire())
                await asyncio.wait({listening, wait}, return_when=asyncio.FIRST_COMPLETED)
                wait.cancel()
            if not pieces:
                await asyncio.sleep(0)
            listening.cancel()
            await asyncio.wait({listening})
            assert await say(model) == expected
        assert pid_of(model) == pid

    with_model(cancel)


def test_questions_asked_at_once_are_answered_in_turn() -> None:
    async def at_once(model: BuiltinChatModel) -> list[object]:
        count = model.count_tokens
        return list(await asyncio.gather(say(model), count(TEXTS[1]), say(model), count("")))

    first, one, second, none = with_model(at_once)
    assert first == second
    assert (one, none) == (5, 0)


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_a_crash_it_starts_anew() -> None:
    async def crash(model: BuiltinChatModel) -> None:
        await model.count_tokens("lamp")
        first = pid_of(model)
        psutil.Process(first).kill()
        with suppress(ModelFailed):  # noticed now, or already on the way to the next question
            await model.count_tokens("lamp")
        assert "Agnes Marrow" in await say(model)
        assert pid_of(model) != first
        assert not psutil.pid_exists(first)

    with_model(crash)


def test_a_crash_in_the_middle_of_an_answer_is_a_sentence() -> None:
    async def crash(model: BuiltinChatModel) -> None:
        async with aclosing(model.stream(STORY, prompt_tokens=0, max_tokens=4000)) as stream:
            async for _ in stream:
                psutil.Process(pid_of(model)).kill()

    with pytest.raises(ModelFailed, match=r"stopped unexpectedly\. Ask again, and it starts anew"):
        with_model(crash)


def test_a_question_that_does_not_fit_is_a_sentence_and_the_next_is_answered() -> None:
    async def too_long(model: BuiltinChatModel) -> str:
        with pytest.raises(ModelFailed, match="The question is too long for the built-in model") as caught:
            await say(model, [ChatTurn(Role.USER, "lamp " * 6000)])
        assert "{" not in str(caught.value)
        return await say(model)

    assert "Agnes Marrow" in with_model(too_long)


def test_a_file_that_is_no_model_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(500))
    monkeypatch.setattr(builtin, "builtin_model_path", lambda: tmp_path / "broken.gguf")
    with pytest.raises(ModelFailed):
        with_model(lambda model: model.count_tokens("lamp"))


def test_a_model_that_is_not_installed_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match=r"run\.py"):
        builtin_model_path()


def test_closing_ends_the_process() -> None:
    async def count(model: BuiltinChatModel) -> int:
        await model.count_tokens("lamp")
        return pid_of(model)

    assert not psutil.pid_exists(with_model(count))


def test_its_server_is_reached_from_this_computer_only_and_with_the_key_only() -> None:
    async def look(model: BuiltinChatModel) -> None:
        await model.count_tokens("lamp")
        listening = [c for c in psutil.Process(pid_of(model)).net_connections() if c.status == psutil.CONN_LISTEN]
        assert listening
        assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}
        url = f"http://127.0.0.1:{listening[0].laddr.port}/tokenize"
        with pytest.raises(urllib.error.HTTPError) as refused:
            await asyncio.to_thread(urllib.request.urlopen, url, b'{"content": "lamp"}', 10)
        assert refused.value.code == 401
        refused.value.close()

    with_model(look)


def test_what_ends_after_its_reader_left_is_not_told_as_a_fault() -> None:
    async def leave() -> list[dict[str, object]]:
        told: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        ours, theirs = multiprocessing.Pipe()
        reading = asyncio.create_task(BuiltinChatModel()._receive(ours))
        await asyncio.sleep(0)  # it waits for a message
        reading.cancel()
        await asyncio.sleep(0)  # it has heard that
        theirs.close()
        with suppress(asyncio.CancelledError):
            await reading
        del reading
        gc.collect()
        await asyncio.sleep(0)
        return told

    assert asyncio.run(leave()) == []
