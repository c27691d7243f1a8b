"""Every error Paperlamp raises on purpose, in one tree.

    PaperlampError
    ├── UserError               shown to the person as it is; says what to do next
    │   ├── DocumentError       a file that cannot become a document
    │   │   ├── NeedsPassword   encrypted; waits for a password
    │   │   ├── BrokenFile      damaged beyond what PDFium and pypdf can repair
    │   │   └── UnsupportedFile encrypted by certificate, or not a PDF at all
    │   ├── LibraryError        the library folder cannot be used
    │   │   └── LibraryInUse    another process writes to it
    │   ├── ModelError          a chat model cannot answer now
    │   │   ├── ModelMissing    it is not there: not installed, not pulled, no server
    │   │   └── ModelFailed     it was there and broke off
    │   ├── OcrModelMissing     scans in the chosen language cannot be read here
    │   └── UnknownDocument     a name or id that matches no document, or several
    └── InternalError           a fault of ours; logged with its trace, shown as one sentence
        ├── WorkerDied          a worker process ended or was killed
        └── WeightsMismatch     model files whose hash is not the expected one

Messages are plain sentences without an error code. Every class pickles, because errors cross process borders.
"""

from __future__ import annotations


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


class LibraryError(UserError):
    """The library folder cannot be used."""


class LibraryInUse(LibraryError):
    """Another process is the writer of this library."""


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


class InternalError(PaperlampError):
    """A fault of ours."""


class WorkerDied(InternalError):
    """A worker process ended by itself or was killed at its limit."""


class WeightsMismatch(InternalError):
    """Model weights whose hash differs from the published one."""
