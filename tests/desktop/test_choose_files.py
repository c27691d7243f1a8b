"""Which files the dialog offers."""

from __future__ import annotations

import asyncio
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from real_desk import until

from desktop.dialogs import choose_files


async def test_every_kind_is_offered(holder: QWidget, qtbot: QtBot, run_async: Any) -> None:
    choosing = asyncio.ensure_future(choose_files(holder))
    await until(lambda: holder.findChildren(QFileDialog))
    (dialog,) = holder.findChildren(QFileDialog)
    documents, *_ = dialog.nameFilters()
    for pattern in ("*.pdf", "*.PDF", "*.docx", "*.epub", "*.md", "*.txt", "*.html", "*.jpg", "*.TIFF"):
        assert pattern in documents.split("(")[1].rstrip(")").split()
    assert len(dialog.nameFilters()) == 4
    dialog.reject()
    assert await choosing == []
