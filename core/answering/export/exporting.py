"""Writes a conversation to a file, of the kind that the file's name says; the file is whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from core.answering.export.html_writer import to_html
from core.answering.export.markdown_writer import to_markdown
from core.answering.export.transcript import Transcript
from core.errors import ExportFailed


class ExportKind(StrEnum):
    """A kind of file, by its suffix. PDF is laid out by the window, which has fonts and pages."""

    MARKDOWN = ".md"
    HTML = ".html"
    DOCX = ".docx"
    PDF = ".pdf"


def _docx(transcript: Transcript) -> bytes:
    from core.answering.export.docx_writer import to_docx  # with its libraries, only when a Word document is wanted

    return to_docx(transcript)


_OTHER_SUFFIXES = {".markdown": ExportKind.MARKDOWN, ".htm": ExportKind.HTML}
_WRITERS: dict[ExportKind, Callable[[Transcript], bytes]] = {
    ExportKind.MARKDOWN: lambda transcript: to_markdown(transcript).encode(),
    ExportKind.HTML: lambda transcript: to_html(transcript).encode(),
    ExportKind.DOCX: _docx,
}


def kind_of(path: Path) -> ExportKind:
    """The kind that a file's name says.

    Raises:
        ExportFailed: it says none that can be written.
    """
    suffix = path.suffix.lower()
    if suffix in _OTHER_SUFFIXES:
        return _OTHER_SUFFIXES[suffix]
    if suffix in set(ExportKind):
        return ExportKind(suffix)
    raise ExportFailed(f"“{path.name}” does not say which kind of file it is to be. End it with .md, .html or .docx.")


def written(transcript: Transcript, kind: ExportKind) -> bytes:
    """The bytes of a file of any kind but PDF.

    Raises:
        ExportFailed: it is to be a PDF.
    """
    if kind not in _WRITERS:
        raise ExportFailed("A PDF is made in the window: open the conversation there and choose “Export”.")
    return _WRITERS[kind](transcript)


def write_file(path: Path, data: bytes) -> None:
    """Put a file in place of what may be there; whoever looks sees the old one or all of the new one.

    Raises:
        ExportFailed: it cannot be written there; what was there is as before.
    """
    scratch: str | None = None
    try:
        handle, scratch = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=".partial", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(scratch, path)
        scratch = None
    except OSError as error:
        reason = error.strerror or "the system refused"
        raise ExportFailed(f"{path} cannot be written: {reason}. Choose another place.") from error
    finally:
        if scratch is not None:
            Path(scratch).unlink(missing_ok=True)


def proposed_name(title: str) -> str:
    """A file's name, without its suffix, that every system takes."""
    letters = "".join(" " if c in '<>:"/\\|?*' or not c.isprintable() else c for c in title)
    name = " ".join(letters.split()).strip(". ")[:80].rstrip(". ")
    reserved = {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)}
    return f"{name} 1" if name.upper().partition(".")[0] in reserved else name or "Conversation"
