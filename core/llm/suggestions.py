"""The short list of models that are worth fetching, chosen by this machine's memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from core.llm.memory import Memory
from core.paths import resources_folder

_LARGEST = 3
_QUICK = 0.4  # of the size of the first: on a processor alone, a model of less than half the size answers twice as soon
_GIBIBYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A model of Ollama's library.

    Attributes:
        name: as `ollama pull` takes it.
        size: of the download in bytes.
        licence: of its weights.
        memory: the least total memory in bytes with which it answers well.
        note: what it is good for, in a few words.
    """

    name: str
    size: int
    licence: str
    memory: int
    note: str


def all_suggestions() -> list[Suggestion]:
    """The whole list, the smallest first; each with a licence that lets anybody use it for anything."""
    listed = json.loads((resources_folder() / "llm" / "suggestions.json").read_text("utf-8"))["models"]
    found = [
        Suggestion(one["name"], int(one["gigabytes"] * 1e9), one["licence"], one["memory_gb"] * _GIBIBYTE, one["note"])
        for one in listed
    ]
    return sorted(found, key=lambda one: one.size)


def suggestions(memory: Memory, installed: Iterable[str] = ()) -> list[Suggestion]:
    """The three largest that this machine's memory is made for and a quicker one; what is there already is left out.

    The machine's memory counts, not what is free of it now: programs can be closed before the model is asked.
    """
    there = {name.removesuffix(":latest") for name in installed}
    # Machines report a little less than what is built in, which firmware and graphics keep for themselves.
    total = memory.total * 1.1
    fitting = [one for one in all_suggestions() if one.memory <= total and one.name not in there]
    largest = fitting[::-1][:_LARGEST]
    quick = [one for one in fitting if one not in largest and one.size <= _QUICK * largest[0].size][-1:]
    return largest + quick
