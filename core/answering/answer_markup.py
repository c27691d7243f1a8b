"""From a model's Markdown to plain blocks of runs: no HTML, no images, no resources, citation marks as chips.

`answer_parsing.py` makes cells of it; here each sentence that was checked is found in them, with its chips. What comes
out are the `Block`s that the window writes into a QTextDocument, and `core/answering/export` into files, one run at a
time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from core.answering.answer_blocks import CHIP, Block
from core.answering.answer_parsing import Cell, parse
from core.types import AnswerSentence

_WORD = re.compile(r"[^\W_]+")
_CLOSING = re.compile(r"[^\w\s]*")  # full stops, closing quotes, and the chips among them
_SLACK = 80  # how far, in letters, a sentence may lie beyond where the last one ended


def layout_answer(text: str, sentences: Sequence[AnswerSentence] = (), passage_count: int = 0) -> tuple[Block, ...]:
    """Parse an answer and place its sentences and chips.

    Args:
        text: the Markdown as it came, complete or not.
        sentences: what has been resolved so far, in the order of the text.
        passage_count: marks beyond this number stay text.

    Returns:
        The blocks from top to bottom; equal blocks of two calls need no repainting.
    """
    drafts = parse(text, passage_count)
    cells = [cell for draft in drafts for row in draft.rows for cell in row]
    owners = _place(cells, sentences, passage_count)
    built = iter(zip(cells, owners, strict=True))
    blocks = []
    for draft in drafts:
        rows = tuple(tuple(cell.runs(own) for cell, own in (next(built) for _ in row)) for row in draft.rows)
        blocks.append(Block(draft.kind, rows, draft.level, draft.marker))
    return tuple(blocks)


@lru_cache(maxsize=512)
def _key(sentence: str, passage_count: int) -> tuple[str, frozenset[int]]:
    """The letters of a sentence as they appear once rendered, and the numbers of its marks."""
    cells = [cell for draft in parse(sentence, passage_count) for row in draft.rows for cell in row]
    letters = "".join("".join(_WORD.findall(cell.text)) for cell in cells)
    return letters.lower(), frozenset(number for cell in cells for number in cell.numbers)


class _Letters:
    """The letters of all cells in a row, with the way back to cell and position."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._starts: list[int] = []
        self._places: list[tuple[int, int]] = []
        parts: list[str] = []
        length = 0
        for index, cell in enumerate(cells):
            for match in _WORD.finditer(cell.text):
                self._starts.append(length)
                self._places.append((index, match.start()))
                parts.append(match[0])
                length += len(match[0])
        joined = "".join(parts)
        lowered = joined.lower()
        self.text = lowered if len(lowered) == len(joined) else joined

    def place(self, letter: int) -> tuple[int, int]:
        """The cell, and the position in it, of a letter."""
        word = bisect_right(self._starts, letter) - 1
        cell, start = self._places[word]
        return cell, start + letter - self._starts[word]


def _place(cells: Sequence[Cell], sentences: Sequence[AnswerSentence], passage_count: int) -> list[list[int]]:
    """Mark where each sentence lies, add the chips it lacks, and say which sentence each chip belongs to."""
    letters = _Letters(cells)
    cursor, slack = 0, _SLACK
    ends: list[tuple[int, int, int]] = []
    for index, sentence in enumerate(sentences):
        key, _ = _key(sentence.text, passage_count)
        found = letters.text.find(key, cursor, cursor + slack + len(key)) if key else -1
        if found < 0:
            slack += len(key)
            continue
        cursor, slack = found + len(key), _SLACK
        first, last = letters.place(found), letters.place(cursor - 1)
        for at in range(first[0], last[0] + 1):
            cell = cells[at]
            start = first[1] if at == first[0] else 0
            end = last[1] + 1 if at == last[0] else len(cell.text)
            if at == last[0] and (closing := _CLOSING.match(cell.text, end)):
                end = closing.end()
            while start and cell.text[start - 1] in "\"'“‘(«":
                start -= 1
            cell.spans.append((start, end, index))
        ends.append((last[0], end, index))
    owners = [_owners(cell) for cell in cells]
    _add_missing(cells, owners, ends, sentences)
    return owners


def _owners(cell: Cell) -> list[int]:
    """Each chip belongs to the sentence that it stands in or after; at the start of a cell to the first one."""
    owners = []
    spans = sorted(cell.spans)
    for match in re.finditer(CHIP, cell.text):
        before = [index for start, _, index in spans if start <= match.start()]
        owners.append(before[-1] if before else spans[0][2] if spans else -1)
    return owners


def _add_missing(
    cells: Sequence[Cell],
    owners: list[list[int]],
    ends: Sequence[tuple[int, int, int]],
    sentences: Sequence[AnswerSentence],
) -> None:
    present: set[tuple[int, int]] = set()
    for cell, row in zip(cells, owners, strict=True):
        present.update(zip(row, cell.numbers, strict=True))
    # From the last to the first, so that positions found before stay true.
    for at, end, index in reversed(ends):
        cited = dict.fromkeys(citation.number for citation in sentences[index].citations)
        missing = [number for number in cited if (index, number) not in present]
        if not missing:
            continue
        cell = cells[at]
        while end < len(cell.text) and cell.text[end] == CHIP:
            end += 1
        before = cell.text.count(CHIP, 0, end)
        cell.insert_chips(end, missing)
        owners[at][before:before] = [index] * len(missing)
