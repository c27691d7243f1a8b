"""What is known of the pictures that QPdfView keeps of its pages."""

from __future__ import annotations

from PySide6.QtGui import QImage

# QPdfView keeps 21 whole pages as pictures: each of them is bounded, and all are dropped once they pass the second.
LARGEST_PAGE_PIXELS = 32_000_000
LARGEST_CACHE_PIXELS = 64_000_000
_STAND_INS = 4


class PagePictures:
    """Counts what QPdfView holds, and keeps the latest pictures to stand in while new ones are being drawn."""

    def __init__(self) -> None:
        self._latest: dict[int, QImage] = {}
        self._fresh: set[int] = set()
        self._pixels = 0
        self._key: object = None

    def follow(self, key: object) -> None:
        """Take note of all that the pictures depend on; a new key means that QPdfView has dropped them."""
        if key != self._key:
            self._key = key
            self.age()

    def age(self) -> None:
        """Every picture is out of date."""
        self._fresh.clear()
        self._pixels = 0

    def clear(self) -> None:
        """Forget the pictures, as when the document is another one."""
        self._latest.clear()
        self.age()

    def add(self, page_index: int, image: QImage) -> None:
        """A page has been drawn at its present size."""
        self._fresh.add(page_index)
        self._pixels += image.width() * image.height()
        self._latest.pop(page_index, None)
        self._latest[page_index] = image
        while len(self._latest) > _STAND_INS:
            del self._latest[next(iter(self._latest))]

    def is_fresh(self, page_index: int) -> bool:
        """Whether QPdfView shows this page as it should."""
        return page_index in self._fresh

    def stand_in(self, page_index: int) -> QImage | None:
        """An earlier picture of a page that is not fresh, at whatever size."""
        return None if page_index in self._fresh else self._latest.get(page_index)

    @property
    def are_heavy(self) -> bool:
        """Whether QPdfView holds more than it should."""
        return self._pixels > LARGEST_CACHE_PIXELS
