"""The answers of every document as a table for spreadsheets: RFC 4180, and no cell of it is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from core.answering.every_document import DocumentRow

# Its mark tells spreadsheets that the file is UTF-8; they would take it for their own code page.
ENCODING = "utf-8-sig"
COLUMNS = ("title", "file", "page", "answer", "quotation", "verdict", "path")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BETWEEN = "; "


def write_rows(rows: Iterable[DocumentRow], file: TextIO) -> None:
    """Write a line for each document.

    Args:
        rows: in the order in which they are to stand.
        file: opened with `encoding=ENCODING` and `newline=""`.
    """
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_plain(cell) for cell in _cells(row)])


def _cells(row: DocumentRow) -> tuple[str, ...]:
    """A row's cells; where it cites several places, all of them, in the order of the answer."""
    document = row.document
    pages = list(dict.fromkeys(citation.page_label for citation in row.citations))
    quotes = list(dict.fromkeys(f"“{citation.quote}”" for citation in row.citations))
    return (
        document.title,
        Path(document.path).name,
        _BETWEEN.join(pages),
        row.text,
        " ".join(quotes),
        row.verdict.value,
        document.path,
    )


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: documents are hostile.

    See OWASP, CSV Injection: an apostrophe before what could begin one, white space before that aside.
    """
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA[:4]) else cell
