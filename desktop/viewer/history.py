"""Where the reader has been: places in documents, and the way back and forward through them."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.types import DocumentKind, Page, WordBox

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Marks:
    """The words to highlight on one page: spans as in `Place.highlights`, and where a recognised page has its words."""

    page_index: int
    spans: tuple[tuple[int, int], ...]
    words: tuple[WordBox, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a document, and the words to highlight on it.

    What there is to show of a document other than a PDF comes along with it, and does not tell one place from another.

    Attributes:
        document: the document's id.
        path: where its file was seen last.
        page_label: what is printed on the page; empty where that is unknown.
        highlights: spans of the page's characters, each (start, end); in a PDF by PDFium's index.
        words: where the words of a recognised page stand; PDFium knows nothing of them.
        kind: how the document is shown: the file itself, the picture in it, or the text that was read of it.
        parts: of a TEXT document, all of them, with their headings.
        data: of an IMAGE, its pictures as a PDF; None where that could not be made.
        others: what is to be highlighted on further pages, as of a sentence that goes on overleaf.
        numbered: several spans are numbered, in the order in which they are given.
    """

    document: str
    path: str
    title: str
    page_index: int
    page_label: str = ""
    highlights: tuple[tuple[int, int], ...] = ()
    words: tuple[WordBox, ...] = ()
    kind: DocumentKind = DocumentKind.PDF
    parts: tuple[Page, ...] = field(default=(), compare=False, repr=False)
    data: bytes | None = field(default=None, compare=False, repr=False)
    others: tuple[Marks, ...] = ()
    numbered: bool = False

    @property
    def marks(self) -> tuple[Marks, ...]:
        """What is to be highlighted, page by page, this one first."""
        return (Marks(self.page_index, self.highlights, self.words), *self.others)


class History:
    """A stack of places with a position in it, as in a web browser.

    Attributes:
        current: the place shown, or None before the first.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._places: list[Place] = []
        self._position = -1

    @property
    def current(self) -> Place | None:
        """The place shown, or None before the first."""
        return self._places[self._position] if self._places else None

    @property
    def can_go_back(self) -> bool:
        """True where a place was visited before this one."""
        return self._position > 0

    @property
    def can_go_forward(self) -> bool:
        """True after going back."""
        return self._position < len(self._places) - 1

    def visit(self, place: Place) -> None:
        """Make `place` the current one and forget the places ahead; the same place again changes nothing."""
        if place == self.current:
            return
        del self._places[self._position + 1 :]
        self._places.append(place)
        del self._places[: -self._longest]
        self._position = len(self._places) - 1

    def back(self) -> Place | None:
        """Go one place back and return it; None where there is none."""
        if not self.can_go_back:
            return None
        self._position -= 1
        return self.current

    def forward(self) -> Place | None:
        """Go one place forward and return it; None where there is none."""
        if not self.can_go_forward:
            return None
        self._position += 1
        return self.current

    def clear(self) -> None:
        """Forget every place."""
        self._places.clear()
        self._position = -1
