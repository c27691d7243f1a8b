"""A row of a table in words, so that it can be understood without its table: "Interest: 2009 4,094; 2008 3,800"."""

from __future__ import annotations

_CELL = " | "
_EMPTY = frozenset({"", "-", "--", "—", "–"})
_LONGEST_CAPTION = 160  # characters


def readable(row: str, header: str) -> str:
    """A row with its caption and the heads of its columns.

    Args:
        row: its cells, " | " between them.
        header: the lines above, the last being the heads; empty for a row that has none.
    """
    *captions, heads = header.split("\n") if header else [""]
    if header and _CELL not in heads:  # the first row is itself the head
        captions, heads = [*captions, heads], ""
    said = _with_heads(_cells(row), _cells(heads))
    names = [caption for caption in captions if caption and len(caption) <= _LONGEST_CAPTION]
    return f"{' '.join(names).rstrip(' :.')}: {said}" if names else said


def _with_heads(cells: list[str], heads: list[str]) -> str:
    """Each cell behind the head of its column, where there are as many of both; the first may have none."""
    if len(cells) == len(heads) + 1:
        heads = ["", *heads]
    if len(cells) != len(heads) or len(cells) < 2:
        return _CELL.join(cells)
    pairs = [f"{head} {cell}".strip() for head, cell in zip(heads[1:], cells[1:], strict=True) if cell not in _EMPTY]
    return f"{cells[0]}: {'; '.join(pairs)}" if pairs else cells[0]


def _cells(line: str) -> list[str]:
    return [" ".join(cell.split()) for cell in line.split(_CELL)] if line else []
