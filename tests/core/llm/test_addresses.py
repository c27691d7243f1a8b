"""Who may be asked: this computer, and the one host that the person consented to."""

from __future__ import annotations

import asyncio

import pytest
from ollama_server import OllamaServer

from core.errors import ModelMissing, UserError
from core.llm.access import ModelAccess
from core.llm.addresses import checked_host, refuse_elsewhere, remote_host
from core.llm.ollama import OllamaChatModel
from core.llm.ollama_host import connect, connect_blocking
from core.llm.openai_server import OpenAiChatModel, ServedModel

FAR = "http://192.0.2.1:11434"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://127.0.0.1:1", ""),
        ("http://[::1]:1", ""),
        ("http://192.0.2.1:11434", "192.0.2.1:11434"),
        ("https://Models.Example.com:443", "models.example.com:443"),
        ("http://someone@example.com:80", "example.com:80"),
    ],
)
def test_another_computer_is_named_by_host_and_port(address: str, host: str) -> None:
    assert remote_host(address) == host


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("192.0.2.1", "192.0.2.1:11434"),
        (" Desk.local:8080 ", "desk.local:8080"),
        ("[2001:db8::1]", "[2001:db8::1]:11434"),
    ],
)
def test_consent_is_kept_for_one_host_and_port(typed: str, kept: str) -> None:
    assert checked_host(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "127.0.0.1", "localhost", "*", "http://192.0.2.1", "a b", "192.0.2.1:99999", "x/y"]
)
def test_what_is_no_other_computer_is_no_consent(typed: str) -> None:
    with pytest.raises(UserError, match="not the name of another computer"):
        checked_host(typed)


def test_without_consent_the_refusal_says_what_it_would_mean_and_how_to_allow_it() -> None:
    with pytest.raises(ModelMissing, match="passages of your documents would leave") as refused:
        refuse_elsewhere(FAR)
    assert "paperlamp settings remote-host 192.0.2.1:11434" in str(refused.value)


@pytest.mark.parametrize("consented", ["192.0.2.1:11435", "192.0.2.2:11434", "192.0.2.1", "example.com:11434"])
def test_consent_for_one_host_is_none_for_another(consented: str) -> None:
    with pytest.raises(ModelMissing):
        refuse_elsewhere(FAR, consented)
    with pytest.raises(ModelMissing):
        OllamaChatModel("llama3.2:3b", FAR, ModelAccess(consented=consented))
    with pytest.raises(ModelMissing):
        OpenAiChatModel(ServedModel("qwen", FAR), consented)


def test_with_consent_a_client_is_made_and_says_where_it_goes() -> None:
    model = OllamaChatModel("llama3.2:3b", FAR, ModelAccess(consented="192.0.2.1:11434"))
    assert model.info.host == "192.0.2.1:11434"
    asyncio.run(model.close())
    assert connect(FAR, 1.0, "192.0.2.1:11434")


def test_consent_does_not_reach_embedding() -> None:
    with pytest.raises(ModelMissing):
        connect_blocking(FAR, 1.0)


def test_this_computer_needs_no_consent() -> None:
    with OllamaServer() as server:
        refuse_elsewhere(server.address)
