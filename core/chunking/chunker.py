"""Packs the sentences of a page into chunks that fit the embedder's window together with their context line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from core.chunking.sentences import sentence_spans
from core.chunking.tidy_text import TidyText, tidy
from core.types import Chunk, Heading, OutlineEntry, Page

# The context line may take this share of the window; what is longer is cut at a word.
_CONTEXT_SHARE = 0.2
# A heading opens a new chunk only if the one before it has this share of the window: short sections stay together.
_SECTION_SHARE = 0.35

Spans = list[tuple[int, int]]
SpanCounter = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class ChunkingSettings:
    """What decides the chunks of a document; equal settings and pages give equal chunks.

    Attributes:
        max_tokens: the embedder's window, its special tokens included.
        special_tokens: how many of them the embedder adds to each text.
    """

    max_tokens: int
    special_tokens: int = 2


@dataclass(slots=True)
class HeadingPath:
    """The headings above a place, highest first, carried along from page to page."""

    stack: list[Heading] = field(default_factory=list)

    def enter(self, heading: Heading) -> None:
        """Go below `heading`."""
        while self.stack and self.stack[-1].level >= heading.level:
            self.stack.pop()
        self.stack.append(heading)

    def texts(self) -> tuple[str, ...]:
        """The path as text."""
        return tuple(heading.text for heading in self.stack)


def outline_path(outline: Sequence[OutlineEntry], page_index: int) -> HeadingPath:
    """The headings in force at the top of a page, as far as the outline tells."""
    path = HeadingPath()
    for entry in outline:
        if entry.page_index < page_index:
            path.enter(Heading(0, entry.level, entry.title))
    return path


def context_line(title: str, file_name: str, headings: Sequence[str]) -> str:
    """What is embedded in front of a chunk so that it is found by what its document and section are called.

    The file name is added where it says something that the title does not: years, quarters, ticker symbols.
    """
    stem = PurePath(file_name).stem
    known = title.casefold()
    new_words = [word for word in stem.replace("_", " ").replace("-", " ").split() if word.casefold() not in known]
    parts = [title, *([stem] if new_words and len(stem) <= 40 else []), *headings[-2:]]
    return " · ".join(part for part in dict.fromkeys(parts) if part)


def embedded_text(context: str, chunk_text: str) -> str:
    """The text that the embedder sees; what is shown is the chunk's alone."""
    return f"{context}\n{chunk_text}" if context else chunk_text


def chunk_page(
    page: Page, path: HeadingPath, title: str, file_name: str, count_tokens: SpanCounter, settings: ChunkingSettings
) -> list[tuple[Chunk, str]]:
    """Cut one page into chunks.

    Args:
        page: the page; its headings advance `path`.
        path: the headings in force; changed in place, for the next page.
        title: the document's title, for the context line.
        file_name: likewise.
        count_tokens: tokens of each text, without special tokens.
        settings: the window.

    Returns:
        The chunks in reading order, each with its context line.
    """
    tidied = tidy(page.text, breaks=[heading.char_start for heading in page.headings])
    spans = sentence_spans(tidied.text)
    if not spans:
        return []
    window = settings.max_tokens - settings.special_tokens
    context_limit = int(window * _CONTEXT_SHARE)
    counts = count_tokens([tidied.text[a:b] for a, b in spans])
    headings = list(page.headings)
    chunks: list[tuple[Chunk, str]] = []
    pending: Spans = []
    tokens = 0
    context, context_tokens = _fit_context(title, file_name, path, count_tokens, context_limit)
    above = path.texts()

    def close() -> None:
        nonlocal pending, tokens, context, context_tokens, above
        if pending:
            chunks.append((_make_chunk(page, tidied, pending, above, tokens), context))
        pending, tokens = [], 0
        if path.texts() != above:
            above = path.texts()
            context, context_tokens = _fit_context(title, file_name, path, count_tokens, context_limit)

    for (start, end), count in zip(spans, counts, strict=True):
        while headings and headings[0].char_start <= tidied.offsets[start]:
            if tokens >= _SECTION_SHARE * window:
                close()
            path.enter(headings.pop(0))
            if not pending:
                close()
        if tokens + count > window - context_tokens:
            close()
        if count > window - context_tokens:
            for piece in _split_long(tidied.text, (start, end), count_tokens, window - context_tokens):
                close()
                pending, tokens = [piece], count_tokens([tidied.text[piece[0] : piece[1]]])[0]
            continue
        pending.append((start, end))
        tokens += count
    close()
    return chunks


def _make_chunk(page: Page, tidied: TidyText, spans: Spans, headings: tuple[str, ...], tokens: int) -> Chunk:
    start, end = spans[0][0], spans[-1][1]
    char_start, char_end = tidied.page_span(start, end)
    return Chunk(page.index, char_start, char_end, tidied.text[start:end], headings, tokens)


def _fit_context(
    title: str, file_name: str, path: HeadingPath, count_tokens: SpanCounter, limit: int
) -> tuple[str, int]:
    """The context line cut at a word so that it takes at most `limit` tokens, and its tokens."""
    context = context_line(title, file_name, path.texts())
    tokens = count_tokens([context])[0]
    while tokens > limit:
        words = context.split(" ")
        keep = min(len(words) - 1, max(1, int(len(words) * limit / tokens)))
        if keep < 1:
            return "", 0
        context = " ".join(words[:keep])
        tokens = count_tokens([context])[0]
    return context, tokens


def _split_long(text: str, span: tuple[int, int], count_tokens: SpanCounter, budget: int) -> Spans:
    """Cut a sentence that does not fit at spaces, by bisection; a word that does not fit is cut in the middle."""
    start, end = span
    if count_tokens([text[start:end]])[0] <= budget:
        return [span]
    if end - start < 2:
        return [span]
    middle = (start + end) // 2
    space = text.rfind(" ", start + 1, middle + 1)
    cut = space if space > start + (end - start) // 4 else middle
    return [
        *_split_long(text, (start, cut), count_tokens, budget),
        *_split_long(text, (cut + (text[cut] == " "), end), count_tokens, budget),
    ]
