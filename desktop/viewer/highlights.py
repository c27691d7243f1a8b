"""The words to mark on a page, as one rectangle a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtPdf import QPdfDocument

# Boxes this many times higher than wide are words that run upwards or downwards, as in a table set sideways.
_UPRIGHT_RATIO = 3.0


_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Highlight:
    """Words to mark on a page.

    Attributes:
        char_start, char_end: PDFium character indices, the end exclusive.
        boxes: for a recognised page, which PDFium has no characters of: (left, top, right, bottom) of each word, in
            points from the page's upper left corner.
        number: shown where the words begin, to tell several highlights apart; 0 for none.
    """

    page_index: int
    char_start: int
    char_end: int
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A highlight as it lies on its page.

    Attributes:
        lines: in points, one rectangle a line.
        number: shown at its beginning; 0 for none.
    """

    lines: tuple[QRectF, ...]
    number: int = 0


def find_marks(
    document: QPdfDocument, page_sizes: Sequence[QSizeF], highlights: Iterable[Highlight]
) -> dict[int, list[Mark]]:
    """The marks of each page; spans that the document does not have are left out."""
    marks: dict[int, list[Mark]] = {}
    for mark in highlights:
        length = min(mark.char_end - mark.char_start, _LONGEST)
        if not 0 <= mark.page_index < len(page_sizes) or mark.char_start < 0 or length <= 0:
            continue
        paper = QRectF(QPointF(0, 0), page_sizes[mark.page_index])
        if mark.boxes:
            found = [QRectF(QPointF(left, top), QPointF(right, bottom)) for left, top, right, bottom in mark.boxes]
        else:
            bounds = document.getSelectionAtIndex(mark.page_index, mark.char_start, length).bounds()
            found = [polygon.boundingRect() for polygon in bounds]
        lines = merge_lines(box.intersected(paper) for box in found)
        if lines:
            marks.setdefault(mark.page_index, []).append(Mark(tuple(lines), mark.number))
    return marks


def merge_lines(boxes: Iterable[QRectF]) -> list[QRectF]:
    """Join neighbouring boxes that stand on the same line.

    Only boxes that follow each other are joined, so two columns that share a height stay apart.

    Args:
        boxes: in reading order, in any unit.
    """
    lines: list[QRectF] = []
    for box in boxes:
        if box.isEmpty():
            continue
        if lines and _on_one_line(lines[-1], box):
            lines[-1] = lines[-1].united(box)
        else:
            lines.append(QRectF(box))
    return lines


def _on_one_line(line: QRectF, box: QRectF) -> bool:
    if _is_upright(line) and _is_upright(box):
        shared = min(line.right(), box.right()) - max(line.left(), box.left())
        return shared >= 0.5 * min(line.width(), box.width())
    shared = min(line.bottom(), box.bottom()) - max(line.top(), box.top())
    return shared >= 0.5 * min(line.height(), box.height())


def _is_upright(box: QRectF) -> bool:
    return box.height() > _UPRIGHT_RATIO * box.width()
