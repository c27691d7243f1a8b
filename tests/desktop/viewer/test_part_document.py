from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QWidget

from core.reading.text.blocks import Block
from core.reading.text.parts import cut_into_parts
from core.types import Page
from desktop.theme.theme import Theme
from desktop.viewer.part_document import PartDocument

LONG = "The keeper climbs the tower at dusk. " * 60
BLOCKS = [
    Block("Lamps", 1),
    Block("One 𝄞 two\nlines <b>bold</b> &amp;"),
    Block("• a thing"),
    Block("◦ a smaller thing"),
    Block("Lamp: A · Oil: 12"),
    Block(LONG.strip()),
    Block("Oil", 2),
    Block("It burns."),
]


@pytest.fixture
def parts() -> tuple[Page, ...]:
    return cut_into_parts([BLOCKS])


@pytest.fixture
def document(holder: QWidget) -> QTextDocument:
    return QTextDocument(holder)


def text_between(document: QTextDocument, start: int, end: int) -> str:
    cursor = QTextCursor(document)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText()


def test_text_is_shown_as_it_is_and_markup_is_text(
    document: QTextDocument, parts: tuple[Page, ...], theme: Theme
) -> None:
    PartDocument(document, parts, theme, 1.0)
    assert document.toPlainText().split("\n") == [line for block in BLOCKS for line in block.text.split("\n")]


def test_every_character_is_found_and_found_back(
    document: QTextDocument, parts: tuple[Page, ...], theme: Theme
) -> None:
    typeset = PartDocument(document, parts, theme, 1.0)
    assert len(parts) == 2
    for part in parts:
        for char, character in enumerate(part.text):
            position = typeset.position(part.index, char)
            assert position is not None
            assert typeset.part_at(position) == part.index
            if character == "\n":  # between blocks, or a line break within one
                continue
            width = 2 if character > "\uffff" else 1
            assert text_between(document, position, position + width) == character
            assert typeset.place(position) == (part.index, char)


def test_a_part_that_is_not_typeset_is_nowhere(document: QTextDocument, parts: tuple[Page, ...], theme: Theme) -> None:
    typeset = PartDocument(document, parts[1:], theme, 1.0)
    assert typeset.position(0, 0) is None
    assert typeset.position(7, 0) is None
    assert not typeset.first_block(0).isValid()
    assert typeset.first_block(1).text() == "Oil"


def test_headings_are_larger_and_items_hang(document: QTextDocument, parts: tuple[Page, ...], theme: Theme) -> None:
    typeset = PartDocument(document, parts, theme, 1.0)

    def block(words: str):  # noqa: ANN202
        position = typeset.position(0, parts[0].text.index(words))
        assert position is not None
        return document.findBlock(position)

    body = document.defaultFont().pointSizeF()
    assert block("Lamps").charFormat().fontPointSize() > 1.3 * body
    assert block("a thing").blockFormat().textIndent() < 0
    assert block("a smaller").blockFormat().leftMargin() > block("a thing").blockFormat().leftMargin() + 10


def test_lines_of_a_span_are_as_many_as_it_runs_over(
    document: QTextDocument, parts: tuple[Page, ...], theme: Theme
) -> None:
    typeset = PartDocument(document, parts, theme, 1.0)
    document.setTextWidth(300)
    document.size()
    start = parts[0].text.index("The keeper")
    first, last = typeset.position(0, start), typeset.position(0, start + 200)
    assert first is not None
    assert last is not None
    lines = typeset.lines(first, last)
    assert len(lines) > 2
    assert all(above.bottom() <= below.top() + 1 for above, below in pairwise(lines))
    assert lines[0].width() > 150
    assert typeset.lines(first, first) == []
