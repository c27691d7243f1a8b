"""A library that cannot be opened because its file is damaged: say so, offer the backup, and make it anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from core.errors import LibraryDamaged
from core.index.repair import Damage, RecoveryReport, inspect, salvage
from desktop.dialogs import QuestionDialog, answered
from desktop.theme.theme import Theme
from desktop.wording import count_documents, relative_day

translate = QCoreApplication.translate
Opened = TypeVar("Opened")


async def open_or_recover(
    theme: Theme, parent: QWidget, folder: Path, open_core: Callable[[], Opened]
) -> tuple[Opened, tuple[str, ...]]:
    """Open the library; where it is damaged, ask whether it may be repaired, and open it then.

    Returns:
        What was opened, and files that have to be added again.

    Raises:
        LibraryDamaged: it is, and the person wants it left alone.
    """
    try:
        return await asyncio.to_thread(open_core), ()
    except LibraryDamaged:
        damage = await asyncio.to_thread(inspect, folder)
        if damage is None or not await answered(_question(theme, parent, damage)):
            raise
    report = await asyncio.to_thread(salvage, folder)
    opened = await asyncio.to_thread(open_core)
    await answered(_told(theme, parent, report))
    return opened, report.add_again


def _question(theme: Theme, parent: QWidget, damage: Damage) -> QuestionDialog:
    backup = damage.backup
    if backup is None:
        text = translate("recovery", "There is no backup. Everything that can still be read is kept.")
    else:
        made_at = backup.made_at.astimezone()
        moment = f"{relative_day(made_at.isoformat(), datetime.now().astimezone().date())}, {made_at:%H:%M}"
        text = translate(
            "recovery",
            "It can be made anew from the backup of {moment} ({count}) and everything newer that can still be read.",
        ).format(moment=moment, count=count_documents(backup.documents))
    text += " " + translate("recovery", "The damaged file is kept beside it.")
    heading = translate("recovery", "The library file is damaged")
    return QuestionDialog(theme, parent, heading, text, translate("recovery", "Repair"))


def _told(theme: Theme, parent: QWidget, report: RecoveryReport) -> QuestionDialog:
    heading = translate("recovery", "The library is repaired")
    return QuestionDialog(
        theme, parent, heading, "\n".join(report.sentences()), translate("recovery", "Continue"), cancel=False
    )
