"""Which servers of models may be asked, and how: what the library's settings say, for whoever looks for a model."""

from __future__ import annotations

from dataclasses import dataclass

from core.llm.addresses import host_address

# Where llama.cpp's server and LM Studio listen unless they are told otherwise.
USUAL_SERVERS = ("http://127.0.0.1:8080", "http://127.0.0.1:1234")

ALWAYS = -1
"""Keep a model in memory for good, in Ollama's words."""


@dataclass(frozen=True, slots=True)
class ModelAccess:
    """Addresses and manners.

    Attributes:
        ollama: address of Ollama; empty for OLLAMA_HOST, else the usual one.
        servers: addresses on which an OpenAI-compatible server may listen.
        consented: `host:port` of the one other computer that passages may be sent to; empty for none.
        keep_alive: how long Ollama keeps a model in memory after an answer, in Ollama's words ("5m", -1 for always);
            None leaves that to Ollama.
    """

    ollama: str = ""
    servers: tuple[str, ...] = USUAL_SERVERS
    consented: str = ""
    keep_alive: str | int | None = None

    @property
    def ollama_address(self) -> str:
        """Where Ollama is asked.

        Raises:
            ModelMissing: OLLAMA_HOST is no address.
        """
        return self.ollama or host_address()
