"""`models`: which chat models there are and what fits this machine; fetching one with Ollama, and removing it."""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import aclosing

from core import composition
from core.commands.common import OK, UsageError, print_json, reading
from core.llm.access import ModelAccess
from core.llm.catalogue import Catalogue, read_catalogue
from core.llm.memory import Fit, Memory
from core.llm.ollama_models import PREFIX, InstalledModel, remove
from core.llm.ollama_pull import PullProgress, PullStage, pull
from core.llm.openai_server import ServedModel
from core.llm.suggestions import Suggestion
from core.terminal import ProgressBar

_GIBIBYTE = 1 << 30
_FIT_WORDS = {Fit.FITS: "fits", Fit.TIGHT: "tight: close other programs first", Fit.TOO_LARGE: "too large"}


def models(args: argparse.Namespace) -> int:
    """List chat models and what fits this machine; or fetch one with Ollama (Ctrl-C pauses), or remove one."""
    with reading(args) as library:
        access = composition.model_access(library)
    if args.action == "list":
        if args.name:
            raise UsageError("`paperlamp models` takes no name. To fetch a model: paperlamp models pull NAME")
        return asyncio.run(_list(access, as_json=args.json))
    if not args.name:
        raise UsageError(f"Name a model, as in: paperlamp models {args.action} qwen3:4b")
    name = args.name.removeprefix(PREFIX)
    if args.action == "remove":
        asyncio.run(remove(name, access))
        print(f"{name} is removed from Ollama.", file=sys.stderr)
        return OK
    return asyncio.run(_pull(name, access, as_json=args.json))


async def _list(access: ModelAccess, *, as_json: bool) -> int:
    catalogue = await read_catalogue(access)
    if as_json:
        _print_json(catalogue)
        return OK
    memory = catalogue.memory
    print(f"Memory: {_gibi(memory.total)} GB, {_gibi(memory.available)} GB free")
    if catalogue.problem:
        print(f"paperlamp: {catalogue.problem}", file=sys.stderr)
    for model in catalogue.installed:
        print(f"{model.id:<28} {_described(model, memory)}")
    for served in catalogue.served:
        parts = (served.family, served.quantisation, f"{served.context:,} tokens" if served.context else "")
        print(f"{served.id:<28} {' · '.join([*filter(None, parts), served.address])}")
    print(f"{'builtin':<28} SmolLM2 135M · always there")
    if catalogue.suggested:
        print("\nSuggested for this computer (paperlamp models pull NAME):")
    for one in catalogue.suggested:
        print(f"{one.name:<28} {one.size / 1e9:.1f} GB · {one.licence} · {one.note}")
    return OK


async def _pull(name: str, access: ModelAccess, *, as_json: bool) -> int:
    bar = ProgressBar(sys.stderr, visible=not as_json)
    progress = PullProgress(name, PullStage.STARTING)
    try:
        async with aclosing(pull(name, access)) as steps:
            async for progress in steps:
                if as_json:
                    print_json(_progress_json(progress))
                else:
                    bar.show_bytes(progress.done, progress.total, progress.bytes_per_second, progress.eta_seconds)
    finally:
        bar.close()
    if not as_json:
        print(f"{name} is there. Ask it with: paperlamp ask QUESTION --model {PREFIX}{name}", file=sys.stderr)
    return OK


def _described(model: InstalledModel, memory: Memory) -> str:
    fit = model.fit(memory)
    needed = model.need.with_context(model.judged_context)
    parts = [
        f"{model.size / 1e9:.1f} GB" if model.size else "",
        model.family,
        model.parameters,
        model.quantisation,
        f"{model.context:,} tokens" if model.context else "",
        f"on {model.host}" if model.host else "",
        f"{_FIT_WORDS[fit]} (needs {_gibi(needed)} GB)" if fit is not None else "",
        "in memory" if model.is_loaded else "",
    ]
    return " · ".join(filter(None, parts))


def _print_json(catalogue: Catalogue) -> None:
    memory = catalogue.memory
    print_json(
        {
            "kind": "machine",
            "memory_bytes": memory.total,
            "available_bytes": memory.available,
            "ollama": catalogue.ollama,
            "address": catalogue.address,
            "reason": catalogue.problem,
        }
    )
    for model in catalogue.installed:
        print_json(_installed_json(model, memory))
    for served in catalogue.served:
        print_json(_served_json(served))
    print_json({"kind": "model", "model": "builtin", "name": "builtin", "loaded": True, "fit": Fit.FITS})
    for one in catalogue.suggested:
        print_json(_suggestion_json(one))


def _installed_json(model: InstalledModel, memory: Memory) -> dict[str, object]:
    return {
        "kind": "model",
        "model": model.id,
        "name": model.name,
        "size_bytes": model.size,
        "family": model.family,
        "parameters": model.parameters,
        "quantization": model.quantisation,
        "context_length": model.context,
        "thinks": model.thinks,
        "loaded": model.is_loaded,
        "needs_bytes": model.need.with_context(model.judged_context),
        "fit": model.fit(memory),
        "host": model.host or None,
    }


def _served_json(model: ServedModel) -> dict[str, object]:
    return {
        "kind": "model",
        "model": model.id,
        "name": model.name,
        "address": model.address,
        "family": model.family,
        "quantization": model.quantisation,
        "context_length": model.context,
        "host": model.host or None,
    }


def _suggestion_json(one: Suggestion) -> dict[str, object]:
    return {
        "kind": "suggestion",
        "name": one.name,
        "size_bytes": one.size,
        "licence": one.licence,
        "memory_bytes": one.memory,
        "note": one.note,
    }


def _progress_json(progress: PullProgress) -> dict[str, object]:
    return {
        "event": "pull",
        "name": progress.name,
        "state": progress.stage,
        "bytes_done": progress.done,
        "bytes_total": progress.total,
        "bytes_per_second": progress.bytes_per_second,
        "eta_seconds": progress.eta_seconds,
    }


def _gibi(size: int) -> str:
    return f"{size / _GIBIBYTE:.1f}"
