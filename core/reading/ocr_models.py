"""Which languages OCR can read, and where their models lie: in RapidOCR's wheel, or in a folder of the person's own.

The recogniser in the wheel (PP-OCRv6, small) knows the Latin letters of European languages and Turkish, Chinese and
Japanese; of Greek the bare letters that stand in formulas; not the doubly marked letters of Vietnamese. What has
other letters needs a recogniser of its own, of the PP-OCR kind, in a folder that bears the language's name:

    <folder>/<language>/rec.onnx     the model, as PaddleOCR or RapidOCR publish it
    <folder>/<language>/dict.txt     its characters, one a line; not needed where the model holds them itself

Nothing is ever fetched.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.errors import InternalError, OcrModelMissing

AUTOMATIC = "automatic"
_DETECTOR = "PP-OCRv6_det_small.onnx"
_READER = "PP-OCRv6_rec_small.onnx"
_MODEL_NAME = "rec.onnx"
_CHARACTERS_NAME = "dict.txt"
_MOST_CHARACTERS = 100_000
_BULLETS = "●■○□✓"


class Letters(StrEnum):
    """Which of the characters that a recogniser knows are chosen among; the fewer, the quicker."""

    LATIN = "latin"
    ALL = "all"


_IN_THE_WHEEL = {
    "latin": Letters.LATIN,
    "chinese": Letters.ALL,
    "japanese": Letters.ALL,
}


@dataclass(frozen=True, slots=True)
class ReaderModel:
    """A recogniser and what it may read.

    Attributes:
        characters: a file with its characters; None where the model holds them.
    """

    model: Path
    characters: Path | None = None
    letters: Letters = Letters.ALL


def available_languages(folder: Path | None = None) -> tuple[str, ...]:
    """Names that `OcrSettings.language` may have here: what the wheel reads, then the person's own, in order.

    Args:
        folder: with one folder for each further language.
    """
    own = sorted(path.parent.name for path in folder.glob(f"*/{_MODEL_NAME}")) if folder and folder.is_dir() else []
    return (AUTOMATIC, *_IN_THE_WHEEL, *(name for name in own if name not in _IN_THE_WHEEL and name != AUTOMATIC))


def readers_for(language: str, folder: Path | None = None) -> tuple[ReaderModel, ...]:
    """The recognisers to try for a language, the quickest first.

    Raises:
        OcrModelMissing: nothing here reads it; the message says what to put where.
    """
    if language == AUTOMATIC:
        return tuple(ReaderModel(_wheel() / _READER, letters=letters) for letters in Letters)
    if language in _IN_THE_WHEEL:
        return (ReaderModel(_wheel() / _READER, letters=_IN_THE_WHEEL[language]),)
    if folder is None or Path(language).name != language or not (folder / language / _MODEL_NAME).is_file():
        where = f" as {_MODEL_NAME} into the folder {folder / language}" if folder else ""
        raise OcrModelMissing(
            f"There is no model for reading scans in “{language}”. Put a PP-OCR recognition model{where}, "
            "or choose another language."
        )
    characters = folder / language / _CHARACTERS_NAME
    return (ReaderModel(folder / language / _MODEL_NAME, characters if characters.is_file() else None),)


def detector_model() -> Path:
    """The network that finds lines; it does not care for languages."""
    return _wheel() / _DETECTOR


def characters_from(file: Path) -> list[str]:
    """The characters of a recogniser, from a file with one a line.

    Raises:
        OcrModelMissing: the file is not of that kind.
    """
    try:
        characters = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OcrModelMissing(f"The list of characters {file} cannot be read. Copy it again.") from error
    if not 0 < len(characters) <= _MOST_CHARACTERS:
        raise OcrModelMissing(f"The list of characters {file} is not one of PP-OCR's. Copy it again.")
    return characters


def wanted_characters(characters: Sequence[str], letters: Letters) -> list[int] | None:
    """Positions of the characters that belong to some letters: theirs, figures, signs; None for all."""
    if letters is Letters.ALL:
        return None
    return [i for i, character in enumerate(characters) if _is_latin(character)]


def _is_latin(character: str) -> bool:
    code = ord(character[0]) if character else 0
    # Latin with its extensions, Greek; dashes, currencies, letter-like signs, arrows, operators.
    in_blocks = code < 0x250 or 0x370 <= code < 0x400 or 0x2000 <= code < 0x2300
    return in_blocks or character in _BULLETS


def _wheel() -> Path:
    """RapidOCR's folder of models, found without importing RapidOCR."""
    found = importlib.util.find_spec("rapidocr")  # in the frozen application a folder without code
    if found is None or not found.submodule_search_locations:
        raise InternalError("The models for reading scans are missing: the installation is not complete.")
    return Path(next(iter(found.submodule_search_locations))) / "models"
