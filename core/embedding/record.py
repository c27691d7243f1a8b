"""An embedder as a library remembers it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EmbedderRecord:
    """Enough to open a library, and its embedder later, without looking at the model now.

    Attributes:
        model_id: what its vectors are known by.
        dimension: of its vectors.
        value: as the command line names it: `builtin`, a folder, or `ollama/` and a name; empty in libraries of
            earlier versions, which knew the id alone.
        window: tokens of a text, where that cannot be asked before it is needed; else 0.
    """

    model_id: str
    dimension: int
    value: str = ""
    window: int = 0
