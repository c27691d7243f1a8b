"""Words out of pictures: the PP-OCR models of RapidOCR's wheel on OpenVINO, each word with its place on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.reading.ocr_models import AUTOMATIC, ReaderModel, detector_model, readers_for
from core.reading.scan_pose import is_sideways, is_tall, lengths, turned
from core.reading.scan_text import assembled
from core.types import Page, PageSource

if TYPE_CHECKING:
    from core.reading.ocr_networks import LineDetector, LineReader, ReadLine
    from core.reading.scan_pose import Quads

Picture = npt.NDArray[np.uint8]

# Ten-point text is then as high as the recogniser wants it; the detector does with less.
DOTS_PER_INCH = 200
_DETECTOR_DOTS_PER_INCH = 110
_LARGEST_SIDE = 4000
_LARGEST_AREA = 8e6  # pixels, 24 MB: twice an A4 page
_POINTS_PER_INCH = 72.0
# A blank page differs from one colour by scanner noise only.
_BLANK_DEVIATION = 4.0
# Below this mean confidence the page is more likely a drawing than text, and a line is a speck.
_LEAST_CONFIDENCE = 0.5
_LOW_CONFIDENCE = 0.9
LOW_CONFIDENCE_REASON = "Recognised with low confidence: check against the page."
# The longest lines tell how a page lies and which letters it has.
_SAMPLE = 4
_CERTAIN = 0.9
# Characters for each line height: Latin text has about two. A reader leaves out letters that it does not know.
_LEAST_DENSITY = 0.9


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """How pictures are read.

    Attributes:
        language: one of `core.reading.ocr_models.available_languages`.
        threads: for one inference.
        models: the folder with the person's own recognisers, one folder in it for each language.
    """

    language: str = AUTOMATIC
    threads: int = 1
    models: Path | None = None


class OcrEngine:
    """Recognises the words of a page's picture. The networks are loaded with the first page that needs them."""

    def __init__(self, settings: OcrSettings | None = None) -> None:
        self._settings = settings or OcrSettings()
        self._readers: list[LineReader] = []

    def read(self, picture: Picture, scale: float, index: int, label: str) -> Page:
        """Turn a page's picture into a page.

        Args:
            picture: shape (height, width, 3), the page as it is displayed.
            scale: pixels for each point.
            index: of the page.
            label: of the page.

        Returns:
            A page with source `ocr` and a box for every word, or an empty one with the reason.

        Raises:
            OcrModelMissing: there is no model for the language of the settings.
        """
        if float(picture.std()) < _BLANK_DEVIATION:
            return Page(index, label, "", PageSource.EMPTY, "The page is blank.")
        quads, lines = self._lines(picture, scale)
        confidence = _mean_confidence(lines)
        if confidence < _LEAST_CONFIDENCE:
            return Page(index, label, "", PageSource.EMPTY, "No words could be recognised: it may be a picture.")
        text, words = assembled(quads / np.float32(scale), lines)
        reason = LOW_CONFIDENCE_REASON if is_low(confidence) else None
        return Page(index, label, text, PageSource.OCR, reason, words=words, confidence=round(confidence, 3))

    def _lines(self, picture: Picture, scale: float) -> tuple[Quads, list[ReadLine]]:
        """The lines that were read with some confidence, and their corners in pixels, from where reading begins."""
        quads = self._detector.find(picture, min(1.0, _DETECTOR_DOTS_PER_INCH / _POINTS_PER_INCH / scale))
        if not len(quads):
            return quads, []
        quads = quads[np.argsort(-np.maximum(*lengths(quads)), kind="stable")]
        reader, quarters, lines = self._choose(picture, quads[:_SAMPLE], (1, 3) if is_sideways(quads) else (0, 2))
        quads = turned(quads, quarters)
        lines += self._reader(reader).read(picture, quads[_SAMPLE:])
        # Lines that stand on their side on a page that does not: axes of diagrams, stamps in the margin.
        tall = np.flatnonzero(is_tall(quads))
        for quarters in (1, 3):
            self._read_again(picture, quads, lines, tall, reader, quarters)
        # Lines in other letters than the rest of the page.
        doubtful = np.flatnonzero(_certainties(quads, lines) < _CERTAIN)
        for other in range(reader + 1, len(self._models)):
            self._read_again(picture, quads, lines, doubtful, other, 0)
        kept = [i for i, line in enumerate(lines) if line.text.strip() and line.score >= _LEAST_CONFIDENCE]
        return quads[kept], [lines[i] for i in kept]

    def _choose(self, picture: Picture, sample: Quads, turns: tuple[int, ...]) -> tuple[int, int, list[ReadLine]]:
        """The reader and the turn, in quarters, by which a sample is read best, and what it reads so.

        Upside down, lines score 0.3 to 0.7; upright, above 0.9. So the first try settles it for nearly every page.
        """
        best: tuple[int, int, list[ReadLine]] = (0, turns[0], [])
        most = -1.0
        for reader, quarters in product(range(len(self._models)), turns):
            quads = turned(sample, quarters)
            lines = self._reader(reader).read(picture, quads)
            certainty = float(_certainties(quads, lines).mean())
            if certainty > most:
                best, most = (reader, quarters, lines), certainty
            if certainty >= _CERTAIN:
                break
        return best

    def _read_again(
        self,
        picture: Picture,
        quads: Quads,
        lines: list[ReadLine],
        chosen: npt.NDArray[np.intp],
        reader: int,
        quarters: int,
    ) -> None:
        """Read some lines another way, and put it in their place where it scores better."""
        if not len(chosen):
            return
        corners = turned(quads[chosen], quarters)
        for i, corner, line in zip(chosen, corners, self._reader(reader).read(picture, corners), strict=True):
            if line.score > lines[i].score:
                quads[i], lines[i] = corner, line

    @cached_property
    def _detector(self) -> LineDetector:
        from core.reading.ocr_networks import LineDetector

        return LineDetector(detector_model(), self._settings.threads)

    @cached_property
    def _models(self) -> tuple[ReaderModel, ...]:
        return readers_for(self._settings.language, self._settings.models)

    def _reader(self, number: int) -> LineReader:
        """The recogniser of this number; those of higher numbers are rarely needed, and not loaded before."""
        from core.reading.ocr_networks import LineReader

        while len(self._readers) <= number:
            self._readers.append(LineReader(self._models[len(self._readers)], self._settings.threads))
        return self._readers[number]


def scale_for(width: float, height: float) -> float:
    """Pixels for each point at which to draw a page of this size, in points, so that the picture stays bounded."""
    width, height = max(width, 1.0), max(height, 1.0)
    most = min(_LARGEST_SIDE / max(width, height), float(np.sqrt(_LARGEST_AREA / (width * height))))
    return min(DOTS_PER_INCH / _POINTS_PER_INCH, most)


def is_low(confidence: float | None) -> bool:
    """True where the words of a page were recognised so uncertainly that people should look for themselves."""
    return confidence is not None and confidence < _LOW_CONFIDENCE


def _certainties(quads: Quads, lines: Sequence[ReadLine]) -> npt.NDArray[np.float64]:
    """The scores of lines; 0 for those with too few characters for their length, shape (lines,)."""
    along, across = lengths(quads)
    dense = [len(line.text) for line in lines] >= _LEAST_DENSITY * along / np.maximum(across, 1.0)
    return np.array([line.score for line in lines]) * dense


def _mean_confidence(lines: Sequence[ReadLine]) -> float:
    """Mean over the characters, so that specks weigh little."""
    letters = sum(len(line.text) for line in lines)
    return sum(line.score * len(line.text) for line in lines) / letters if letters else 0.0
