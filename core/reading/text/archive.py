"""ZIP files of strangers, which DOCX and EPUB are: members are read one by one, within bounds."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import Self

from core.errors import BrokenFile, UnsupportedFile
from core.reading.file_bytes import MEGABYTE, read_head

_MOST_MEMBERS = 20_000
# What one member may unpack to, and all that are read together. A novel is one megabyte.
LARGEST_MEMBER = 48 * MEGABYTE
_MOST_UNPACKED = 192 * MEGABYTE
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class Archive:
    """An open ZIP file.

    Raises:
        BrokenFile: it is none, or it is damaged.
        UnsupportedFile: it has more members than any document.
    """

    def __init__(self, path: Path) -> None:
        read_head(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except _ZIP_FAULTS as error:
            raise BrokenFile("The file is damaged: it cannot be unpacked.") from error
        self._unpacked = 0
        if len(self._zip.infolist()) > _MOST_MEMBERS:
            self._zip.close()
            raise UnsupportedFile(f"The file has more than {_MOST_MEMBERS:,} parts, which no document needs.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def names(self) -> list[str]:
        """The members."""
        return self._zip.namelist()

    def has(self, name: str) -> bool:
        """Whether there is a member of this name."""
        return name in self._zip.NameToInfo

    def size(self, name: str) -> int:
        """What a member unpacks to, as the archive says; `read` holds it to that."""
        return self._zip.getinfo(name).file_size

    def read(self, name: str) -> bytes:
        """The bytes of a member.

        Raises:
            BrokenFile: there is no such member, or it is damaged.
            UnsupportedFile: it unpacks to more than a document needs, alone or with those read before.
        """
        try:
            size = self.size(name)
            if size > LARGEST_MEMBER or self._unpacked + size > _MOST_UNPACKED:
                raise UnsupportedFile("The file unpacks to more than any document needs. It was not read.")
            with self._zip.open(name) as member:
                data = member.read(size + 1)
        except KeyError as error:
            raise BrokenFile(f"The file is damaged: its part “{name}” is missing.") from error
        except _ZIP_FAULTS as error:
            raise BrokenFile("The file is damaged: a part of it cannot be unpacked.") from error
        self._unpacked += len(data)
        return data
