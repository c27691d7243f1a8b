"""The gate before OCR: which pages go through, and whose words stay."""

from __future__ import annotations

import pytest

from core.reading.ocr_gate import OcrDecision, covered_share, decide, settle
from core.types import Page, PageSource

PROSE = (
    "The keeper trims the wick at dusk and again at midnight, writes the hour into the book, and looks to the weather "
    "before he sleeps. Whoever relieves him reads what he wrote."
)
GERMAN = "Der Wärter schneidet den Docht bei Einbruch der Dämmerung und noch einmal um Mitternacht, schreibt die Stunde"
CZECH = "Strážce zastřihuje knot za soumraku a znovu o půlnoci, zapíše hodinu do knihy a podívá se na počasí, než usne"
FIGURES = "Q1 12,430 11,208 Q2 13,011 12,984 Q3 9,870 10,443 Q4 15,302 14,777 " * 6


def cipher(text: str) -> str:
    """What a font without a mapping gives: glyph numbers, 29 below the letters' codes."""
    return "".join(chr(ord(c) - 29) if 64 < ord(c) < 123 else c for c in text)


def page(text: str, source: PageSource = PageSource.TEXT, reason: str | None = None) -> Page:
    return Page(0, "1", text, source, reason)


def covered() -> float:
    return 1.0


def bare() -> float:
    return 0.0


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("", OcrDecision.NO_TEXT),
        (" \r\n ", OcrDecision.NO_TEXT),
        ("A lamp on every pier.", OcrDecision.GOOD_TEXT),
        ("\ue001\ue002\ue003 \ue004\ue005", OcrDecision.UNREADABLE),
        ("Lamp \ue001 and a symbol", OcrDecision.GOOD_TEXT),
        ("\ufffd\ufffd\ufffd a", OcrDecision.UNREADABLE),
        ("\x01\x02\x03 \x04", OcrDecision.UNREADABLE),
        ("مصباح على الرصيف", OcrDecision.GOOD_TEXT),
        ("桟橋の灯", OcrDecision.GOOD_TEXT),
        (PROSE, OcrDecision.GOOD_TEXT),
        (GERMAN, OcrDecision.GOOD_TEXT),
        (CZECH, OcrDecision.GOOD_TEXT),
        (FIGURES, OcrDecision.GOOD_TEXT),
        (cipher(PROSE), OcrDecision.DOUBTFUL),
        (cipher(GERMAN), OcrDecision.DOUBTFUL),
    ],
)
def test_what_a_text_layer_says_of_itself(text: str, decision: OcrDecision) -> None:
    assert decide(text, bare) is decision
    assert decision.wants_ocr is (decision is not OcrDecision.GOOD_TEXT)


def test_a_covered_page_with_hardly_any_text_is_recognised() -> None:
    assert decide("Page 12", covered) is OcrDecision.COVERED
    assert decide("Page 12", bare) is OcrDecision.GOOD_TEXT


def test_a_scan_that_has_been_recognised_before_is_left_alone() -> None:
    assert decide(PROSE * 2, covered) is OcrDecision.GOOD_TEXT


def test_pictures_are_not_looked_for_where_there_is_text_enough() -> None:
    def never() -> float:
        raise AssertionError("it costs time")

    assert decide(PROSE * 2, never) is OcrDecision.GOOD_TEXT


def test_the_person_has_the_last_word() -> None:
    assert decide(PROSE, bare, asked=True) is OcrDecision.ASKED


def test_without_text_the_recognised_page_counts_even_if_it_is_empty() -> None:
    found = page("", PageSource.EMPTY, "The page is blank.")
    assert settle(OcrDecision.NO_TEXT, page("", PageSource.EMPTY), found) is found


@pytest.mark.parametrize("decision", [OcrDecision.DOUBTFUL, OcrDecision.COVERED, OcrDecision.ASKED])
def test_text_stays_where_ocr_finds_none(decision: OcrDecision) -> None:
    own = page("Figure 7")
    assert settle(decision, own, page("", PageSource.EMPTY)) is own


def test_a_cipher_gives_way_to_words_and_to_nothing_else() -> None:
    own = page(cipher(PROSE))
    words, same = page(PROSE, PageSource.OCR), page(cipher(PROSE), PageSource.OCR)
    assert settle(OcrDecision.DOUBTFUL, own, words) is words
    assert settle(OcrDecision.DOUBTFUL, own, same) is own, "a page of codes looks like a cipher and is none"
    assert settle(OcrDecision.DOUBTFUL, own, page("A lamp", PageSource.OCR)) is own


def test_a_title_over_a_photograph_stays_exact() -> None:
    own = page("Annual report of the harbour 1899")
    assert settle(OcrDecision.COVERED, own, page("Annua1 report of the harbour 1899", PageSource.OCR)) is own


def test_a_stamp_on_a_scan_is_not_lost() -> None:
    own = page("Exhibit B-0042")
    read = page(f"{PROSE}\nExhibit B-0042\n", PageSource.OCR)
    assert settle(OcrDecision.COVERED, own, read) is read
    unread = page(f"{PROSE}\n", PageSource.OCR)
    kept = settle(OcrDecision.COVERED, own, unread)
    assert kept.text == f"{PROSE}\nExhibit B-0042\n"
    assert kept.source is PageSource.OCR


def test_strips_and_layers_cover_a_page_together() -> None:
    strips = [(0.0, 100.0 * i, 600.0, 100.0 * (i + 1)) for i in range(8)]
    assert covered_share(strips, 600, 800) == 1.0
    assert covered_share([strips[0], strips[0]], 600, 800) == pytest.approx(0.125)
    assert covered_share([], 600, 800) == 0.0
    assert covered_share([(-50, 900, 700, -100)], 600, 800) == 1.0, "wider than the page, corners swapped"
    assert covered_share([(0, 0, 10, 10)], 0, 0) == 1.0, "no size"
