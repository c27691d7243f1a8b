"""PicturePage files → upright pictures of a known size on paper, within bounds."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import BrokenFile, UnsupportedFile
from core.reading.file_bytes import read_head

POINTS_PER_INCH = 72.0
# No others: Pillow would hand some to programs outside.
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")
_MOST_FRAMES = 1000
_MOST_PIXELS = 89_478_485  # Pillow's own limit: a quarter of a gigabyte unpacked
# Of a file that says nothing, or what screens and cameras write without meaning it.
_USUAL_RESOLUTION = 150.0
_SANE_RESOLUTION = (96.0, 1200.0)
_FAULTS = (UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError, KeyError, EOFError, struct.error)
_MORE_FAULTS = (IndexError, AttributeError, OverflowError, zlib.error, MemoryError)


@dataclass(frozen=True, slots=True)
class PicturePage:
    """One upright picture.

    Attributes:
        image: RGB, nothing see-through.
        width, height: on paper, in points.
    """

    image: Image.Image
    width: float
    height: float


class PictureFile:
    """An open picture file; of those that can hold several, TIFF's pages count, and not the frames of animations.

    Attributes:
        page_count: at least one.

    Raises:
        BrokenFile: it is damaged, or no picture.
        UnsupportedFile: a picture larger than can be handled, or more pages.
    """

    def __init__(self, path: Path) -> None:
        read_head(path)
        with _explained():
            self._image = Image.open(path, formats=_FORMATS)
        try:
            with _explained():
                self.page_count = getattr(self._image, "n_frames", 1) if self._image.format == "TIFF" else 1
                _check_size(self._image)
            if self.page_count > _MOST_FRAMES:
                raise UnsupportedFile(f"The picture file has more than {_MOST_FRAMES:,} pages. Split it.")
        except (BrokenFile, UnsupportedFile):
            self._image.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._image.close()

    def read(self, index: int) -> PicturePage:
        """One page, turned as its camera says.

        Raises:
            BrokenFile: this page is damaged.
            UnsupportedFile: it is too large.
        """
        with _explained():
            if self.page_count > 1:
                self._image.seek(index)
            _check_size(self._image)
            across, down = _resolution(self._image)
            turned = ImageOps.exif_transpose(self._image)
            if _is_sideways(self._image):
                across, down = down, across
            image = _as_rgb(turned)
        return PicturePage(image, image.width * POINTS_PER_INCH / across, image.height * POINTS_PER_INCH / down)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what Pillow raises on damaged and hostile files into sentences."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damage it can mend; sizes are ours to check
            yield
    except Image.DecompressionBombError as error:
        raise UnsupportedFile(_TOO_LARGE) from error
    except (*_FAULTS, *_MORE_FAULTS) as error:
        raise BrokenFile("The picture is damaged, or it is none.") from error


_TOO_LARGE = "The picture has too many pixels to be opened safely. Save it smaller and add it again."


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > _MOST_PIXELS:
        raise UnsupportedFile(_TOO_LARGE)


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Pixels for each inch, across and down."""
    low, high = _SANE_RESOLUTION
    found = image.info.get("dpi")
    try:
        across, down = (float(value) for value in found) if found else (0.0, 0.0)
    except (TypeError, ValueError, ZeroDivisionError):
        across = down = 0.0
    if low < across <= high and low < down <= high:
        return across, down
    return _USUAL_RESOLUTION, _USUAL_RESOLUTION


def _is_sideways(image: Image.Image) -> bool:
    return image.getexif().get(0x0112, 1) in (5, 6, 7, 8)


def _as_rgb(image: Image.Image) -> Image.Image:
    """Eight bits a colour, see-through parts on white paper."""
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, np.float32)
        low, high = float(values.min()), float(values.max())
        grey = (values - low) * (255.0 / (high - low)) if high > low else np.full_like(values, 255.0)
        return Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layers = image.convert("RGBA")
        paper = Image.new("RGBA", layers.size, "white")
        paper.alpha_composite(layers)
        return paper.convert("RGB")
    return image.convert("RGB")
