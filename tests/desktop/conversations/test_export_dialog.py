"""Where a conversation is written to: a name that says the kind, and no file replaced unasked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from real_desk import until

from core.answering.export.exporting import ExportKind
from desktop.conversations.export_dialog import choose_export_target, export_filters, make_dialog, with_suffix
from desktop.dialogs import QuestionDialog
from desktop.theme.theme import Theme


async def chosen(theme: Theme, holder: QWidget, file: Path) -> tuple[asyncio.Future[Path | None], QFileDialog]:
    choosing = asyncio.ensure_future(choose_export_target(theme, holder, "Who lit it?"))
    await until(lambda: holder.findChildren(QFileDialog))
    (dialog,) = holder.findChildren(QFileDialog)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # its own question is Qt's affair
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert field is not None
    field.setText(str(file))
    return choosing, dialog


async def test_every_kind_is_offered_and_its_suffix_follows(theme: Theme, holder: QWidget, run_async: Any) -> None:
    dialog = make_dialog(holder, "Who lit it?")
    assert dialog.nameFilters() == list(export_filters().values())
    assert set(export_filters()) == set(ExportKind)
    assert Path(dialog.selectedFiles()[0]).name == "Who lit it.pdf"
    for kind, text in export_filters().items():
        dialog.filterSelected.emit(text)
        assert dialog.defaultSuffix() == kind.value[1:]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a", "a.docx"),
        ("a.pdf", "a.pdf"),
        ("v1.2 notes", "v1.2 notes.docx"),
        ("a.HTM", "a.HTM"),
        ("Who lit it.pdf", "Who lit it.docx"),
    ],
)
def test_a_name_gets_the_suffix_of_the_kind_unless_somebody_typed_one(name: str, path: str) -> None:
    assert with_suffix(Path(name), "docx", "Who lit it.pdf") == Path(path)


async def test_the_file_that_was_chosen_is_told(theme: Theme, holder: QWidget, tmp_path: Path, run_async: Any) -> None:
    choosing, dialog = await chosen(theme, holder, tmp_path / "talk.md")
    dialog.accept()
    assert await choosing == tmp_path / "talk.md"


async def test_who_thinks_better_of_it_chooses_nothing(
    theme: Theme, holder: QWidget, tmp_path: Path, run_async: Any
) -> None:
    choosing, dialog = await chosen(theme, holder, tmp_path / "talk.md")
    dialog.reject()
    assert await choosing is None


@pytest.mark.parametrize("replace", [True, False])
async def test_a_name_that_gets_a_suffix_replaces_nothing_unasked(
    theme: Theme, holder: QWidget, tmp_path: Path, run_async: Any, replace: bool
) -> None:
    (tmp_path / "v1.2.pdf").write_text("mine")
    choosing, dialog = await chosen(theme, holder, tmp_path / "v1.2")
    dialog.accept()
    await until(lambda: holder.findChildren(QuestionDialog))
    (question,) = holder.findChildren(QuestionDialog)
    assert question.windowTitle() == "Replace the file?"
    (question.accept if replace else question.reject)()
    assert await choosing == (tmp_path / "v1.2.pdf" if replace else None)
