"""The library in a sentence, and the documents that want something of the person as rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from core.report import LibraryReport
from core.types import Document, DocumentState
from desktop.action_rows.model import ActionRow
from desktop.document_action import DocumentAction
from desktop.wording import count_pages, format_count, needs_attention, title_of

translate = QCoreApplication.translate


def report_line(report: LibraryReport) -> str:
    """The library in a sentence or two: `423 of 501 documents are ready. 12 need a password, 1 is missing.`."""
    if report.documents == 1:
        ready = translate("report", "The document is ready.") if report.ready else translate("report", "1 document.")
    elif report.ready == report.documents:
        ready = translate("report", "All {count} documents are ready.").format(count=format_count(report.documents))
    else:
        ready = translate("report", "{ready} of {count} documents are ready.").format(
            ready=format_count(report.ready), count=format_count(report.documents)
        )
    others = [
        (report.needs_password, translate("report", "needs a password"), translate("report", "need a password")),
        (report.failed, translate("report", "could not be read"), translate("report", "could not be read")),
        (report.partly, translate("report", "was read in part"), translate("report", "were read in part")),
        (report.missing, translate("report", "is missing"), translate("report", "are missing")),
        (report.paused, translate("report", "is paused"), translate("report", "are paused")),
        (report.working, translate("report", "is being added"), translate("report", "are being added")),
    ]
    listed = ", ".join(f"{format_count(count)} {one if count == 1 else many}" for count, one, many in others if count)
    return f"{ready} {listed}." if listed else ready


def report_rows(documents: Sequence[Document]) -> list[ActionRow]:
    """The documents that need attention: locked ones first, then failed, missing and partly read ones."""
    waiting = [document for document in documents if needs_attention(document)]
    return [_row(document) for document in sorted(waiting, key=_rank)]


def _rank(document: Document) -> tuple[int, str]:
    order = (DocumentState.NEEDS_PASSWORD, DocumentState.FAILED)
    rank = order.index(document.state) if document.state in order else 3
    return (2 if document.missing else rank, title_of(document).casefold())


def _row(document: Document) -> ActionRow:
    reason = " ".join((document.reason or "").split())
    actions: tuple[DocumentAction, ...] = (DocumentAction.DETAILS,)
    tone = "ink_second"
    if document.missing:
        reason = translate("report", "The file is no longer where it was.")
        actions, tone = (DocumentAction.LOCATE, DocumentAction.REMOVE), "caution"
    elif document.state is DocumentState.NEEDS_PASSWORD:
        actions, tone = (DocumentAction.UNLOCK,), "caution"
    elif document.state is DocumentState.FAILED:
        actions, tone = (DocumentAction.RETRY,), "fault"
    else:
        reason = translate("report", "{failed} of {pages} could not be read.").format(
            failed=format_count(document.health.failed), pages=count_pages(document.page_count)
        )
    return ActionRow(
        document.id,
        title_of(document),
        reason or PurePath(document.path).name,
        tone,
        actions=actions,
        more=tuple(one for one in (DocumentAction.DETAILS, DocumentAction.REMOVE) if one not in actions),
        tool_tip=document.path,
    )
