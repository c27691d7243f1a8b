"""The summary's text, and its sheet in every state it can be in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from real_desk import button

from core.answering.progress import Progress
from core.answering.summary import SectionSummary, Summary
from desktop.theme.theme import Theme
from desktop.wholedoc.run_sheet import RunState
from desktop.wholedoc.summary_sheet import SummarySheet
from desktop.wholedoc.summary_text import heading_of, plain, summary_text


@pytest.fixture
def sheet(theme: Theme, holder: QWidget) -> SummarySheet:
    sheet = SummarySheet(theme, holder, "Lease of old")
    sheet.begin("Reading the document…")
    return sheet


def test_the_overview_comes_first_then_each_section_with_its_pages(summary: Summary) -> None:
    text = summary_text(summary)
    assert text.markdown == (
        "## In short\n\n- The lamp was lit in 1874. [1]\n\n### Lamps · p. 1–2\n\nThe lamp was lit in 1874. [1]\n\n"
        "### p. 4\n\nBees keep 34 degrees. [2]"
    )
    assert [sentence.citations[0].number for sentence in text.sentences] == [1, 1, 2]


@pytest.mark.parametrize(
    "text", ["1. First", "+ more", "- less", "*bold* _x_", "# no heading", "a | b", "<b>hostile</b>"]
)
def test_what_looks_like_formatting_stays_as_it_is(qtbot: QtBot, sheet: SummarySheet, text: str) -> None:
    sheet.view.show_text(plain(text), (), ())
    assert sheet.view.text.readable_text(marks=True) == text


def test_long_headings_are_cut_at_a_word(summary: Summary) -> None:
    section = SectionSummary("word " * 40, "1", "1", 0, (), True)
    assert len(heading_of(section)) < 90
    assert heading_of(section).endswith("word … · p. 1")


def test_it_grows_and_says_how_far_it_is(sheet: SummarySheet, summary: Summary) -> None:
    growing = replace(
        summary, sections=summary.sections[:1], overview=(), progress=Progress(1, 2, 9.0), is_finished=False
    )
    sheet.show_summary(growing)
    assert sheet.state is RunState.RUNNING
    assert sheet.line.startswith("1 of 2 sections · ")
    assert [chip.number for chip in sheet.view.text.chips] == [1]
    sheet.show_summary(summary)
    assert sheet.state is RunState.DONE
    assert "own sentences" in sheet.line
    assert [chip.number for chip in sheet.view.text.chips] == [1, 1, 2]


def test_a_chip_opens_its_words_on_the_page(qtbot: QtBot, sheet: SummarySheet, summary: Summary) -> None:
    sheet.show_summary(summary)
    chip = sheet.view.text.chips[-1]
    with qtbot.waitSignal(sheet.citation_opened) as opened:
        sheet.view.text.citation_activated.emit(0, chip.sentence, chip.number)
    passage, citations = opened.args
    assert passage.page_index == 3
    assert [citation.quote for citation in citations] == ["Bees keep 34 degrees."]
    with qtbot.assertNotEmitted(sheet.citation_opened):
        sheet.view.text.citation_activated.emit(0, 0, 9)


def test_what_a_model_wrote_is_called_checked(sheet: SummarySheet, summary: Summary) -> None:
    written = tuple(replace(section, quoted=False) for section in summary.sections)
    sheet.show_summary(replace(summary, sections=written))
    assert "checked" in sheet.line


def test_stopped_failed_and_empty(qtbot: QtBot, sheet: SummarySheet, summary: Summary) -> None:
    sheet.show_stopped(summary)
    assert sheet.state is RunState.STOPPED
    assert "stays" in sheet.problem
    with qtbot.waitSignal(sheet.again_requested):
        button(sheet, "Try again").click()
    sheet.begin("Reading the document…")
    assert sheet.problem == ""
    sheet.show_summary(replace(summary, error="The model stopped. Try again."))
    assert sheet.state is RunState.FAILED
    assert sheet.problem == "The model stopped. Try again."
    assert sheet.view.text.chips  # what is there stays
    sheet.show_summary(replace(summary, sections=(), overview=()))
    assert "no text" in sheet.body.words


def test_closing_what_runs_stops_it(qtbot: QtBot, sheet: SummarySheet) -> None:
    sheet.show()
    with qtbot.waitSignal(sheet.stop_requested):
        sheet.reject()


def test_the_text_can_be_copied_with_its_numbers(qapp: QApplication, sheet: SummarySheet, summary: Summary) -> None:
    sheet.show_summary(summary)
    button(sheet, "Copy").click()
    assert "Bees keep 34 degrees." in qapp.clipboard().text()
    assert "[2]" in qapp.clipboard().text()
