"""What can be chosen for a library: declared once, with type, default, choices and what it is for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.embedding.cross_encoder import checked_folder
from core.errors import UserError
from core.llm.addresses import address_of, checked_host
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
        other: makes of a value that is no choice what is kept, where more than the choices can be had; raises
            `UserError` where that one cannot.
        consequence: what a value that is in force now means, where the person should be told; empty for nothing.
    """

    name: str
    default: str
    choices: Callable[[], Sequence[str]]
    description: str
    other: Callable[[str], str] | None = None
    consequence: Callable[[str], str] | None = None


def _address(value: str) -> str:
    try:
        return address_of(value.strip())
    except ValueError as error:
        raise UserError(f"“{value}” is no address. One is written like this: 127.0.0.1:8080") from error


def _leaving(host: str) -> str:
    if host == NO_HOST:
        return ""
    return (
        f"Passages of your documents, and your questions, may leave this computer now and go to {host}. "
        f"`paperlamp settings {REMOTE_HOST.name} {NO_HOST}` withdraws that."
    )


OCR_LANGUAGE = Setting(
    "ocr-language",
    AUTOMATIC,
    lambda: available_languages(models_folder() / "ocr"),
    "the language that scans and pictures are read in",
)
OFF = "off"
RERANKER = Setting(
    "reranker",
    OFF,
    lambda: (OFF,),
    "a cross-encoder that reads the first results again: the path of its folder",
    lambda value: str(checked_folder(Path(value).expanduser().absolute())),
)
OLLAMA_ADDRESS = Setting(
    "ollama-address",
    AUTOMATIC,
    lambda: (AUTOMATIC,),
    "where Ollama listens, if not where OLLAMA_HOST says or at 127.0.0.1:11434",
    _address,
)
SERVER_ADDRESS = Setting(
    "server-address",
    AUTOMATIC,
    lambda: (AUTOMATIC,),
    "where another server with OpenAI's protocol listens, if not at port 8080 or 1234 of this computer",
    _address,
)
NO_HOST = "none"
REMOTE_HOST = Setting(
    "remote-host",
    NO_HOST,
    lambda: (NO_HOST,),
    "the one other computer that passages of your documents may be sent to: its models answer there",
    checked_host,
    _leaving,
)
KEEP_ALIVE = Setting(
    "keep-alive",
    "5m",
    lambda: ("0", "5m", "30m", "2h", "always"),
    "how long Ollama keeps the model in memory after an answer",
)
ON = "on"
PRELOAD = Setting(
    "preload", ON, lambda: (ON, OFF), "load Ollama's model before the first question while the window is idle"
)
ALL = (OCR_LANGUAGE, RERANKER, OLLAMA_ADDRESS, SERVER_ADDRESS, REMOTE_HOST, KEEP_ALIVE, PRELOAD)
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
    """The value in force; the default where the one chosen is no longer among the choices."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_PREFIX + setting.name,)).fetchone()
    if row and setting.other is not None:  # whether it is still there, who uses it will say
        return str(row[0])
    return str(row[0]) if row and row[0] in setting.choices() else setting.default


def accepted(setting: Setting, value: str) -> str:
    """What is kept of a value that a person chose.

    Raises:
        UserError: it cannot be chosen.
    """
    if value in setting.choices():
        return value
    if setting.other is not None:
        return setting.other(value)
    raise UserError(f"“{value}” cannot be chosen for {setting.name}. Choose one of: {', '.join(setting.choices())}.")


def write_setting(db: sqlite3.Connection, setting: Setting, value: str) -> None:
    """Choose a value.

    Raises:
        UserError: it cannot be chosen.
    """
    db.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_PREFIX + setting.name, accepted(setting, value)),
    )
