"""What is known of models at one moment, whoever answers and whoever does not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from ollama_server import OllamaServer
from openai_server import OpenAiServer

from core.llm import catalogue as catalogue_module
from core.llm import ollama_host
from core.llm.access import ModelAccess
from core.llm.catalogue import Catalogue, read_catalogue
from core.llm.ollama_host import OllamaState, is_installed


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as running:
        yield running


@pytest.fixture
def nobody() -> str:
    """Return the address of a port where nobody listens."""
    with OllamaServer() as closed:
        return closed.address


def read(address: str, *servers: str, consented: str = "") -> Catalogue:
    return asyncio.run(read_catalogue(ModelAccess(address, servers, consented)))


def test_everything_there_is_is_in_it(server: OllamaServer) -> None:
    with OpenAiServer() as other:
        found = read(server.address, other.address)
    assert (found.ollama, found.problem, found.refused_host) == (OllamaState.RUNNING, "", "")
    assert [model.name for model in found.installed] == ["qwen3:8b", "llama3.2:3b"]
    assert [model.name for model in found.served] == ["qwen3-4b.gguf"]
    assert found.suggested
    assert not {one.name for one in found.suggested} & {model.name for model in found.installed}


@pytest.mark.parametrize(
    ("there", "state", "words"),
    [
        (True, OllamaState.NOT_RUNNING, "Ollama is not running. Start it"),
        (False, OllamaState.NOT_INSTALLED, "install Ollama from ollama.com"),
    ],
)
def test_whether_ollama_is_installed_makes_the_sentence(
    nobody: str, monkeypatch: pytest.MonkeyPatch, there: bool, state: OllamaState, words: str
) -> None:
    monkeypatch.setattr(catalogue_module, "is_installed", lambda: there)
    with OpenAiServer() as other:  # whose models are there all the same
        found = read(nobody, other.address)
    assert found.ollama is state
    assert words in found.problem
    assert len(found.served) == 1
    assert found.suggested


def test_another_computer_is_not_asked_without_consent() -> None:
    found = read("http://192.0.2.1:11434")  # conftest lets no connection leave
    assert (found.ollama, found.refused_host) == (OllamaState.REFUSED, "192.0.2.1:11434")
    assert "passages of your documents would leave" in found.problem
    assert found.suggested == ()


def test_another_server_is_not_asked_without_consent_either(server: OllamaServer) -> None:
    found = read(server.address, "https://192.0.2.1:443")
    assert (found.ollama, found.refused, found.served) == (OllamaState.RUNNING, "https://192.0.2.1:443", ())
    assert found.refused_host == "192.0.2.1:443"


def test_what_is_no_address_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:port")
    found = read("")
    assert (found.ollama, found.address) == (OllamaState.REFUSED, "")
    assert "no address" in found.problem


def test_ollama_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(ollama_host.sys, "platform", "linux")
    assert not is_installed()
    program = tmp_path / ("ollama.exe" if ollama_host.os.name == "nt" else "ollama")
    program.write_text("")
    program.chmod(0o755)
    assert is_installed()
