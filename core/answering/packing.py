"""Answers and scopes as the library's database keeps them: JSON, whose earlier forms are read as well."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from core.types import (
    Answer,
    AnswerSentence,
    Citation,
    ContextUse,
    PageRange,
    Passage,
    Place,
    Scope,
    Searched,
    TextRun,
    Timings,
    Verdict,
)


def pack_answer(answer: Answer) -> str:
    """An answer with everything it rests on."""
    return json.dumps(dataclasses.asdict(answer), ensure_ascii=False)


def unpack_answer(text: str) -> Answer:
    """The answer that was packed, by this version or an earlier one."""
    return _answer(json.loads(text))


def pack_scope(scope: Scope) -> str:
    """A scope."""
    return json.dumps(dataclasses.asdict(scope))


def unpack_scope(text: str) -> Scope:
    """The scope that was packed, by this version or an earlier one."""
    return _scope(json.loads(text))


def _answer(packed: dict[str, Any]) -> Answer:
    sentences = tuple(
        AnswerSentence(
            s["text"], tuple(_citation(c) for c in s["citations"]), Verdict(s["verdict"]), s.get("reason", "")
        )
        for s in packed["sentences"]
    )
    return Answer(
        **packed
        | {
            "sentences": sentences,
            "passages": tuple(_passage(p) for p in packed["passages"]),
            "context": ContextUse(**packed["context"]),
            "timings": Timings(**packed["timings"]),
            "searched": _searched(packed.get("searched")),
        }
    )


def _scope(packed: dict[str, Any]) -> Scope:
    """A scope; earlier versions knew one collection only."""
    earlier = packed.get("collection")
    return Scope(
        documents=tuple(packed.get("documents", ())),
        collections=tuple(packed.get("collections", (earlier,) if earlier else ())),
        tags=tuple(packed.get("tags", ())),
        pages=tuple(PageRange(**pages) for pages in packed.get("pages", ())),
        since=packed.get("since", ""),
        until=packed.get("until", ""),
    )


def _searched(packed: dict[str, Any] | None) -> Searched | None:
    if packed is None:
        return None
    return Searched(packed["query"], _scope(packed["scope"]), tuple(packed["titles"]), packed.get("own_words", ""))


def _citation(packed: dict[str, Any]) -> Citation:
    return Citation(**packed | {"places": tuple(Place(*place) for place in packed.get("places", ()))})


def _passage(packed: dict[str, Any]) -> Passage:
    runs = tuple(TextRun(*run) for run in packed.get("runs", ()))
    parts = tuple((str(name), float(value)) for name, value in packed.get("parts", ()))
    answering = packed.get("answering")
    start_end = (int(answering[0]), int(answering[1])) if answering else None
    return Passage(**packed | {"runs": runs, "parts": parts, "answering": start_end})
