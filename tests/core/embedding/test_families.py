"""What is known of models by their names."""

from __future__ import annotations

import json

import pytest

from core.embedding.families import Prefixes, prefixes_of
from core.paths import resources_folder

FOR_SEARCHING = "Represent this sentence for searching relevant passages: "
INSTRUCTED = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"


@pytest.mark.parametrize(
    ("name", "prefixes"),
    [
        ("nomic-embed-text", Prefixes("search_query: ", "search_document: ", True)),
        ("nomic-embed-text:v1.5", Prefixes("search_query: ", "search_document: ", True)),
        ("nomic-embed-text-v2-moe:latest", Prefixes("search_query: ", "search_document: ")),
        ("mxbai-embed-large:335m", Prefixes(FOR_SEARCHING, "", True)),
        ("bge-m3:567m", Prefixes()),
        ("bge-large", Prefixes(FOR_SEARCHING, "", True)),
        ("BAAI/bge-small-en-v1.5", Prefixes(FOR_SEARCHING, "", True)),
        ("bge-large-zh-v1.5", Prefixes("为这个句子生成表示以用于检索相关文章：")),
        ("e5-base-v2", Prefixes("query: ", "passage: ", True)),
        ("someone/multilingual-e5-base:f16", Prefixes("query: ", "passage: ")),
        ("multilingual-e5-large-instruct", Prefixes(f"{INSTRUCTED} ")),
        ("snowflake-arctic-embed:33m", Prefixes(FOR_SEARCHING, "", True)),
        ("snowflake-arctic-embed2:568m", Prefixes("query: ")),
        ("snowflake-arctic-embed-l-v2.0", Prefixes("query: ")),
        ("hf.co/Qwen/Qwen3-Embedding-0.6B-GGUF:Q8_0", Prefixes(INSTRUCTED)),
        ("embeddinggemma:300m", Prefixes("task: search result | query: ", "title: none | text: ")),
        ("all-minilm:l6-v2", Prefixes("", "", True)),
        ("all_MiniLM_L6_v2", Prefixes("", "", True)),
    ],
)
def test_a_known_model_is_asked_as_its_makers_say(name: str, prefixes: Prefixes) -> None:
    assert prefixes_of(name) == prefixes


@pytest.mark.parametrize("name", ["some-model", "me5-basement", "bge", "nomic-embed-texture", "", ":latest"])
def test_an_unknown_model_gets_its_texts_as_they_are_and_is_taken_to_know_all_languages(name: str) -> None:
    assert prefixes_of(name) == Prefixes("", "", english_only=False)


def test_every_fact_has_a_source_and_no_name_is_there_twice() -> None:
    rows = json.loads((resources_folder() / "embedding" / "families.json").read_text("utf-8"))
    names = [name for row in rows for name in row["names"]]
    assert len(names) == len(set(names)) > 20
    assert all(row["source"].startswith("https://") for row in rows)
    assert all(set(row) <= {"names", "query", "document", "english_only", "source"} for row in rows)
