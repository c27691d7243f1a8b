"""Words out of pictures: RapidOCR with the models in its wheel, on OpenVINO, each word with its place on the page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import Page, PageSource, WordBox

Picture = npt.NDArray[np.uint8]

# PP-OCR reads lines of 20 to 40 pixels best: ten-point text at this resolution.
DOTS_PER_INCH = 150
_LARGEST_SIDE = 4000
_POINTS_PER_INCH = 72.0
# Below this mean confidence the page is more likely a drawing than text.
_LEAST_CONFIDENCE = 0.5
# A blank page differs from one colour by scanner noise only.
_BLANK_DEVIATION = 4.0


class OcrEngine:
    """Recognises the words of a page's picture. The models are loaded with the first page.

    Args:
        threads: for one inference.
    """

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads

    @cached_property
    def _engine(self) -> Any:
        from rapidocr import EngineType, RapidOCR

        openvino = {f"{stage}.engine_type": EngineType.OPENVINO for stage in ("Det", "Cls", "Rec")}
        options = {
            "Global.log_level": "error",
            # Pinned, several workers would all sit on the first core.
            "EngineConfig.openvino.enable_cpu_pinning": False,
            "EngineConfig.openvino.inference_num_threads": self._threads,
        }
        return RapidOCR(params=openvino | options)

    def read(self, picture: Picture, scale: float, index: int, label: str) -> Page:
        """Turn a page's picture into a page.

        Args:
            picture: shape (height, width, 3), the page as it is displayed.
            scale: pixels for each point.
            index: of the page.
            label: of the page.

        Returns:
            A page with source `ocr` and a box for every word, or an empty one with the reason.
        """
        if float(picture.std()) < _BLANK_DEVIATION:
            return Page(index, label, "", PageSource.EMPTY, "The page is blank.")
        found = self._engine(picture, return_word_box=True)
        if found.txts is None or not found.txts or float(np.mean(found.scores)) < _LEAST_CONFIDENCE:
            return Page(index, label, "", PageSource.EMPTY, "No words could be recognised: it may be a picture.")
        text: list[str] = []
        boxes: list[WordBox] = []
        position = 0
        for line in found.word_results:
            for word, corners in _words(line):
                if text and text[-1] not in ("\n", ""):
                    text.append(" ")
                    position += 1
                left, top, right, bottom = _bounds(corners, scale)
                boxes.append(WordBox(position, position + len(word), left, top, right, bottom))
                text.append(word)
                position += len(word)
            text.append("\n")
            position += 1
        confidence = round(float(np.mean(found.scores)), 3)
        return Page(index, label, "".join(text), PageSource.OCR, words=tuple(boxes), confidence=confidence)


def scale_for(width: float, height: float) -> float:
    """Pixels for each point at which to draw a page of this size, in points."""
    largest = max(width, height, 1.0)
    return min(DOTS_PER_INCH / _POINTS_PER_INCH, _LARGEST_SIDE / largest)


def _words(line: Any) -> Iterator[tuple[str, Any]]:
    """The words of one recognised line with their four corners; RapidOCR gives (word, score, corners)."""
    for word, _score, corners in line:
        if word and word.strip():
            yield "".join(word.split()), corners


def _bounds(corners: Any, scale: float) -> tuple[float, float, float, float]:
    """The upright rectangle around four corners, in points from the page's upper left."""
    points = np.asarray(corners, np.float64) / scale
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return round(float(left), 1), round(float(top), 1), round(float(right), 1), round(float(bottom), 1)
