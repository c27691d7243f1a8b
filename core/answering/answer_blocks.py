"""What an answer is laid out in: blocks of runs, in plain data; knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, Flag, auto

CHIP = "\ufffc"


class Style(Flag):
    """How a run is set."""

    PLAIN = 0
    BOLD = auto()
    ITALIC = auto()
    CODE = auto()
    STRIKE = auto()
    ADDRESS = auto()


class BlockKind(Enum):
    """What a block is."""

    PARAGRAPH = auto()
    HEADING = auto()
    ITEM = auto()
    QUOTE = auto()
    CODE = auto()
    TABLE = auto()
    RULE = auto()


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style, or a chip.

    Attributes:
        sentence: index of the sentence that the run belongs to; -1 where it is none's.
        number: for a chip the passage it cites, counted from 1; 0 for text.
        address: where a link or a picture that the run belongs to leads; empty for other text.
    """

    text: str
    style: Style = Style.PLAIN
    sentence: int = -1
    number: int = 0
    address: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an answer; all but a table have exactly one row of one cell.

    Attributes:
        level: of a heading from 1, of a list item or quote its depth from 1.
        marker: what stands before a list item; empty for a further paragraph of the same item.
    """

    kind: BlockKind
    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    level: int = 0
    marker: str = ""
