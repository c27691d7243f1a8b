"""An embedder that is not there."""

from __future__ import annotations

from collections.abc import Sequence

from core.embedding.embedder import Vectors
from core.errors import ModelMissing


class AbsentEmbedder:
    """One whose server is off."""

    name, dimension, max_tokens, model_id = "absent", 384, 256, "absent"

    def embed_query(self, text: str) -> Vectors:
        raise ModelMissing("Ollama is not running. Start it.")

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        raise ModelMissing("Ollama is not running. Start it.")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def close(self) -> None:
        """Nothing to let go of."""
