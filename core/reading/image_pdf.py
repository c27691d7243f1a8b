"""A picture file as a PDF in memory, so that it is shown with the boxes of its words as pages are."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from pypdf import PdfReader, PdfWriter

from core.reading.pictures import POINTS_PER_INCH, PictureFile, PicturePage

# More is not seen on a screen, and a view at 400 % still has twice the usual pixels.
_LARGEST_SIDE = 4000
_QUALITY = 88


def image_as_pdf(path: Path) -> bytes:
    """Every page of a picture file as a page of a PDF, of the size in points that its words' boxes go by.

    Reads the file and packs its pictures: not for a thread that must not wait.

    Raises:
        BrokenFile: it is damaged, or no picture, or gone.
        UnsupportedFile: it is too large.
    """
    writer = PdfWriter()
    with PictureFile(path) as file:
        for index in range(file.page_count):
            writer.append(PdfReader(_page(file.read(index))))
    packed = io.BytesIO()
    writer.write(packed)
    return packed.getvalue()


def _page(picture: PicturePage) -> io.BytesIO:
    """A PDF of one page; fewer pixels change nothing about its size in points."""
    image = picture.image
    image.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE), Image.Resampling.LANCZOS)
    across = image.width * POINTS_PER_INCH / picture.width
    down = image.height * POINTS_PER_INCH / picture.height
    page = io.BytesIO()
    image.save(page, "PDF", dpi=(across, down), quality=_QUALITY)
    return page
