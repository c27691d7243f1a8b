"""A light stemmer for Hindi.

Source: Ramanathan and Rao, "A Lightweight Stemmer for Hindi" (EACL 2003): the longest of these endings is taken off,
if enough of the word is left.
"""

from __future__ import annotations

_LISTED = (
    "ाएंगी ाएंगे ाऊंगी ाऊंगा ाइयाँ ाइयों ाइयां ाएगी ाएगा ाओगी ाओगे एंगी ेंगी एंगे ेंगे ूंगी ूंगा ातीं नाओं नाएं ताओं ताएं "
    "ियाँ ियों ियां ाकर ाइए ाईं ाया ेगी ेगा ोगी ोगे ाने ाना ाते ाती ाता तीं ाओं ाएं ुओं ुएं ुआं कर ाओ िए ाई ाए ने नी "
    "ना ते ीं ती ता ाँ ां ों ें ो े ू ु ी ि ा"
)
_ENDINGS = frozenset(_LISTED.split())
_LONGEST = 5
_LEFT = 2


def stem_hindi(word: str) -> str:
    """The word without its ending; at least two characters stay."""
    for length in range(min(_LONGEST, len(word) - _LEFT), 0, -1):
        if word[-length:] in _ENDINGS:
            return word[:-length]
    return word
