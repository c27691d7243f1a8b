"""Packs the sentences of a page into chunks that fit the embedder's window together with their context line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from core.chunking.page_text import PageText, Unit, page_text
from core.heading_numbers import heading_number, is_below
from core.types import Chunk, Heading, OutlineEntry, Page

# The context line may take this share of the window; what is longer is cut at a word.
_CONTEXT_SHARE = 0.2
# A heading opens a new chunk only if the one before it has this share of the window: short sections stay together.
_SECTION_SHARE = 0.35
# A chunk that is this full ends with its paragraph; what was measured is in docs/decisions/008-layout.md.
_FULL_SHARE = 0.85
_LONGEST_STEM = 40
# The repeated caption and header of a table may take this share of the window.
_LEAD_SHARE = 0.35

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
        """Go below `heading`: where it and one above it are numbered, the numbers say where, else the levels."""
        number = heading_number(heading.text)
        for place in range(len(self.stack) - 1, -1, -1):
            above = self.stack[place]
            other = heading_number(above.text) if number else ()
            if other and is_below(number, other):
                break
            if above.level >= heading.level or len(other) >= max(len(number), 2):
                del self.stack[place:]
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


def context_line(title: str, file_name: str, headings: Sequence[str], running: str = "") -> str:
    """What is embedded in front of a chunk so that it is found by what its document and section are called.

    The file name is added where it says something that the title does not: years, quarters, ticker symbols; and so is
    what the page's running head says: the company, the chapter.
    """
    stem = PurePath(file_name).stem
    parts = [title]
    for part in (stem if len(stem) <= _LONGEST_STEM else "", running):
        known = " ".join(parts).casefold()
        if any(word.casefold() not in known for word in part.replace("_", " ").replace("-", " ").split()):
            parts.append(part)
    parts += headings[-2:]
    return " · ".join(part for part in dict.fromkeys(parts) if part)


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
    for heading in page.above:
        path.enter(heading)
    laid = page_text(page)
    if not laid.units:
        return []
    window = settings.max_tokens - settings.special_tokens
    packing = _Packing(page.index, laid, path, title, file_name, count_tokens, window)
    counts = count_tokens([laid.text[unit.start : unit.end] for unit in laid.units])
    group_tokens: Counter[int] = Counter()
    for unit, count in zip(laid.units, counts, strict=True):
        if unit.group is not None:
            group_tokens[unit.group] += count
    for unit, count in zip(laid.units, counts, strict=True):
        packing.add(unit, count, 0 if unit.group is None else group_tokens[unit.group])
    packing.close()
    return packing.chunks


class _Packing:
    """Fills chunks with the units of a page, one after the other."""

    def __init__(
        self,
        page_index: int,
        laid: PageText,
        path: HeadingPath,
        title: str,
        file_name: str,
        count_tokens: SpanCounter,
        window: int,
    ) -> None:
        self.chunks: list[tuple[Chunk, str]] = []
        self._page_index = page_index
        self._laid = laid
        self._path = path
        self._title = title
        self._file_name = file_name
        self._count_tokens = count_tokens
        self._window = window
        self._pending: list[Unit] = []
        self._tokens = 0
        self._lead = ""
        self._group: int | None = None
        self._enter_section()

    @property
    def _budget(self) -> int:
        return self._window - self._context_tokens

    def add(self, unit: Unit, count: int, group_count: int) -> None:
        """Add a unit of `count` tokens, whose list or table has `group_count` altogether."""
        if self._pending and self._pending[-1].part != unit.part:
            self.close()
        if unit.heading is not None:
            if self._tokens >= _SECTION_SHARE * self._window:
                self.close()
            self._path.enter(unit.heading)
            if not self._pending:
                self.close()
            elif self._is_all_headings(unit):
                self._enter_section()  # "2 The lamp" and "2.1 Lighting it" are read in one breath
        if unit.group is not None and unit.group != self._group:
            self._group = unit.group
            fits_alone = self._tokens + group_count > self._budget >= group_count
            if fits_alone and self._tokens >= _SECTION_SHARE * self._window:
                self.close()
        if self._tokens + count > self._budget or (
            self._pending and self._tokens >= _FULL_SHARE * self._budget and self._begins_paragraph(unit)
        ):
            self.close()
        if not self._pending:
            self._begin_with(unit, count)
        if count > self._budget:
            self._add_long(unit)
            return
        self._pending.append(unit)
        self._tokens += count

    def _is_all_headings(self, unit: Unit) -> bool:
        """True where nothing but headings is pending, and a unit is one below them and no paragraph that has one."""
        deeper = self._path.texts()[: len(self._above)] == self._above
        return deeper and all(
            u.heading is not None and u.end - u.start <= len(u.heading.text) + 2 for u in (*self._pending, unit)
        )

    def _begins_paragraph(self, unit: Unit) -> bool:
        """True where a unit stands on a line of its own behind what is pending, and is no part of a list or table."""
        return unit.group is None and "\n" in self._laid.text[self._pending[-1].end : unit.start]

    def close(self) -> None:
        """Make a chunk of what is pending, and go on below the headings now in force."""
        if self._pending:
            self.chunks.append((self._make_chunk(), self._context))
        self._pending, self._tokens, self._lead = [], 0, ""
        if self._path.texts() != self._above:
            self._enter_section()

    def _enter_section(self) -> None:
        self._above = self._path.texts()
        limit = int(self._window * _CONTEXT_SHARE)
        self._context, self._context_tokens = _fit_context(
            self._title, self._file_name, self._path, self._laid.running, self._count_tokens, limit
        )

    def _begin_with(self, unit: Unit, count: int) -> None:
        """Open a chunk; rows that are parted from their table's header get it again, if it leaves room for them."""
        if not unit.lead:
            return
        lead_tokens = self._count_tokens([unit.lead])[0]
        if lead_tokens <= _LEAD_SHARE * self._window and lead_tokens + count <= self._budget:
            self._lead, self._tokens = unit.lead, lead_tokens

    def _add_long(self, unit: Unit) -> None:
        """A unit that does not fit by itself, in pieces."""
        for start, end in _split_long(self._laid.text, (unit.start, unit.end), self._count_tokens, self._budget):
            self.close()
            self._pending = [replace(unit, start=start, end=end)]
            self._tokens = self._count_tokens([self._laid.text[start:end]])[0]

    def _make_chunk(self) -> Chunk:
        start, end = self._pending[0].start, self._pending[-1].end
        lead = f"{self._lead}\n" if self._lead else ""
        runs = self._laid.runs(start, end, len(lead))
        char_start = min(run.char_start for run in runs)
        char_end = max(run.char_start + run.length for run in runs)
        text = lead + self._laid.text[start:end]
        return Chunk(self._page_index, char_start, char_end, text, self._above, self._tokens, runs)


def _fit_context(
    title: str, file_name: str, path: HeadingPath, running: str, count_tokens: SpanCounter, limit: int
) -> tuple[str, int]:
    """The context line cut at a word so that it takes at most `limit` tokens, and its tokens."""
    context = context_line(title, file_name, path.texts(), running)
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
