"""What is said of whole-document work, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.answering.comparison import Comparison
from core.answering.every_document import DocumentRow, RowVerdict
from core.answering.progress import Progress
from core.answering.topics import PairKind
from core.reading.text.parts import is_part_label
from desktop.wording import SEPARATOR, format_count, format_remaining

translate = QCoreApplication.translate


def sections_line(progress: Progress) -> str:
    """`4 of 17 sections · 12 s left`."""
    return _parts_line(translate("wholedoc", "{done} of {total} sections"), progress)


def documents_line(progress: Progress) -> str:
    """`4 of 17 documents · 12 s left`."""
    return _parts_line(translate("wholedoc", "{done} of {total} documents"), progress)


def topics_line(progress: Progress) -> str:
    """`4 of 17 sections compared · 12 s left`."""
    return _parts_line(translate("wholedoc", "{done} of {total} sections compared"), progress)


def place_of(page_label: str) -> str:
    """`p. iv`, or `§ 3` of a document without pages."""
    return page_label if is_part_label(page_label) else translate("wholedoc", "p. {page}").format(page=page_label)


def pages_between(first: str, last: str) -> str:
    """`p. 3`, or `p. 3–7`."""
    return place_of(first) if first == last else f"{place_of(first)}–{last}"


def verdict_name(verdict: RowVerdict) -> str:
    """What came of asking a document, in a word or two."""
    match verdict:
        case RowVerdict.SUPPORTED:
            return translate("wholedoc", "Supported")
        case RowVerdict.PARTLY:
            return translate("wholedoc", "Partly found")
        case RowVerdict.UNSUPPORTED:
            return translate("wholedoc", "Not supported")
        case RowVerdict.NOTHING_FOUND:
            return translate("wholedoc", "Nothing found")
        case RowVerdict.NOT_READ:
            return translate("wholedoc", "Not read")
        case RowVerdict.FAILED:
            return translate("wholedoc", "No answer")


def answer_line(row: DocumentRow) -> str:
    """What a document answers, or why it does not."""
    match row.verdict:
        case RowVerdict.NOTHING_FOUND:
            return translate("wholedoc", "Nothing found")
        case RowVerdict.NOT_READ:
            return row.reason or translate("wholedoc", "There is no text of it yet.")
        case RowVerdict.FAILED:
            return row.reason
        case _:
            return row.text


def outcome_line(rows: int, found: int) -> str:
    """`9 of 12 documents answer`."""
    if rows == 1:
        return (
            translate("wholedoc", "The document answers.")
            if found
            else translate("wholedoc", "The document does not answer.")
        )
    return translate("wholedoc", "{found} of {rows} documents answer").format(
        found=format_count(found), rows=format_count(rows)
    )


def kind_name(kind: PairKind) -> str:
    """How two statements stand to each other."""
    match kind:
        case PairKind.CHANGED:
            return translate("wholedoc", "Differs")
        case PairKind.ALIKE:
            return translate("wholedoc", "Side by side")
        case PairKind.ONLY_LEFT:
            return translate("wholedoc", "Only here")
        case PairKind.ONLY_RIGHT:
            return translate("wholedoc", "Only here")


def comparison_line(comparison: Comparison) -> str:
    """`3 differences · 12 only in one of them`; of a question, that it was asked."""
    if comparison.question:
        return translate("wholedoc", "What each of them answers, side by side.")
    pairs = [pair for topic in comparison.topics for pair in topic.pairs]
    changed = sum(pair.kind is PairKind.CHANGED for pair in pairs)
    alone = sum(pair.kind in (PairKind.ONLY_LEFT, PairKind.ONLY_RIGHT) for pair in pairs)
    parts = [
        translate("wholedoc", "1 difference")
        if changed == 1
        else translate("wholedoc", "{n} differences").format(n=format_count(changed)),
    ]
    if alone:
        parts.append(translate("wholedoc", "{n} only in one of them").format(n=format_count(alone)))
    if comparison.same:
        parts.append(translate("wholedoc", "{n} word by word the same").format(n=format_count(comparison.same)))
    return SEPARATOR.join(parts)


def _parts_line(pattern: str, progress: Progress) -> str:
    done = pattern.format(done=format_count(progress.done), total=format_count(progress.total))
    left = "" if progress.eta_seconds is None else format_remaining(progress.eta_seconds)
    return SEPARATOR.join(part for part in (done, left) if part)
