"""A picture file as a reader: its pages are recognised."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from core.errors import DocumentError
from core.reading.ocr import OcrEngine, scale_for
from core.reading.pictures import PictureFile
from core.reading.titles import tidy_title, title_from_file_name
from core.types import DocumentKind, Page, PageSource, Survey


class ImageReader:
    """An open picture file.

    Attributes:
        page_count: at least one.

    Raises:
        BrokenFile, UnsupportedFile: with the sentence that the person sees.
    """

    def __init__(self, path: Path, ocr: OcrEngine | None = None) -> None:
        self._path = path
        self._ocr = ocr
        self._file = PictureFile(path)
        self.page_count = self._file.page_count

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def survey(self, *, sample: bool = True) -> Survey:
        """The file's name as title, and how many pages it has; all of them want recognition."""
        title = tidy_title(title_from_file_name(self._path))
        return Survey(title, self.page_count, kind=DocumentKind.IMAGE, scan_share=1.0)

    def read_page(self, index: int, *, alone: bool = False) -> Page:
        """The words of one picture, their places in points."""
        label = str(index + 1)
        if self._ocr is None:
            return Page(index, label, "", PageSource.EMPTY, "This is a picture, and its text was not recognised.")
        try:
            picture = self._file.read(index)
        except DocumentError as error:
            return Page(index, label, "", PageSource.FAILED, str(error))
        # As many pixels as a page of a PDF is drawn with, and never more than there are.
        scale = min(scale_for(picture.width, picture.height), picture.image.width / picture.width)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        image = picture.image.resize(size, Image.Resampling.LANCZOS) if size != picture.image.size else picture.image
        return self._ocr.read(np.asarray(image), scale, index, label)
