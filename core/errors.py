"""Every error Paperlamp raises on purpose, in one tree.

    PaperlampError
    ├── UserError               shown to the person as it is; says what to do next
    │   ├── DocumentError       a file that cannot become a document
    │   │   ├── NeedsPassword   encrypted; waits for a password
    │   │   ├── BrokenFile      damaged beyond what PDFium and pypdf can repair
    │   │   ├── UnsupportedFile encrypted by certificate, or not a PDF at all
    │   │   └── FileUnreachable there, and yet not to be opened just now: worth another try
    │   ├── LibraryError        the library folder cannot be used
    │   │   ├── LibraryInUse    another process writes to it
    │   │   ├── LibraryOutdated its form is older, and who asked may not change it
    │   │   ├── DiskFull        no room left, or a quota reached
    │   │   ├── DiskFailing     the disk refuses to read or to write
    │   │   ├── LibraryReadOnly the folder, the file or the medium may not be written
    │   │   ├── LibraryBusy     another program holds the file
    │   │   ├── LibraryGone     its drive or folder is not there any more
    │   │   ├── LibraryDamaged  the file is not what was written to it
    │   │   └── UnfitFolder     a place that cannot lock files, as some network drives
    │   ├── ModelError          a chat model cannot answer now
    │   │   ├── ModelMissing    it is not there: not installed, not pulled, no server
    │   │   └── ModelFailed     it was there and broke off
    │   ├── OcrModelMissing     scans in the chosen language cannot be read here
    │   ├── UnknownDocument     a name or id that matches no document, or several
    │   ├── ExportFailed        a conversation cannot be written where, or as what, it is wanted
    │   └── UnwatchableFolder   a folder, or what is to be left out of it, that cannot be watched as asked
    └── InternalError           a fault of ours; logged with its trace, shown as one sentence
        ├── EmbedderChanged     another embedder came into force between embedding a question and searching for it
        ├── WorkerDied          a worker process ended or was killed
        └── WeightsMismatch     model files whose hash is not the expected one

Messages are plain sentences without an error code. Every class pickles, because errors cross process borders.
"""

from __future__ import annotations

from enum import StrEnum


class PaperlampError(Exception):
    """Root of the tree; its text is one plain sentence."""


class UserError(PaperlampError):
    """Something the person can act upon."""


class DocumentError(UserError):
    """A file that cannot become a readable document."""


class NeedsPassword(DocumentError):
    """The file is encrypted and no password given so far opens it."""


class BrokenFile(DocumentError):
    """The file is damaged beyond repair, or empty."""


class UnsupportedFile(DocumentError):
    """The file is of a kind that Paperlamp cannot open."""


class FileUnreachable(DocumentError):
    """The file is there, and the system does not let it be read now: a drive, a lock, a permission."""


class LibraryError(UserError):
    """The library folder cannot be used."""


class LibraryInUse(LibraryError):
    """Another process is the writer of this library."""


class LibraryOutdated(LibraryError):
    """The library has an older form, and was opened for searching only."""


class DiskFull(LibraryError):
    """The disk, or the person's share of it, has no room left."""


class DiskFailing(LibraryError):
    """The disk refuses to read or to write."""


class LibraryReadOnly(LibraryError):
    """The folder, the file or the whole medium may not be written."""


class LibraryBusy(LibraryError):
    """Another program holds the library's file: a virus scanner, a backup, a program that syncs folders."""


class LibraryGone(LibraryError):
    """The library's drive or folder is not there any more."""


class LibraryDamaged(LibraryError):
    """The library's file is not what was written to it, or is missing though there are backups of it."""


class UnfitFolder(LibraryError):
    """The folder lies where files cannot be locked or shared between processes."""


class ModelError(UserError):
    """A chat model cannot answer now; the message says what to do."""


class ModelMissing(ModelError):
    """The model, or the server that runs it, is not there."""


class ModelFailed(ModelError):
    """The model broke off while answering."""


class OcrModelMissing(UserError):
    """There is no usable model for reading scans in the chosen language."""


class UnknownDocument(UserError):
    """A name or an id that matches no document, or more than one."""


class ExportFailed(UserError):
    """A conversation cannot be written to the file that was named."""


class UnwatchableFolder(UserError):
    """A folder that cannot be watched, or not in the way that was asked for."""


class InternalError(PaperlampError):
    """A fault of ours."""


class EmbedderChanged(InternalError):
    """A question was embedded by another embedder than the one whose vectors are in force by now."""


class DeathCause(StrEnum):
    """Why a worker ended under its task."""

    CRASH = "crash"
    TIME = "time"
    MEMORY = "memory"
    NO_START = "no start"


class WorkerDied(InternalError):
    """A worker process ended by itself or was killed at its limit.

    Attributes:
        cause: what it died of.
        page: the page it was at, where that is known.
    """

    def __init__(self, message: str, cause: DeathCause = DeathCause.CRASH, page: int | None = None) -> None:
        super().__init__(message, cause, page)
        self.cause = cause
        self.page = page

    def __str__(self) -> str:
        """The sentence alone."""
        return str(self.args[0])


class WeightsMismatch(InternalError):
    """Model weights whose hash differs from the published one."""
