"""Pages turned so that their text is upright, on boxes made for the purpose."""

from __future__ import annotations

import numpy as np
import pytest

from core.reading.layout import lay_out
from core.reading.pieces import find_pieces
from core.reading.words import MOST_WORDS, arrange, recognised_words
from core.types import WordBox

COLUMNS = ("灯塔守护人每天", "爬四次楼梯并写", "下潮水的高度呢")


def read_vertical(columns: tuple[str, ...], *, letter_by_letter: bool, order: tuple[int, ...]) -> str:
    """Lay out columns of Chinese that begin on the right, written in some order."""
    text, spans, boxes, lines = "", [], [], []
    for line, number in enumerate(order):
        column, left = columns[number], 500 - 20 * number
        for place, part in enumerate(column if letter_by_letter else [column]):
            spans.append((len(text), len(text) + len(part)))
            top = 100 + 12 * place
            boxes.append((left, top, left + 10, top + 12 * len(part)))
            lines.append(len(spans) if letter_by_letter else line)
            text += part + "\n"
    words = arrange(text, spans, lines, np.array(boxes, np.float32), [0] * len(spans), 600, 800)
    layout = lay_out(find_pieces(words, text, lambda _: False), text, frozenset(), lambda a, b: ((a, b),))
    return "".join(text[a:b] for block in layout.blocks for line in block.lines for a, b in line)


@pytest.mark.parametrize("letter_by_letter", [False, True])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_columns_of_chinese_are_read_from_the_right(letter_by_letter: bool, order: tuple[int, ...]) -> None:
    assert read_vertical(COLUMNS, letter_by_letter=letter_by_letter, order=order) == "".join(COLUMNS)


def test_chinese_in_lines_is_left_as_it_is() -> None:
    text = "灯塔守护人每天\n爬四次楼梯并写"
    boxes = np.array([(100, 100, 170, 110), (100, 115, 170, 125)], np.float32)
    words = arrange(text, [(0, 7), (8, 15)], [0, 1], boxes, [0, 0], 600, 800)
    assert (words.width, words.height) == (600, 800)
    assert np.array_equal(words.boxes, boxes)


@pytest.mark.parametrize(
    ("turn", "box"),
    [(0, (10, 20, 50, 30)), (1, (20, 550, 30, 590)), (2, (550, 770, 590, 780)), (3, (770, 10, 780, 50))],
)
def test_text_is_turned_upright(turn: int, box: tuple[float, ...]) -> None:
    words = arrange("lamp", [(0, 4)], [0], np.array([(10, 20, 50, 30)], np.float32), [turn], 600, 800)
    assert words.boxes[0].tolist() == list(box)
    assert words.edges[0].tolist() == pytest.approx([20 / 800, 30 / 800])  # heads are looked for as it is displayed


def test_a_page_with_too_many_words_is_not_laid_out() -> None:
    word = WordBox(0, 1, 0, 0, 1, 1)
    assert recognised_words("a", [word]) is not None
    assert recognised_words("a", [word] * (MOST_WORDS + 1)) is None
    assert recognised_words("", []) is None
