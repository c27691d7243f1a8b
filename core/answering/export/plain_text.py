"""Text of strangers for files of ours: without characters that no file format takes or that deceive the eye."""

from __future__ import annotations

import re
import unicodedata

# What XML 1.0 forbids, with the controls of Latin-1, which only ever come from broken encodings, and halves of pairs.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Overrides and embeddings of direction, which let words read as others do; tags and annotations, which nobody sees.
_DECEIVING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffc\U000e0000-\U000e007f]")


def clean(text: str) -> str:
    """The text without what XML forbids and without what changes the order or hides the presence of its words."""
    return _DECEIVING.sub("", _FORBIDDEN.sub("", text)).replace("\u0085", " ")


def on_one_line(text: str) -> str:
    """The text, cleaned, its white space tidied."""
    return " ".join(clean(text).split())


def is_rtl(text: str) -> bool:
    """True where the first letter that has a direction runs from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
