"""A conversation as Markdown with footnotes (`[^1]`), as GitHub, Pandoc and Obsidian read them.

Whatever the documents and the model said stays words: each character that means something in CommonMark, in GitHub's
tables, links, mentions and formulas, or in Pandoc's citations is escaped (https://spec.commonmark.org/0.31.2/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.answering.answer_blocks import Block, BlockKind, Run, Style
from core.answering.export.transcript import Footnote, Transcript, Turn, is_shown

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|~$&@^]")
_ADDRESS = re.compile(r"(?<=[A-Za-z]):(?=//)|(?<=\bwww)\.", re.IGNORECASE)
# At the start of a line: items, rules, underlines of headings, and numbers of items.
_AT_START = re.compile(r"^\s*(?:[-+=:]|\d{1,9}(?=[.)]))")
_STYLES = ((Style.STRIKE, "~~"), (Style.BOLD, "**"), (Style.ITALIC, "*"))
_HARD_BREAK = "\u2028"
_INDENT = "    "


def to_markdown(transcript: Transcript) -> str:
    """The whole file."""
    parts = [f"# {_escaped(transcript.title)}", f"{_escaped(transcript.date)}"]
    for turn in transcript.turns:
        parts += _turn(turn)
    parts += [_footnote(footnote) for footnote in transcript.footnotes]
    return "\n\n".join(part for part in parts if part) + "\n"


def _turn(turn: Turn) -> Iterator[str]:
    if turn.question:
        yield f"## {_escaped(turn.question)}" if turn.is_heading else f"**{_escaped(turn.question)}**"
    yield from _joined([block for block in turn.blocks if is_shown(block)])
    for note in turn.notes:
        yield f"> {_escaped(note)}"
    if turn.model:
        yield f"*Answered by {_escaped(turn.model)}*"


def _joined(blocks: Sequence[Block]) -> Iterator[str]:
    """The blocks, each list in one piece."""
    items: list[str] = []
    for block in blocks:
        if block.kind is BlockKind.ITEM:
            items.append(_item(block))
            continue
        if items:
            yield "\n".join(items)
            items = []
        yield _block(block)
    if items:
        yield "\n".join(items)


def _item(block: Block) -> str:
    indent = _INDENT * (block.level - 1)
    text = _inline(block.rows[0][0])
    if not block.marker:
        return f"\n{indent}{_INDENT}{text}"
    marker = "-" if block.marker == "•" else block.marker
    return f"{indent}{marker:<3} {text}"


def _block(block: Block) -> str:
    match block.kind:
        case BlockKind.RULE:
            return "* * *"
        case BlockKind.TABLE:
            return _table(block)
        case BlockKind.CODE:
            return _fenced("".join(run.text for run in block.rows[0][0]))
    text = _inline(block.rows[0][0])
    if block.kind is BlockKind.HEADING:
        return f"{'#' * min(block.level + 2, 6)} {text}"
    return f"{'> ' * block.level}{text}" if block.kind is BlockKind.QUOTE else text


def _table(block: Block) -> str:
    width = max(len(row) for row in block.rows)
    rows = [[_inline(cell, "<br>") for cell in row] + [""] * (width - len(row)) for row in block.rows]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _inline(runs: Sequence[Run], line_break: str = "\\\n") -> str:
    written = "".join(f"[^{run.number}]" if run.number else _styled(run) for run in runs)
    written = _at_start(written.strip())
    return written.replace(_HARD_BREAK, line_break)


def _styled(run: Run) -> str:
    text = run.text.replace("\n", " ")
    inner = text.strip()
    if not inner:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    marks = [mark for style, mark in _STYLES if style in run.style]
    return f"{before}{''.join(marks)}{_escaped_inside(inner)}{''.join(reversed(marks))}{after}"


def _footnote(footnote: Footnote) -> str:
    return (
        f"[^{footnote.number}]: {_escaped_inside(footnote.title)}, {_escaped_inside(footnote.place)}: "
        f"“{_escaped_inside(footnote.quote)}”"
    )


def _escaped(text: str) -> str:
    """Text that stands at the start of a line."""
    return _at_start(_escaped_inside(" ".join(text.split())))


def _escaped_inside(text: str) -> str:
    return _ADDRESS.sub(lambda found: f"\\{found[0]}", _ACTIVE.sub(lambda found: f"\\{found[0]}", text))


def _at_start(text: str) -> str:
    found = _AT_START.match(text)
    if not found:
        return text
    active = found.end() - (0 if found[0][-1].isdigit() else 1)
    return f"{text[:active]}\\{text[active:]}"
