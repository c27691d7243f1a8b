"""Fetching a model through Ollama's official client: progress, pause, resume, and everything that can be in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing

import pytest
from ollama_server import Mode, OllamaServer, Served

from core.errors import ModelError, ModelFailed, ModelMissing
from core.llm.access import ModelAccess
from core.llm.ollama_models import list_installed
from core.llm.ollama_pull import PullProgress, PullStage, Rate, pull

NAME = "qwen3:4b"


class Clock:
    """Goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer(models=(), library=(Served(NAME, layers=(4000, 1000)),)) as running:
        yield running


async def pulled(server: OllamaServer, name: str = NAME) -> list[PullProgress]:
    async with aclosing(pull(name, ModelAccess(server.address), Clock())) as steps:
        return [step async for step in steps]


async def pulled_for(server: OllamaServer, bytes_wanted: int) -> PullProgress:
    """Return the progress at which the person paused."""
    async with aclosing(pull(NAME, ModelAccess(server.address), Clock())) as steps:
        async for step in steps:
            if step.done >= bytes_wanted:
                return step
    raise AssertionError


def test_progress_is_told_from_the_first_to_the_last_byte(server: OllamaServer) -> None:
    steps = asyncio.run(pulled(server))
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 5000)
    assert [step.stage for step in (steps[0], steps[-2], steps[-1])] == [
        PullStage.STARTING,
        PullStage.CHECKING,
        PullStage.DONE,
    ]
    assert all(step.done <= step.total or not step.total for step in steps)
    assert [model.name for model in asyncio.run(list_installed(ModelAccess(server.address)))] == [NAME]


def test_rate_and_time_left_are_measured(server: OllamaServer) -> None:
    fetching = [step for step in asyncio.run(pulled(server)) if step.stage is PullStage.FETCHING]
    assert fetching[0].bytes_per_second is None
    assert fetching[0].eta_seconds is None
    assert fetching[2].bytes_per_second == 1000
    assert fetching[2].eta_seconds == (4000 - 2000) / 1000


def test_pausing_closes_the_connection_and_resuming_goes_on_from_there(server: OllamaServer) -> None:
    server.steps_before_hold = 2
    paused = asyncio.run(pulled_for(server, 2000))
    assert paused.done == 2000
    assert server.client_left.wait(30)
    arrived = dict(server.arrived)
    server.steps_before_hold = None
    steps = asyncio.run(pulled(server))
    first = next(step for step in steps if step.total)
    assert first.done == sum(arrived.values()) == 2000
    assert steps[-1].stage is PullStage.DONE
    # What was there before took no time: the rate is that of what arrives now.
    rates = {step.bytes_per_second for step in steps if step.bytes_per_second}
    assert max(rates) <= 1000


def test_cancelling_whoever_waits_closes_the_connection(server: OllamaServer) -> None:
    server.steps_before_hold = 1

    async def run() -> None:
        held = asyncio.Event()

        async def follow() -> None:
            async with aclosing(pull(NAME, ModelAccess(server.address))) as steps:
                async for step in steps:
                    if step.done:
                        held.set()

        following = asyncio.create_task(follow())
        await held.wait()
        following.cancel()
        with pytest.raises(asyncio.CancelledError):
            await following
        assert await asyncio.to_thread(server.client_left.wait, 30)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("mode", "kind", "words"),
    [
        (Mode.DISK_FULL, ModelFailed, "The disk is full.*Make room, then resume: what has arrived is kept"),
        (Mode.OFFLINE, ModelFailed, "cannot reach its library on the internet.*Resume when this computer is online"),
        (Mode.BROKEN, ModelFailed, "broke off while qwen3:4b was being fetched. Resume it"),
        (Mode.NOT_OLLAMA, ModelFailed, "broke off"),
    ],
)
def test_every_fault_is_a_sentence_with_a_way_on(
    server: OllamaServer, mode: Mode, kind: type[ModelError], words: str
) -> None:
    server.mode = mode
    with pytest.raises(kind, match=words) as caught:
        asyncio.run(pulled(server))
    assert "\n" not in str(caught.value)


def test_after_a_full_disk_it_goes_on_from_what_has_arrived(server: OllamaServer) -> None:
    server.steps_before_hold = 2
    asyncio.run(pulled_for(server, 2000))
    server.client_left.wait(30)
    server.steps_before_hold, server.mode = None, Mode.DISK_FULL
    with pytest.raises(ModelFailed):
        asyncio.run(pulled(server))
    server.mode = Mode.NORMAL
    assert next(step.done for step in asyncio.run(pulled(server)) if step.total) == 2000


def test_a_name_that_nobody_knows_is_said(server: OllamaServer) -> None:
    with pytest.raises(ModelMissing, match=r"has no model “qwen9000”\. Check its name"):
        asyncio.run(pulled(server, "qwen9000"))


def test_a_server_that_is_not_there_is_said() -> None:
    with OllamaServer() as closed:
        pass
    with pytest.raises(ModelMissing, match=r"not running\. Start it, then resume"):
        asyncio.run(pulled(closed))


def test_a_model_of_the_cloud_is_not_fetched(server: OllamaServer) -> None:
    with pytest.raises(ModelFailed, match="would leave this computer"):
        asyncio.run(pulled(server, "gpt-oss:120b-cloud"))
    assert server.requests == []


def test_a_rate_forgets_what_was_long_ago() -> None:
    now = [0.0]
    rate = Rate(lambda: now[0])
    assert rate.measure(0) is None
    now[0] = 0.1
    assert rate.measure(100) is None  # too soon to tell
    now[0] = 1
    assert rate.measure(1000) == 1000
    for second in range(2, 30):
        now[0] = second
        slow = rate.measure(1000 + 10 * (second - 1))
    assert slow == pytest.approx(10)
