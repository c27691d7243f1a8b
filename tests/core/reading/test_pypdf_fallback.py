"""pypdf reads what PDFium gave up, and never raises anything but our errors."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from core.errors import BrokenFile, DocumentError, NeedsPassword
from core.reading.pypdf_fallback import PypdfReader
from core.types import PageSource


def test_it_reads_the_same_words_as_pdfium(data: Path) -> None:
    reader = PypdfReader(data / "text_two_pages.pdf")
    assert reader.page_count == 2
    page = reader.read_page(1)
    assert "The harbour of Skell landed 112 barrels" in " ".join(page.text.split())
    assert (page.index, page.label, page.source, page.headings) == (1, "2", PageSource.TEXT, ())


def test_an_empty_page_says_so(data: Path) -> None:
    page = PypdfReader(data / "empty_page.pdf").read_page(0)
    assert page.source is PageSource.EMPTY
    assert page.reason


def test_passwords(data: Path) -> None:
    with pytest.raises(NeedsPassword):
        PypdfReader(data / "encrypted_user.pdf", "wrong")
    assert "Cape Sorrow" in PypdfReader(data / "encrypted_user.pdf", "lamp").read_page(0).text
    assert PypdfReader(data / "encrypted_owner_only.pdf").page_count == 2


def test_a_title_of_the_information_dictionary(data: Path) -> None:
    assert PypdfReader(data / "long.pdf").metadata_title() == "The sixty piers"


def test_a_page_that_is_not_there_is_broken(data: Path) -> None:
    with pytest.raises(BrokenFile, match="Page 10 is damaged"):
        PypdfReader(data / "text_two_pages.pdf").read_page(9)


@pytest.mark.parametrize("seed", range(12))
def test_damage_of_any_kind_ends_in_text_or_in_one_of_our_errors(data: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    damaged = bytearray((data / "outline.pdf").read_bytes())
    for _ in range(60):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    path = tmp_path / "damaged.pdf"
    path.write_bytes(bytes(damaged))
    with suppress(DocumentError):
        reader = PypdfReader(path)
        reader.metadata_title()
        reader.labels()
        for index in range(reader.page_count):
            reader.read_page(index)
