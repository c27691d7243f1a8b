"""A summary as the Markdown that answers are shown in, and its sentences in the order in which they stand there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from core.answering.summary import SectionSummary, Summary
from core.types import AnswerSentence
from desktop.wholedoc.wording import pages_between
from desktop.wording import SEPARATOR

translate = QCoreApplication.translate

_LONGEST_HEADING = 70
# What would be formatting; the brackets of our own citation marks are none.
_SPECIAL = re.compile(r"([\\`*_{}<>#|~!])")
_LIST = re.compile(r"^(\d+)([.)]\s)|^([+-])(\s)")


@dataclass(frozen=True, slots=True)
class SummaryText:
    """Markdown and the sentences in it."""

    markdown: str
    sentences: tuple[AnswerSentence, ...]


def summary_text(summary: Summary) -> SummaryText:
    """The overview as a list, then each section under its heading."""
    blocks: list[str] = []
    sentences: list[AnswerSentence] = []
    if summary.overview:
        blocks.append(f"## {translate('wholedoc', 'In short')}")
        blocks.append("\n".join(f"- {plain(sentence.text)}" for sentence in summary.overview))
        sentences += summary.overview
    for section in summary.sections:
        blocks.append(f"### {plain(heading_of(section))}")
        blocks.append(" ".join(plain(sentence.text) for sentence in section.sentences))
        sentences += section.sentences
    return SummaryText("\n\n".join(blocks), tuple(sentences))


def heading_of(section: SectionSummary) -> str:
    """`Risk factors · p. 13–16`."""
    title = section.title
    if len(title) > _LONGEST_HEADING:
        title = title[:_LONGEST_HEADING].rsplit(" ", 1)[0] + " …"
    return SEPARATOR.join(part for part in (title, pages_between(section.first_page, section.last_page)) if part)


def plain(text: str) -> str:
    """A text that Markdown takes as it is: documents are hostile, and "1." begins a list."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LIST.sub(lambda match: "".join(part or "" for part in _backslashed(match)), escaped)


def _backslashed(match: re.Match[str]) -> tuple[str | None, ...]:
    number, dot, sign, space = match.groups()
    return (number, f"\\{dot}") if number else (f"\\{sign}", space)
