"""What lies in a watched folder: its files, as far as they are wanted, with their stamps."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from core.reading.kinds import READABLE_SUFFIXES
from core.watching.folders import WatchedFolder
from core.watching.patterns import IgnoreRules, is_passed_over
from core.watching.settling import Stamp

logger = logging.getLogger(__name__)


class FolderContents:
    """Looks at the files of a watched folder.

    Args:
        excluded: folders inside that are never looked into: the library's own.
        has_lasting_inodes: False on network drives, where an inode may be another one at every look.
    """

    def __init__(
        self, folder: WatchedFolder, excluded: Sequence[Path] = (), *, has_lasting_inodes: bool = True
    ) -> None:
        self.root = Path(folder.path)
        self._rules = IgnoreRules(folder.ignore)
        self._excluded = excluded
        self._has_lasting_inodes = has_lasting_inodes

    @cached_property
    def _real_root(self) -> str:
        return os.path.realpath(self.root)

    def files(self, under: Path | None = None) -> Iterator[tuple[Path, Stamp]]:
        """Every file that is wanted, in the whole folder or below a part of it. Links to folders are not followed.

        Raises:
            OSError: the folder itself cannot be listed. Folders inside that cannot are passed over.
        """
        top = under or self.root
        if top != self.root and self._is_closed(top):
            return
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError:
                if folder == self.root:
                    raise
                logger.info("a folder inside a watched one cannot be listed: %s", folder)
                continue
            for entry in listed:
                path = folder / entry.name
                if entry.is_dir(follow_symlinks=False):
                    if not self._is_closed(path):
                        folders.append(path)
                elif (stamp := self.stamp(path)) is not None:
                    yield path, stamp

    def stamp(self, path: Path) -> Stamp | None:
        """The stamp of a file that is wanted and there; None for anything else."""
        if not self._is_wanted(path):
            return None
        try:
            found = path.stat()
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode) or _is_hidden(found):
            return None
        # On POSIX, st_ctime is when the file was last changed or renamed; on Windows, when it was made.
        changed_at = found.st_mtime if sys.platform == "win32" else max(found.st_mtime, found.st_ctime)
        inode = found.st_ino if self._has_lasting_inodes else 0
        return Stamp(found.st_size, found.st_mtime_ns, inode, changed_at)

    def is_empty(self) -> bool:
        """True where the folder holds nothing whatever, as the place of a drive does that was taken out."""
        with os.scandir(self.root) as entries:
            return next(entries, None) is None

    def as_given(self, path: str) -> Path:
        """A path that the system told, below the folder as the person named it; macOS resolves links first."""
        if path.startswith(self._real_root + os.sep) and not path.startswith(str(self.root) + os.sep):
            return self.root / path[len(self._real_root) + 1 :]
        return Path(path)

    def _is_wanted(self, path: Path) -> bool:
        if path.suffix.lower() not in READABLE_SUFFIXES or not path.is_relative_to(self.root):
            return False
        relative = path.relative_to(self.root)
        return not (is_passed_over(relative) or self._rules.leaves_out(relative) or self._is_excluded(path))

    def _is_closed(self, folder: Path) -> bool:
        relative = folder.relative_to(self.root)
        return is_passed_over(relative / "_") or self._rules.leaves_out_folder(relative) or self._is_excluded(folder)

    def _is_excluded(self, path: Path) -> bool:
        return any(path.is_relative_to(folder) for folder in self._excluded)


def is_gone(path: Path) -> bool:
    """True only where the system says that there is no such file; one that cannot be asked for is not gone."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def can_read(path: Path) -> bool:
    """True where the file can be opened and read from."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError:
        return False
    return True


def _is_hidden(found: os.stat_result) -> bool:
    if sys.platform == "win32":
        return bool(found.st_file_attributes & stat.FILE_ATTRIBUTE_HIDDEN)
    return False
