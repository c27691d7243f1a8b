"""What the command line shows to people: a progress bar on stderr, passages and answers as text."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import TextIO

from core.answering.events import FirstWordsSlow
from core.reading.text.parts import is_part_label
from core.types import Answer, EmbeddingProgress, OverallProgress, Passage, Verdict

_BAR = 24
_PART_BAR = 16
_NEAREST = 3
_MARKS = {
    Verdict.SUPPORTED: "",
    Verdict.PARTLY: " (only partly found)",
    Verdict.UNSUPPORTED: " (not found in your documents)",
}


# What a signal is to a person; one that is not here has its own name.
_PARTS = {
    "meaning": "meaning",
    "words": "the words",
    "meaning_rank": "place by meaning",
    "words_rank": "place by words",
    "own_words": "text of its own",
    "tokens": "word by word",
    "page_words": "the words on the whole page",
    "page_phrases": "phrases on the whole page",
    "page_second": "more on the same page",
    "neighbour": "pages before and after",
    "opening": "near the beginning",
    "named": "the document is named",
    "newest": "the newest document",
    "order": "its place in the order",
}


class ProgressBar:
    """One line that rewrites itself on a terminal; silent where there is none."""

    def __init__(self, stream: TextIO, *, visible: bool) -> None:
        self._stream = stream
        self._visible = visible and stream.isatty()

    def show(self, overall: OverallProgress) -> None:
        """Draw the state of things."""
        self._draw(overall.pages_done, overall.pages_total, "pages", overall.pages_per_second, overall.eta_seconds)

    def show_embedding(self, progress: EmbeddingProgress) -> None:
        """Draw how far the embedding with another model is."""
        self._draw(
            progress.passages_done,
            progress.passages_total,
            "passages",
            progress.passages_per_second,
            progress.eta_seconds,
        )

    def show_parts(self, done: int, total: int, what: str, eta_seconds: float | None) -> None:
        """Draw how many parts of some work are done, and the time that is left."""
        self._draw(done, total, what, None, eta_seconds)

    def show_bytes(self, done: int, total: int, per_second: float | None, eta_seconds: float | None) -> None:
        """Draw how much of something has arrived."""
        rate = per_second / 1e6 if per_second else None
        self._draw(round(done / 1e6), round(total / 1e6), "MB", rate, eta_seconds)

    def _draw(self, done: int, total: int, what: str, per_second: float | None, eta_seconds: float | None) -> None:
        if not self._visible or not total:
            return
        filled = int(done / total * _BAR)
        speed = f" · {per_second:.0f} {what}/s" if per_second else ""
        left = f" · {duration(eta_seconds)} left" if eta_seconds is not None else ""
        line = f"{'█' * filled}{'░' * (_BAR - filled)} {done} of {total} {what}{speed}{left}"
        print(f"\r\x1b[2K{line}", end="", flush=True, file=self._stream)

    def close(self) -> None:
        """Take the line away."""
        if self._visible:
            print("\r\x1b[2K", end="", flush=True, file=self._stream)


def duration(seconds: float) -> str:
    """`31 s`, `4 min`, `1 h 20 min`."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def print_passages(passages: Sequence[Passage], *, explain: bool = False) -> None:
    """Passages as a numbered list, perhaps with what each signal added to their scores."""
    if not passages:
        print("Nothing was found.", file=sys.stderr)
    for passage in passages:
        heading = f" · {passage.heading}" if passage.heading else ""
        print(f"[{passage.rank}] {passage.title} · {_place(passage)}{heading}")
        if explain:
            print(f"{_explained(passage)}\n")
        print(wrapped(passage.text, "    "), end="\n\n" if explain else "\n")


def _explained(passage: Passage) -> str:
    """The score and its parts, one to a line, each with a bar as long as what it added."""
    names = [_PARTS.get(name, name.replace("_", " ")) for name, _ in passage.parts]
    width = max(map(len, ["score", *names]))
    most = max((abs(value) for _, value in passage.parts), default=0.0) or 1.0
    lines = [f"    {'score':<{width}}  {passage.score:>7.3f}"]
    for name, (_, value) in zip(names, passage.parts, strict=True):
        bar = ("█" if value > 0 else "░") * max(1, round(_PART_BAR * abs(value) / most))
        lines.append(f"    {name:<{width}}  {value:>+7.3f}  {bar}")
    return "\n".join(lines)


def slow_sentence(event: FirstWordsSlow) -> str:
    """What a model that has said nothing yet is at, and the way on."""
    doing = "is still being loaded" if event.is_loading else "is still reading the passages"
    return f"{event.model} {doing}. Ctrl-C stops it; `--model builtin` answers at once."


def print_answer(answer: Answer) -> None:
    """An answer sentence by sentence with its citations, then the words they point to."""
    if answer.error:
        print(answer.error)
    elif answer.refused or not answer.sentences:
        print(wrapped(answer.text, ""))
    else:
        parts = []
        for sentence in answer.sentences:
            marks = "".join(f"[{citation.number}]" for citation in sentence.citations)
            missing = "" if all(f"[{c.number}]" in sentence.text for c in sentence.citations) else f" {marks}"
            parts.append(f"{sentence.text}{missing}{_MARKS[sentence.verdict]}")
        print(wrapped(" ".join(parts), ""))
    print()
    citations = list(dict.fromkeys(citation for sentence in answer.sentences for citation in sentence.citations))
    if citations:
        quotes = [(citation.number, citation.quote) for citation in sorted(citations, key=lambda c: c.number)]
    else:
        quotes = [(number, passage.text) for number, passage in enumerate(answer.passages[:_NEAREST], 1)]
    shown = 0
    for number, quote in quotes:
        passage = answer.passages[number - 1]
        if number != shown:
            is_part = is_part_label(passage.page_label)
            counted = "" if is_part else f" ({passage.page_index + 1} of the file)"
            print(f"[{number}] {passage.title} · {_place(passage)}{counted}")
            shown = number
        print(wrapped(f"“{quote}”", "    ", lines=4))


def _place(passage: Passage) -> str:
    return place(passage.page_label)


def place(page_label: str) -> str:
    """`p. iv`, or `§ 3` of a document without pages."""
    return page_label if is_part_label(page_label) else f"p. {page_label}"


def wrapped(text: str, indent: str, lines: int | None = None) -> str:
    """A text broken into lines of the terminal's width, each behind an indent; longer ones than `lines` are cut."""
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    return textwrap.fill(
        " ".join(text.split()),
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        max_lines=lines,
        placeholder=" …",
    )
