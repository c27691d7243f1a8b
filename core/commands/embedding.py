"""`settings embedder`: which model embeds the library, and embedding it anew with another one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.commands.common import NOT_ALL_READY, OK, controlling, print_json, reading
from core.embedding.choice import BUILTIN, BUILTIN_CHOICE, OLLAMA, absolute_value, choice_from
from core.errors import ModelError
from core.index.library import Library
from core.json_contract import embedding_json
from core.settings import EMBEDDER
from core.terminal import ProgressBar
from core.types import EmbeddingProgress, EmbeddingState

_DESCRIPTION = f"the model that passages are found with ({BUILTIN}, {OLLAMA}NAME, or a sentence-transformers folder)"


def embed_with(args: argparse.Namespace) -> int:
    """Embed the library with another model and wait until it is in force; the present one answers until then."""
    last: EmbeddingProgress | None = None
    bar = ProgressBar(sys.stderr, visible=not args.json)
    with controlling(args) as (_, control):
        try:
            for last in control.embed_with(absolute_value(args.value)):
                if args.json:
                    print_json({"event": EMBEDDER} | embedding_json(last))
                else:
                    bar.show_embedding(last)
        finally:
            bar.close()
    if last is not None and not args.json:
        print(_sentence(last), file=sys.stderr)
    return OK if last is not None and last.state is EmbeddingState.IN_FORCE else NOT_ALL_READY


def show_embedder(args: argparse.Namespace) -> None:
    """Print which model is in force, which could be chosen, and how far another one is."""
    with reading(args) as library:
        record, shadow = library.embedder(), library.shadow.state()
    value = (record.value if record else "") or BUILTIN
    choices = list(dict.fromkeys([BUILTIN, value, *_of_ollama()]))
    if args.json:
        building = None
        if shadow is not None:
            building = {
                "embedder": shadow.embedder.value,
                "passages_done": shadow.done,
                "passages_total": shadow.total,
                "cut": shadow.cut,
                "reason": shadow.reason,
            }
        print_json({"setting": EMBEDDER, "value": value, "choices": choices, "embedding_with": building})
        return
    print(f"{EMBEDDER:<14} {value:<12} {_DESCRIPTION}")
    if shadow is not None:
        print(f"{'':<14} {shadow.embedder.value}: {shadow.done} of {shadow.total} passages are embedded with it")


def standing_of(library: Library) -> str | None:
    """A line on the embedder for people; None for the built-in one with nothing beside it."""
    record, shadow = library.embedder(), library.shadow.state()
    if record is None or (record.model_id == BUILTIN_CHOICE.model_id and shadow is None):
        return None
    line = f"Embedded with {choice_from(record).label if record.value else 'a model of its own'}."
    if shadow is not None:
        label = choice_from(shadow.embedder).label
        line += f" {label} has embedded {shadow.done} of {shadow.total} passages"
        line += f" and stopped: {shadow.reason}" if shadow.reason else "."
    return line


def _of_ollama() -> list[str]:
    """Ollama's embedding models; none where it is not running."""
    from core.embedding.ollama_embedder import list_embedding_models

    try:
        return [OLLAMA + name for name in list_embedding_models()]
    except ModelError:
        return []


def _sentence(progress: EmbeddingProgress) -> str:
    name = Path(progress.embedder).name if progress.embedder.startswith("/") else progress.embedder
    if progress.state is EmbeddingState.IN_FORCE:
        cut = f" {progress.cut} of them are longer than it reads; their ends are not in it." if progress.cut else ""
        return f"{progress.passages_done:,} passages are embedded with {name}, which is in force now.{cut}"
    if progress.state is EmbeddingState.PAUSED:
        return "Everything is paused. `paperlamp resume` goes on."
    if progress.state is EmbeddingState.CANCELLED:
        return f"Nothing is embedded with {name} any more. The model in force stays."
    return f"{progress.reason or 'Stopped.'} The model in force stays."
