"""Where a conversation is to be written, and as what."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from core.answering.export.exporting import ExportKind, kind_of, proposed_name
from core.errors import ExportFailed
from desktop.dialogs import QuestionDialog, answered
from desktop.theme.theme import Theme

translate = QCoreApplication.translate


def export_filters() -> dict[ExportKind, str]:
    """The kinds of files as a dialog offers them, the one that most can open first."""
    return {
        ExportKind.PDF: translate("export", "PDF (*.pdf)"),
        ExportKind.DOCX: translate("export", "Word document (*.docx)"),
        ExportKind.HTML: translate("export", "Web page (*.html)"),
        ExportKind.MARKDOWN: translate("export", "Markdown (*.md)"),
    }


def make_dialog(parent: QWidget, title: str) -> QFileDialog:
    """A dialog for the file that a conversation of this title is written to."""
    dialog = QFileDialog(parent, translate("export", "Export conversation"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    filters = export_filters()
    dialog.setNameFilters(list(filters.values()))

    def follow(chosen: str) -> None:
        kind = next(kind for kind, text in filters.items() if text == chosen)
        dialog.setDefaultSuffix(kind.value.removeprefix("."))

    dialog.filterSelected.connect(follow)
    follow(next(iter(filters.values())))
    dialog.selectFile(_proposed(title))
    return dialog


async def choose_export_target(theme: Theme, parent: QWidget, title: str) -> Path | None:
    """Ask where to write a conversation; None where the person thought better of it.

    Dialogs ask before a file is replaced, but not all of
    them for the name that a suffix was added to: for that one it is asked here.
    """
    dialog = make_dialog(parent, title)
    if not await answered(dialog):
        return None
    chosen = Path(dialog.selectedFiles()[0])
    path = with_suffix(chosen, dialog.defaultSuffix(), _proposed(title))
    if path != chosen and path.exists() and not await _may_replace(theme, parent, path):
        return None
    return path


def with_suffix(chosen: Path, suffix: str, proposed: str) -> Path:
    """The file's name with a suffix that says its kind.

    Args:
        chosen: a name whose suffix says a kind stays as it is, for somebody typed it.
        suffix: of the kind that is chosen in the dialog.
        proposed: the name that nobody typed; some dialogs leave it as it was when another kind is chosen.
    """
    if chosen.name == proposed:
        return chosen.with_suffix(f".{suffix}")
    try:
        kind_of(chosen)
    except ExportFailed:
        return chosen.with_name(f"{chosen.name}.{suffix}")
    return chosen


def _proposed(title: str) -> str:
    return f"{proposed_name(title)}{next(iter(export_filters()))}"


async def _may_replace(theme: Theme, parent: QWidget, path: Path) -> bool:
    return await answered(
        QuestionDialog(
            theme,
            parent,
            translate("export", "Replace the file?"),
            translate("export", "“{name}” is there already.").format(name=path.name),
            translate("export", "Replace"),
        )
    )
