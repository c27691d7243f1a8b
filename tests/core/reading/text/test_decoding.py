from __future__ import annotations

import codecs

import pytest

from core.errors import UnsupportedFile
from core.reading.text.decoding import decode

GERMAN = "Für Öl und Dochte gibt der Wärter jährlich mehr aus als für Brot; die Straße ist naß. " * 8


@pytest.mark.parametrize(
    "data",
    [
        GERMAN.encode(),
        codecs.BOM_UTF8 + GERMAN.encode(),
        codecs.BOM_UTF16_LE + GERMAN.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + GERMAN.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + GERMAN.encode("utf-32-le"),
        GERMAN.encode("cp1252"),
    ],
)
def test_text_of_any_encoding_is_read(data: bytes) -> None:
    assert decode(data) == GERMAN


def test_markup_says_itself_what_it_is() -> None:
    page = "<html><meta charset='windows-1251'><p>Маяк</p>"
    assert decode(page.encode("cp1251"), is_markup=True) == page
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?><p>“Öl”</p>'
    assert decode(declared.encode("cp1252"), is_markup=True) == declared


def test_an_unknown_encoding_is_guessed() -> None:
    page = f"<meta charset='klingon'>{GERMAN}"
    assert decode(page.encode("cp1252"), is_markup=True) == page


def test_utf8_that_declares_something_else_is_utf8() -> None:
    page = "<meta charset='iso-8859-1'>Маяк"
    assert decode(page.encode(), is_markup=True) == page


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UnsupportedFile, match="not a text file"):
        decode(bytes(range(256)) * 10)
    with pytest.raises(UnsupportedFile, match="not a text file"):
        decode(b"\0\x01\x02PK" * 100)
