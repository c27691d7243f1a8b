"""Listing and removing Ollama's models through its official client, against a server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from ollama_server import GIGABYTE, Mode, OllamaServer, Served, embedding_model

from core.errors import ModelFailed, ModelMissing
from core.llm.access import ModelAccess
from core.llm.memory import Fit, Memory
from core.llm.ollama import list_models
from core.llm.ollama_models import InstalledModel, list_installed, remove

FACTS = (
    ("block_count", 28),
    ("attention.head_count", 24),
    ("attention.head_count_kv", 8),
    ("attention.key_length", 128),
    ("attention.value_length", 128),
)


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as running:
        yield running


def listed(server: OllamaServer) -> list[InstalledModel]:
    return asyncio.run(list_installed(ModelAccess(server.address)))


def test_a_model_is_listed_with_all_that_is_known_of_it(server: OllamaServer) -> None:
    server.models = [Served("llama3.2:latest", context=131072, capabilities=("completion", "thinking"), facts=FACTS)]
    server.loaded = ("llama3.2:latest",)
    (model,) = listed(server)
    assert (model.name, model.short_name, model.id) == ("llama3.2:latest", "llama3.2", "ollama/llama3.2:latest")
    assert (model.size, model.family, model.parameters, model.quantisation) == (2 * GIGABYTE, "llama", "3B", "Q4_K_M")
    assert (model.context, model.is_loaded, model.thinks, model.host) == (131072, True, True, "")
    assert model.need.token == 114_688


def test_it_is_told_whether_a_model_fits(server: OllamaServer) -> None:
    server.models = [Served("llama3.2:3b", facts=FACTS)]
    (model,) = listed(server)
    assert model.fit(Memory(16 * GIGABYTE, 8 * GIGABYTE)) is Fit.FITS
    assert model.fit(Memory(16 * GIGABYTE, 3 * GIGABYTE)) is Fit.TIGHT
    assert model.fit(Memory(4 * GIGABYTE, 3 * GIGABYTE)) is Fit.TOO_LARGE
    server.loaded = ("llama3.2:3b",)
    assert listed(server)[0].fit(Memory(4 * GIGABYTE, 1 * GIGABYTE)) is Fit.FITS


@pytest.mark.parametrize(
    "left_out",
    [
        embedding_model(),
        embedding_model("all-minilm:33m", capabilities=None),
        Served("flux:12b", capabilities=("image",)),
        Served("llava:7b", families=("llama", "clip"), capabilities=("completion", "vision")),
        Served("moondream:1.8b", family="phi2", families=("phi2", "clip"), capabilities=None),
        Served("llama3.2-vision:11b", family="mllama", capabilities=("completion", "vision")),
        Served("qwen2.5vl:7b", family="qwen25vl", capabilities=("completion", "vision")),
        Served("qwen3-vl:4b", family="qwen3vl", capabilities=("completion", "vision")),
        Served("hf.co/someone/granite-vision:2b", capabilities=("completion", "vision")),
        Served("gpt-oss:120b-cloud", 384),
    ],
    ids=lambda model: model.name,
)
def test_models_that_are_not_for_text_are_left_out(server: OllamaServer, left_out: Served) -> None:
    server.models = [Served("llama3.2:3b"), left_out]
    assert [model.name for model in listed(server)] == ["llama3.2:3b"]


@pytest.mark.parametrize(
    "kept",
    [
        Served("gemma3:4b", family="gemma3", families=("gemma3",), capabilities=("completion", "vision")),
        Served("mistral-small3.1:24b", family="mistral3", capabilities=("completion", "vision", "tools")),
        Served("old:7b", capabilities=None),
        Served("revision-notes:7b"),
    ],
    ids=lambda model: model.name,
)
def test_models_that_read_text_as_well_as_pictures_stay(server: OllamaServer, kept: Served) -> None:
    server.models = [kept]
    assert [model.name for model in listed(server)] == [kept.name]


def test_a_model_that_goes_while_the_list_is_made_is_not_in_it(server: OllamaServer) -> None:
    class Vanishing(list[Served]):
        """Lists two models, and knows one of them afterwards."""

        asked = 0

        def __iter__(self) -> Iterator[Served]:
            self.asked += 1
            return super().__iter__() if self.asked == 1 else iter(list(super().__iter__())[:1])

    server.models = Vanishing([Served("llama3.2:3b"), Served("gone:7b")])
    assert [model.name for model in listed(server)] == ["llama3.2:3b"]


def test_those_that_are_too_large_are_offered_last(server: OllamaServer) -> None:
    server.models = [Served("llama3.2:3b"), Served("enormous:9000b", 9_000_000 * GIGABYTE)]
    assert [info.id for info in asyncio.run(list_models(server.address))] == [
        "ollama/llama3.2:3b",
        "ollama/enormous:9000b",
    ]


def test_a_model_is_removed(server: OllamaServer) -> None:
    asyncio.run(remove("llama3.2:3b", ModelAccess(server.address)))
    assert [model.name for model in listed(server)] == ["qwen3:8b"]
    with pytest.raises(ModelMissing, match=r"does not have llama3\.2:3b"):
        asyncio.run(remove("llama3.2:3b", ModelAccess(server.address)))


def test_something_else_at_the_address_is_said(server: OllamaServer) -> None:
    server.mode = Mode.NOT_OLLAMA
    with pytest.raises(ModelFailed, match="not Ollama"):
        listed(server)
