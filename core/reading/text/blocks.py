"""What every document without pages becomes first: blocks of plain text in reading order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, an item of a list or a row of a table.

    Attributes:
        text: not empty, without space at its ends; a line feed is a line break that is meant, never two in a row.
        level: of a heading, 1 the highest; 0 for everything else.
    """

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class TextContent:
    """A whole document without pages.

    Attributes:
        title: as the document itself names it, or nothing.
        sections: its chapters; one where it has none. A part never reaches over the border of two.
    """

    title: str
    sections: tuple[tuple[Block, ...], ...]
