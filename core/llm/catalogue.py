"""Everything there is to know about chat models on this machine at one moment, for the window and the command line."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from core.errors import ModelError
from core.llm.access import ModelAccess
from core.llm.addresses import is_loopback, refuse_elsewhere, remote_host
from core.llm.memory import Memory
from core.llm.ollama_host import OllamaState, is_installed
from core.llm.ollama_models import InstalledModel, list_installed
from core.llm.openai_server import ServedModel, list_served
from core.llm.suggestions import Suggestion, suggestions


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What there is, and what could be.

    Attributes:
        ollama: whether Ollama can be asked.
        address: where it is asked; empty where that is no address.
        problem: why it cannot be asked, in a sentence with a way on; empty where it can.
        installed: its chat models, the largest first.
        served: those of other servers.
        suggested: what would be worth fetching; nothing where Ollama is another computer's.
        refused: the first address that is another computer's without consent, and so was not asked; empty for none.
    """

    memory: Memory
    ollama: OllamaState
    address: str
    problem: str
    installed: tuple[InstalledModel, ...] = ()
    served: tuple[ServedModel, ...] = ()
    suggested: tuple[Suggestion, ...] = ()
    refused: str = ""

    @property
    def refused_host(self) -> str:
        """`host:port` of the other computer that was not asked; empty for none."""
        return remote_host(self.refused) if self.refused else ""


async def read_catalogue(access: ModelAccess) -> Catalogue:
    """Ask every server; whoever does not answer is a state, not an error."""
    served = asyncio.ensure_future(list_served(access))
    try:
        catalogue = await _of_ollama(access)
    finally:
        others = await served
    addresses = (catalogue.address, *access.servers)
    refused = next((one for one in addresses if one and remote_host(one) not in ("", access.consented)), "")
    return replace(catalogue, served=tuple(others), refused=refused)


async def _of_ollama(access: ModelAccess) -> Catalogue:
    memory = Memory.now()
    address = ""
    try:
        address = access.ollama_address
        refuse_elsewhere(address, access.consented)
    except ModelError as error:
        return Catalogue(memory, OllamaState.REFUSED, address, str(error))
    is_here = is_loopback(address)
    try:
        installed = await list_installed(access)
    except ModelError as error:
        is_missing = is_here and not await asyncio.to_thread(is_installed)
        state = OllamaState.NOT_INSTALLED if is_missing else OllamaState.NOT_RUNNING
        wanted = tuple(suggestions(memory)) if is_here else ()
        return Catalogue(memory, state, address, _not_installed() if is_missing else str(error), suggested=wanted)
    wanted = tuple(suggestions(memory, (model.name for model in installed))) if is_here else ()
    return Catalogue(memory, OllamaState.RUNNING, address, "", tuple(installed), suggested=wanted)


def _not_installed() -> str:
    return (
        "Ollama is not installed. Better answers come from a larger model: install Ollama from ollama.com, start it, "
        "and fetch a model here. The built-in model answers without it."
    )
