"""What is known of embedding models by their names: what they want in front of questions and passages.

The facts are data, `resources/embedding/families.json`, each with its source. A model that is not among them gets its
texts as they are, and is taken to know all languages.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

from core.paths import resources_folder


@dataclass(frozen=True, slots=True)
class Prefixes:
    """How a model wants to be asked.

    Attributes:
        query: what stands in front of a question.
        document: what stands in front of a passage.
        english_only: it was trained on English alone.
    """

    query: str = ""
    document: str = ""
    english_only: bool = False


def prefixes_of(name: str) -> Prefixes:
    """The prefixes of a model by its name: `nomic-embed-text:latest`, or that of a folder.

    The longest known name that stands in it as a whole word decides, so that `snowflake-arctic-embed2` is not taken
    for `snowflake-arctic-embed`, and `hf.co/Qwen/Qwen3-Embedding-0.6B-GGUF:Q8_0` is recognised.
    """
    stem = name.casefold().rpartition("/")[2].partition(":")[0].replace("_", "-")
    matching = [known for known in _families() if _stands_in(known, stem)]
    return _families()[max(matching, key=len)] if matching else Prefixes()


def _stands_in(known: str, name: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(known)}(?![a-z0-9])", name) is not None


@cache
def _families() -> dict[str, Prefixes]:
    rows = json.loads((resources_folder() / "embedding" / "families.json").read_text("utf-8"))
    return {
        name: Prefixes(row.get("query", ""), row.get("document", ""), row.get("english_only", False))
        for row in rows
        for name in row["names"]
    }
