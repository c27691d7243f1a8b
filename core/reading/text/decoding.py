"""Bytes → text, by what the bytes say of themselves, and by guessing only where they say nothing."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from core.errors import UnsupportedFile

# Longer marks first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# `<meta charset=…>`, `<meta … content="…; charset=…">` and `<?xml … encoding="…"?>`, near the beginning.
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""")
_DECLARED_WITHIN = 2048
# Guessing takes time with the length, and the first pages tell as much as all.
_GUESSED_FROM = 64 * 1024
_MOST_CONTROLS = 0.02


def decode(data: bytes, *, is_markup: bool = False) -> str:
    """Text of a file; characters that do not belong to its encoding become U+FFFD.

    Args:
        data: the file's bytes.
        is_markup: whether the file may declare its encoding, as HTML and XML do.

    Raises:
        UnsupportedFile: these are not the bytes of a text.
    """
    text = _decode(data, is_markup=is_markup)
    sample = text[:_GUESSED_FROM]
    controls = sum(character < " " and character not in "\t\n\r\f\x1a\x1b" for character in sample)
    if controls > _MOST_CONTROLS * len(sample):
        raise UnsupportedFile("This is not a text file, although its name says so.")
    return text


def _decode(data: bytes, *, is_markup: bool) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass  # then it is something older
    if is_markup and (match := _DECLARED.search(data[:_DECLARED_WITHIN])):
        declared = match[1].decode("ascii").lower()
        # As browsers do: pages that declare Latin-1 are written in its Windows form.
        declared = "cp1252" if declared in ("iso-8859-1", "latin1", "ascii", "us-ascii") else declared
        try:
            return data.decode(declared, "replace")
        except (LookupError, UnicodeError):
            pass  # an encoding that nobody knows; its bytes are looked at instead
    guess = from_bytes(data[:_GUESSED_FROM]).best()
    return data.decode(guess.encoding if guess else "cp1252", "replace")
