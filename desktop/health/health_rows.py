"""What is the matter with a document and with its pages, as rows with what helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from core.types import Document, DocumentKind, DocumentState, PageProblem, PageSource
from desktop.action_rows.model import ActionRow
from desktop.document_action import DocumentAction
from desktop.wording import PAUSED, count_pages, format_count

translate = QCoreApplication.translate

WHOLE = "document"


@dataclass(frozen=True, slots=True)
class ProblemRun:
    """Pages that follow each other and have the same trouble."""

    pages: tuple[int, ...]
    first_label: str
    last_label: str
    source: PageSource
    reason: str

    @property
    def key(self) -> str:
        """Tells runs of a document apart."""
        return f"{self.pages[0]}-{self.pages[-1]}"


def runs(problems: Sequence[PageProblem]) -> list[ProblemRun]:
    """Problems of single pages, given in the pages' order, drawn together."""
    drawn: list[ProblemRun] = []
    for problem in problems:
        last = drawn[-1] if drawn else None
        if last and (last.pages[-1] + 1, last.source, last.reason) == (
            problem.page_index,
            problem.source,
            problem.reason,
        ):
            pages = (*last.pages, problem.page_index)
            drawn[-1] = ProblemRun(pages, last.first_label, problem.page_label, last.source, last.reason)
        else:
            label = problem.page_label
            drawn.append(ProblemRun((problem.page_index,), label, label, problem.source, problem.reason))
    return drawn


def health_rows(document: Document, found: Sequence[ProblemRun]) -> list[ActionRow]:
    """What there is to say about a document as a whole, then about its pages."""
    whole = document_row(document)
    if whole is None and document.health.failed and sum(run.source is PageSource.FAILED for run in found) > 1:
        whole = ActionRow(
            WHOLE,
            translate("health", "{pages} could not be read").format(pages=count_pages(document.health.failed)),
            translate("health", "All of them together"),
            actions=(DocumentAction.RETRY, *_ocr(document), DocumentAction.SKIP),
        )
    return [row for row in (whole, *(_run_row(document, run) for run in found)) if row is not None]


def document_row(document: Document) -> ActionRow | None:
    """What is the matter with a document as a whole; None where nothing is."""
    if document.missing:
        return ActionRow(
            WHOLE,
            translate("health", "The file is no longer where it was"),
            translate("health", "What was read of it stays, and can still be asked."),
            "caution",
            actions=(DocumentAction.LOCATE, DocumentAction.REMOVE),
        )
    reason = " ".join((document.reason or "").split())
    match document.state:
        case DocumentState.NEEDS_PASSWORD:
            title = translate("health", "It needs a password")
            return ActionRow(WHOLE, title, reason, "caution", actions=(DocumentAction.UNLOCK,))
        case DocumentState.FAILED:
            title = translate("health", "It could not be read")
            return ActionRow(WHOLE, title, reason, "fault", actions=(DocumentAction.RETRY, DocumentAction.REMOVE))
        case DocumentState.PAUSED:
            stopped = reason and reason != PAUSED
            title = translate("health", "It was stopped") if stopped else translate("health", "It is paused")
            return ActionRow(WHOLE, title, reason if stopped else "", actions=(DocumentAction.RESUME,))
        case DocumentState.READY if document.health.pages_done and not (document.health.text or document.health.ocr):
            title = translate("health", "No text was found")
            return ActionRow(WHOLE, title, reason, actions=_ocr(document))
    return None


def pages_title(run: ProblemRun) -> str:
    """`Page iv`, `Pages 41–60`."""
    if len(run.pages) == 1:
        return translate("health", "Page {label}").format(label=run.first_label)
    return translate("health", "Pages {first}–{last}").format(first=run.first_label, last=run.last_label)


def _run_row(document: Document, run: ProblemRun) -> ActionRow:
    failed = run.source is PageSource.FAILED
    title = pages_title(run)
    if len(run.pages) > 2:
        title += f" ({format_count(len(run.pages))})"
    return ActionRow(
        run.key,
        title,
        run.reason,
        "caution" if failed else "ink_second",
        actions=_page_actions(document, failed=failed),
    )


def _page_actions(document: Document, *, failed: bool) -> tuple[DocumentAction, ...]:
    if document.missing:  # all that helps needs the file, but for doing without these pages
        return (DocumentAction.SKIP,) if failed else ()
    ocr = _ocr(document)
    tries = (DocumentAction.RETRY, *ocr, DocumentAction.SKIP) if failed else ocr
    return (*tries, DocumentAction.OPEN_PAGE)


def _ocr(document: Document) -> tuple[DocumentAction, ...]:
    """OCR helps where there are pages to look at."""
    return () if document.kind is DocumentKind.TEXT else (DocumentAction.RECOGNISE,)
