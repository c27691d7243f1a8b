"""A card: what it says of its passage, what stands out in it, and that it is cheap until it is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.index.analysis import comparable_words
from core.types import Passage
from desktop.chat.excerpt_painter import ExcerptPainter
from desktop.chat.passage_reading import PassageReading
from desktop.chat.source_card import SourceCard
from desktop.theme.theme import Theme

LONG = "Filler words stand here for a while. " * 10
TEXT = LONG + "The deductible for\nemergencies is $500 a year. Dogs bark."
QUESTION = "How high are deductibles in an emergency?"


@pytest.fixture
def reading() -> PassageReading:
    reading = PassageReading()
    reading.page_count = {"d": 188}.get  # type: ignore[assignment]
    return reading


@pytest.fixture
def passage() -> Passage:
    return Passage(1, 1.0, "d", "/a.pdf", "Benefits", 5, "iv", 0, len(TEXT), "Costs › Deductibles", TEXT)


@pytest.fixture
def make_card(theme: Theme, holder: QWidget, reading: PassageReading) -> Callable[..., SourceCard]:
    def make(passage: Passage, question: str = QUESTION) -> SourceCard:
        card = SourceCard(theme, 3, passage, reading, question, holder)
        card.resize(300, card.sizeHint().height())
        return card

    return make


def test_a_card_names_title_both_pages_and_heading(make_card: Callable[..., SourceCard], passage: Passage) -> None:
    card = make_card(passage)
    assert card.page == "p. iv (page 6 of 188)"
    assert card.accessibleName() == "Source 3: Benefits, p. iv (page 6 of 188)"
    assert card.sizeHint().height() > make_card(replace(passage, heading="")).sizeHint().height()


def test_the_sentence_that_answers_is_shown_first(make_card: Callable[..., SourceCard], passage: Passage) -> None:
    chosen = make_card(passage).excerpt  # nobody chose one: most of the question's words decide
    assert chosen.text[slice(*chosen.answer)] == "The deductible for emergencies is $500 a year."
    assert [chosen.text[a:b] for a, b in chosen.words] == ["deductible", "emergencies"]
    start = TEXT.index("Dogs")
    told = make_card(replace(passage, answering=(start, len(TEXT)))).excerpt
    assert told.text[slice(*told.answer)] == "Dogs bark."


def test_a_screen_reader_hears_heading_and_sentence(
    make_card: Callable[..., SourceCard], passage: Passage, holder: QWidget, qtbot: QtBot
) -> None:
    card = make_card(passage)
    holder.show()
    qtbot.waitExposed(holder)
    card.show()
    assert card.accessibleDescription() == "Costs › Deductibles: The deductible for emergencies is $500 a year."
    card.set_quote("$500 a year")
    assert card.accessibleDescription() == "Costs › Deductibles: $500 a year"


def test_words_of_the_question_are_heavier_and_marked(
    make_card: Callable[..., SourceCard], passage: Passage, theme: Theme
) -> None:
    card, painter = make_card(passage), ExcerptPainter(theme)
    heavy = [f for f in painter.formats(card.excerpt) if f.format.fontWeight() == QFont.Weight.DemiBold.value]
    assert [card.excerpt.text[f.start : f.start + f.length] for f in heavy] == ["deductible", "emergencies"]
    assert painter.marked(card.excerpt) == card.excerpt.words
    unasked = make_card(passage, question="")
    assert not painter.formats(unasked.excerpt)
    assert card.grab().toImage() != unasked.grab().toImage()


def test_a_quotation_takes_the_marker_and_leaves_the_weight(
    make_card: Callable[..., SourceCard], passage: Passage, theme: Theme
) -> None:
    card, painter = make_card(passage), ExcerptPainter(theme)
    card.set_quote("deductible for emergencies")
    heavy = [f for f in painter.formats(card.excerpt) if f.format.fontWeight() == QFont.Weight.DemiBold.value]
    assert len(heavy) == 2
    (marked,) = painter.marked(card.excerpt)
    assert card.excerpt.text[slice(*marked)] == "deductible for emergencies"


def test_what_does_not_fit_is_cut_at_a_word_whatever_its_weight(
    make_card: Callable[..., SourceCard], passage: Passage, theme: Theme
) -> None:
    for width in range(80, 400, 7):
        image = QImage(width, 80, QImage.Format.Format_RGB32)
        image.fill(theme.color("surface"))
        painter = QPainter(image)
        ExcerptPainter(theme).paint(painter, make_card(passage).excerpt, QPointF(8, 4), width - 16)
        painter.end()
        # Nothing is painted beyond the lines and the width: no letter is cut by an edge.
        edge = theme.color("surface").rgb()
        assert all(image.pixel(x, y) == edge for y in range(80) for x in (0, 1, width - 2, width - 1))
        assert all(image.pixel(x, y) == edge for y in range(62, 80) for x in range(width))


def test_a_card_that_is_not_seen_reads_nothing(
    make_card: Callable[..., SourceCard], passage: Passage, reading: PassageReading
) -> None:
    counted: list[str] = []

    def words(text: str) -> list[str]:
        counted.append(text)
        return comparable_words(text)

    reading.words = words
    card = make_card(passage)
    card.set_quote("$500")
    card.set_quote("")
    assert counted == []
    assert card.excerpt.words
    assert counted
