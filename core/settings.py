"""What can be chosen for a library: declared once, with type, default, choices and what it is for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.errors import UserError
from core.paths import models_folder
from core.reading.ocr_models import AUTOMATIC, available_languages

_PREFIX = "setting."


@dataclass(frozen=True, slots=True)
class Setting:
    """A choice that belongs to a library.

    Attributes:
        name: on the command line and in the table.
        default: in force until another value is chosen.
        choices: what it may be; asked anew each time, because models may come and go.
        description: for people.
    """

    name: str
    default: str
    choices: Callable[[], Sequence[str]]
    description: str


OCR_LANGUAGE = Setting(
    "ocr-language",
    AUTOMATIC,
    lambda: available_languages(models_folder() / "ocr"),
    "the language that scans and pictures are read in",
)
ALL = (OCR_LANGUAGE,)
EMBEDDER = "embedder"
"""Chosen like a setting, and yet none: another embedder comes into force when it has embedded the whole library."""


def by_name(name: str) -> Setting:
    """The setting of a name.

    Raises:
        UserError: there is none.
    """
    for setting in ALL:
        if setting.name == name:
            return setting
    raise UserError(f"There is no setting “{name}”. There is: {', '.join([s.name for s in ALL] + [EMBEDDER])}.")


def read_setting(db: sqlite3.Connection, setting: Setting) -> str:
    """The value in force; the default where the one chosen is no longer to be had."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_PREFIX + setting.name,)).fetchone()
    return str(row[0]) if row and row[0] in setting.choices() else setting.default


def write_setting(db: sqlite3.Connection, setting: Setting, value: str) -> None:
    """Choose a value.

    Raises:
        UserError: it is not among the choices.
    """
    if value not in setting.choices():
        raise UserError(
            f"“{value}” cannot be chosen for {setting.name}. Choose one of: {', '.join(setting.choices())}."
        )
    db.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_PREFIX + setting.name, value),
    )
