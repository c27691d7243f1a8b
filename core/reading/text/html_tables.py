"""Tables as rows that can be read by themselves: every cell with the header of its column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# A header that is longer would drown what stands under it.
_LONGEST_HEADER = 60
# Cells this long are paragraphs that were set with a table.
_LONGEST_CELL = 600
_MOST_COLUMNS = 200
_MOST_SPAN = 1000
_SEPARATOR = " · "
_FLOW = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "table", "article", "section", "form"})
_PARTS = frozenset({"thead", "tbody", "tfoot"})


@dataclass(frozen=True, slots=True)
class _Row:
    """Texts of the cells by column, and whether the row is marked as one of headers."""

    cells: tuple[str, ...]
    is_header: bool


def is_data_table(table: Any) -> bool:
    """Whether a table holds data; one that only arranges a page holds headings, tables or whole paragraphs."""
    if table.get("role") in ("presentation", "none"):
        return False
    rows = [list(_cells(row)) for row in _rows(table)]
    if max((len(cells) for cells in rows), default=0) < 2:
        return False
    for cells in rows:
        for cell in cells:
            if any(_name(below) in _FLOW for below in cell.iterdescendants()):
                return False
            if sum(map(len, cell.itertext())) > _LONGEST_CELL:
                return False
    return True


def table_rows(table: Any, cell_text: Callable[[Any], str]) -> list[str]:
    """The rows of a data table as text, its caption first.

    Args:
        table: an lxml element.
        cell_text: the text of a cell on one line.

    Returns:
        `Region: North · 2023: 12 · 2024: 15` for each row under headers; cells alone where there are none.
    """
    lines = [text for caption in table if _name(caption) == "caption" and (text := cell_text(caption))]
    rows = [row for row in _grid(table, cell_text) if any(row.cells)]
    headers: tuple[str, ...] = ()
    first = 0
    while first < len(rows) and rows[first].is_header:
        headers = _below(headers, rows[first].cells)
        first += 1
    if first == 0 and _looks_like_headers(rows, table):
        headers, first = rows[0].cells, 1
    if first == len(rows):
        return lines + [_SEPARATOR.join(filter(None, row.cells)) for row in rows]
    if any(len(header) > _LONGEST_HEADER for header in headers):
        headers, first = (), 0
    return lines + [_line(row.cells, headers) for row in rows[first:]]


def _line(cells: Sequence[str], headers: Sequence[str]) -> str:
    if not any(cells[1:]):  # a heading within the table
        return cells[0]
    parts = []
    for column, cell in enumerate(cells):
        header = headers[column].rstrip(" :") if column < len(headers) else ""
        if cell:
            parts.append(f"{header}: {cell}" if header and header != cell else cell)
    return _SEPARATOR.join(parts)


def _below(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Two rows of headers as one: `2024` above `Sales` is `2024 Sales`."""
    width = max(len(upper), len(lower))
    columns = zip(_padded(upper, width), _padded(lower, width), strict=True)
    return tuple(" ".join(dict.fromkeys(filter(None, pair))) for pair in columns)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _looks_like_headers(rows: Sequence[_Row], table: Any) -> bool:
    """Whether an unmarked first row names columns: distinct words without figures, in three columns or all bold."""
    if len(rows) < 2:
        return False
    cells = [cell for cell in rows[0].cells if cell]
    if len(cells) < len(rows[0].cells) - 1 or len(set(cells)) < len(cells):
        return False
    if any(len(cell) > _LONGEST_HEADER or not any(map(str.isalpha, cell)) for cell in cells):
        return False
    return len(rows[0].cells) >= 3 or _is_bold(next(iter(_rows(table))))


def _is_bold(row: Any) -> bool:
    """Whether all text of a row is bold."""
    text = "".join("".join(row.itertext()).split())
    bold = "".join("".join(e.itertext()) for e in row.iterdescendants() if _name(e) in ("strong", "b"))
    return bool(text) and len("".join(bold.split())) >= len(text)


def _grid(table: Any, cell_text: Callable[[Any], str]) -> Iterator[_Row]:
    """Rows with every cell in its column: one that spans several repeats."""
    hanging: dict[int, tuple[int, str]] = {}  # column → rows left, text of a cell from above
    for row in _rows(table):
        texts: list[str] = []
        cells = list(_cells(row))
        for cell in cells:
            _take_hanging(hanging, texts)
            text = cell_text(cell)
            down = _span(cell, "rowspan")
            for _ in range(_span(cell, "colspan")):
                if len(texts) >= _MOST_COLUMNS:
                    break
                if down > 1:
                    hanging[len(texts)] = (down - 1, text)
                texts.append(text)
        _take_hanging(hanging, texts)
        in_head = row.getparent() is not None and _name(row.getparent()) == "thead"
        yield _Row(_each_once(texts, cells), in_head or (bool(cells) and all(_name(c) == "th" for c in cells)))


def _take_hanging(hanging: dict[int, tuple[int, str]], texts: list[str]) -> None:
    while (column := len(texts)) in hanging:
        left, text = hanging.pop(column)
        if left > 1:
            hanging[column] = (left - 1, text)
        texts.append(text)


def _each_once(texts: Sequence[str], cells: Sequence[Any]) -> tuple[str, ...]:
    """A lone cell over the whole width, a heading within the table, is said once."""
    is_whole = len(cells) == 1 and len(texts) > 1 and _span(cells[0], "colspan") >= len(texts)
    return (texts[0], *[""] * (len(texts) - 1)) if is_whole else tuple(texts)


def _span(cell: Any, name: str) -> int:
    text = cell.get(name) or "1"
    return min(max(int(text), 1), _MOST_SPAN) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if _name(child) == "tr":
            yield child
        elif _name(child) in _PARTS:
            yield from (row for row in child if _name(row) == "tr")


def _cells(row: Any) -> Iterator[Any]:
    return (cell for cell in row if _name(cell) in ("td", "th"))


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
