"""Chunks fit the embedder's window, lose nothing, and know their exact place on the page."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from stand_ins import page_of

from core.chunking.chunker import (
    ChunkingSettings,
    HeadingPath,
    chunk_page,
    context_line,
    outline_path,
)
from core.embedding.embedder import embedded_text
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.reading.document_reader import DocumentReader
from core.types import BlockKind, Chunk, Heading, OutlineEntry, Page, PageSource

TITLE = "The Lamplighter’s Handbook"
FILE = "handbook_2019.pdf"

ODD_PAGES = {
    "one very long sentence": "the keeper climbed the steps of the tower " * 150,
    "one word without an end": "lamp" * 3000,
    "figures without a space": "1234567890," * 600,
    "long sentence of long words": "Donaudampfschifffahrtsgesellschaftskapitän " * 120,
    "Chinese without spaces": "灯塔的看守人每天爬四次楼梯。" * 80 + "没有句号的长句子" * 200,
    "only spaces": " \r\n \t \u00a0 ",
    "empty": "",
    "one letter": "x",
    "many short lines": "\r\n".join(f"row {i}  {i * 7}" for i in range(400)),
    "emoji": "The lamp 😀 was lit. " * 100,
    "brackets and dots": "(a) . . . . . 12 [b] … " * 200,
    "long sentence then short ones": "and so it went on " * 200 + ". Then it ended. Nobody knew. It was late.",
}


def chunks_of(
    page: Page, embedder: OpenVinoEmbedder, title: str = TITLE, file_name: str = FILE
) -> list[tuple[Chunk, str]]:
    settings = ChunkingSettings(embedder.max_tokens)
    return chunk_page(page, HeadingPath(), title, file_name, embedder.count_tokens, settings)


def real_pages(data: Path, sample: Path) -> list[Page]:
    pages = []
    for path in (data / "outline.pdf", data / "two_columns.pdf", data / "table.pdf", sample):
        with DocumentReader(path) as reader:
            pages += [reader.read_page(i) for i in range(reader.page_count)]
    return pages


def assert_sound(page: Page, chunks: list[tuple[Chunk, str]], embedder: OpenVinoEmbedder) -> None:
    """Window, places and completeness: every visible character of the page stands in one chunk, and only there.

    Running heads and the dots that lead to a figure stand in none.
    """
    seen: Counter[int] = Counter()
    for chunk, context in chunks:
        tokens = embedder.count_tokens([embedded_text(context, chunk.text)])[0] + 2
        assert tokens <= embedder.max_tokens
        assert chunk.page_index == page.index
        assert chunk.char_start == min(run.char_start for run in chunk.runs)
        assert chunk.char_end == max(run.char_start + run.length for run in chunk.runs)
        at = 0
        for run in chunk.runs:
            assert chunk.text[at : run.text_start].strip(" \n|") == ""
            at = run.text_start + run.length
            there = page.text[run.char_start : run.char_start + run.length]
            assert there.replace("\u00ad", "-").split() == chunk.text[run.text_start : at].split()
            seen.update(range(run.char_start, run.char_start + run.length))
        assert at == len(chunk.text)
    running = [block for block in page.blocks if block.kind is BlockKind.RUNNING_HEAD]
    left_out = {i for block in running for line in block.lines for a, b in line for i in range(a, b)}
    if page.blocks:
        left_out |= {i for dots in re.finditer(r"(?:\s*\.){4,}", page.text) for i in range(*dots.span())}
    visible = {i for i, c in enumerate(page.text) if not c.isspace() and c not in "\u200b\u00ad"} - left_out
    assert visible <= set(seen)
    assert max(seen.values(), default=1) == 1


def test_chunks_of_real_pages_are_sound(data: Path, sample: Path, embedder: OpenVinoEmbedder) -> None:
    for page in real_pages(data, sample):
        assert_sound(page, chunks_of(page, embedder), embedder)


@pytest.mark.parametrize("name", ODD_PAGES)
def test_chunks_of_odd_pages_are_sound(name: str, embedder: OpenVinoEmbedder) -> None:
    page = page_of(3, ODD_PAGES[name])
    chunks = chunks_of(page, embedder)
    assert_sound(page, chunks, embedder)
    assert bool(chunks) == bool(page.text.strip())


@pytest.mark.parametrize("seed", range(12))
def test_chunks_of_random_pages_are_sound(seed: int, embedder: OpenVinoEmbedder) -> None:
    chance = random.Random(seed)
    pieces = [
        "lamp",
        "Keeper.",
        "1,867",
        "light\u00ad",
        "well-known",
        "naïve",
        "中文",
        "\u200b",
        "•",
        "Dr.",
        "😀",
        "end!",
        "“No.”",
    ]
    text = "".join(
        chance.choice(pieces) + chance.choice([" ", " ", " ", "\r\n"]) for _ in range(chance.randint(5, 900))
    )
    page = page_of(0, text)
    assert_sound(page, chunks_of(page, embedder), embedder)


@pytest.mark.parametrize(
    ("title", "file_name"),
    [("word " * 200, "x.pdf"), ("T" * 160, "y" * 40 + ".pdf"), ("", "z.pdf"), ("灯塔" * 80, "灯.pdf")],
)
def test_a_long_title_leaves_room_for_the_text(title: str, file_name: str, embedder: OpenVinoEmbedder) -> None:
    page = page_of(0, ODD_PAGES["one very long sentence"])
    chunks = chunks_of(page, embedder, title.strip(), file_name)
    assert_sound(page, chunks, embedder)
    for _, context in chunks:
        assert embedder.count_tokens([context])[0] <= embedder.max_tokens * 0.2


def test_chunks_are_filled(embedder: OpenVinoEmbedder) -> None:
    page = page_of(0, "The keeper climbed the steps four times a day. " * 120)
    chunks = chunks_of(page, embedder)
    counts = [chunk.token_count for chunk, _ in chunks]
    assert min(counts[:-1]) > 0.75 * embedder.max_tokens
    assert [chunk.token_count for chunk, _ in chunks] == embedder.count_tokens([chunk.text for chunk, _ in chunks])


def test_the_context_is_embedded_and_not_shown(data: Path, embedder: OpenVinoEmbedder) -> None:
    with DocumentReader(data / "text_two_pages.pdf") as reader:
        page = reader.read_page(0)
    ((chunk, context),) = chunks_of(page, embedder)
    assert context.startswith(TITLE)
    assert "handbook_2019" in context
    assert TITLE not in chunk.text
    assert embedded_text(context, chunk.text) == f"{context}\n{chunk.text}"


def test_equal_pages_give_equal_chunks(data: Path, sample: Path, embedder: OpenVinoEmbedder) -> None:
    for page in real_pages(data, sample):
        assert chunks_of(page, embedder) == chunks_of(page, embedder)


# ── headings ─────────────────────────────────────────────────────────────────────────────────────────────────────

PROSE = "The keeper climbed the steps four times a day and wrote the height of every tide into a blue book. " * 6


def sectioned(*sections: tuple[int, str, str]) -> Page:
    text, headings = "", []
    for level, heading, body in sections:
        headings.append(Heading(len(text), level, heading))
        text += f"{heading}\r\n{body}\r\n"
    return Page(0, "1", text, PageSource.TEXT, None, tuple(headings))


def test_a_heading_opens_a_chunk_and_stands_in_its_path(embedder: OpenVinoEmbedder) -> None:
    page = sectioned((1, "The sea", PROSE), (2, "Lights", PROSE), (2, "Fish", PROSE), (1, "The land", PROSE))
    chunks = chunks_of(page, embedder)
    assert_sound(page, chunks, embedder)
    paths = list(dict.fromkeys(chunk.heading_path for chunk, _ in chunks))
    assert paths == [("The sea",), ("The sea", "Lights"), ("The sea", "Fish"), ("The land",)]
    for chunk, context in chunks:
        assert context.endswith(" · ".join(chunk.heading_path))
    assert chunks[0][0].text.startswith("The sea\n")


def test_short_sections_share_a_chunk_under_the_first_heading(embedder: OpenVinoEmbedder) -> None:
    page = sectioned((1, "A", "Short words."), (1, "B", "More of them."), (1, "C", "The last ones."))
    ((chunk, _),) = chunks_of(page, embedder)
    assert chunk.heading_path == ("A",)
    assert "The last ones." in chunk.text


def test_the_path_is_carried_to_the_next_page(embedder: OpenVinoEmbedder) -> None:
    path = HeadingPath()
    settings = ChunkingSettings(embedder.max_tokens)
    first = sectioned((1, "The sea", PROSE), (2, "Fish", PROSE))
    chunk_page(first, path, TITLE, FILE, embedder.count_tokens, settings)
    ((chunk, _),) = chunk_page(page_of(1, "It goes on."), path, TITLE, FILE, embedder.count_tokens, settings)
    assert chunk.heading_path == ("The sea", "Fish")


def test_the_outline_tells_what_is_above_a_page() -> None:
    outline = (
        OutlineEntry("Sea", 0, 1),
        OutlineEntry("Fish", 1, 2),
        OutlineEntry("Land", 2, 1),
        OutlineEntry("Bees", 3, 2),
    )
    assert outline_path(outline, 0).texts() == ()
    assert outline_path(outline, 2).texts() == ("Sea", "Fish")
    assert outline_path(outline, 3).texts() == ("Land",)
    assert outline_path(outline, 9).texts() == ("Land", "Bees")


@pytest.mark.parametrize(
    ("title", "file_name", "headings", "line"),
    [
        ("Annual report", "ACME_2023Q2.pdf", ["a", "b", "c"], "Annual report · ACME_2023Q2 · b · c"),
        ("Annual report", "annual-report.pdf", [], "Annual report"),
        ("Annual report", "x" * 41 + ".pdf", [], "Annual report"),
        ("Sea", "sea.pdf", ["Sea", "Fish"], "Sea · Fish"),
        ("", "q2.pdf", [], "q2"),
    ],
)
def test_the_context_line_says_what_is_new(title: str, file_name: str, headings: list[str], line: str) -> None:
    assert context_line(title, file_name, headings) == line
