"""What the writing systems of the world ask of a reader: spaces, direction, and forms that stand for plain letters."""

from __future__ import annotations

import re
import unicodedata

# Han, kana, bopomofo, and the punctuation set with them. Not Hangul: Korean has spaces between words.
_CJK = (
    "\u2e80-\u2fdf\u3000-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
)
# Thai, Lao, Myanmar and Khmer have spaces between phrases only.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"

_IS_CJK = re.compile(f"[{_CJK}]")
_IS_SPACELESS = re.compile(f"[{_SPACELESS}]")
_IS_JOINED = re.compile(f"[{_CJK}{_SPACELESS}]")
_IS_RTL = re.compile(f"[{_RTL}]")
# Ligatures, presentation forms of Hebrew and Arabic, Kangxi radicals, compatibility ideographs, full-width letters.
_FORMS = re.compile(
    "[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdff\ufe70-\ufefc\u2e80-\u2fdf\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
)
# Languages whose sentences end otherwise than English ones, by a letter that only they have.
_LANGUAGES = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", _IS_CJK),
    ("ar", re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_FOREIGN = re.compile("[\u0370-\uffff\U00010000-\U0010ffff]")


def language_of(text: str) -> str:
    """The language whose rules for the ends of sentences suit a text's letters; English where they tell nothing."""
    letters = "".join(_FOREIGN.findall(text))
    if len(letters) * 4 < len(text):
        return "en"
    return next((code for code, letter in _LANGUAGES if len(letter.findall(letters)) * 8 > len(letters)), "en")


def is_cjk(character: str) -> bool:
    """True for a character of Chinese or Japanese."""
    return _IS_CJK.match(character) is not None


def is_spaceless(text: str) -> bool:
    """True where a text has letters of Thai, Lao, Myanmar or Khmer, whose words have no spaces between them."""
    return _IS_SPACELESS.search(text) is not None


def may_have_cjk(text: str) -> bool:
    """False where no character of a text is of Chinese or Japanese; much quicker than asking for each."""
    return max(text, default="") >= _CJK[0]


def has_rtl(text: str) -> bool:
    """True where a text has letters that run from right to left."""
    return _IS_RTL.search(text) is not None


def joins_without_space(before: str, after: str) -> bool:
    """True where a line that ends with one character and goes on with the other has no space between them."""
    return bool(before and after and _IS_JOINED.match(before) and _IS_JOINED.match(after))


def has_forms(text: str) -> bool:
    """True where a text has ligatures or presentation forms."""
    return _FORMS.search(text) is not None


def plain_form(character: str) -> str:
    """The letters that a ligature or a presentation form stands for (Unicode's NFKC); others as they are."""
    return unicodedata.normalize("NFKC", character).strip() if _FORMS.match(character) else character
