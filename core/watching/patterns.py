"""What is passed over in a watched folder: half-made and hidden files always, and what the person leaves out."""

from __future__ import annotations

import fnmatch
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePath, PurePosixPath

IGNORES_CASE = sys.platform in ("win32", "darwin")
MAX_PATTERNS = 100
MAX_PATTERN_LENGTH = 200

# What browsers, office programs and sync clients call a file while they have not finished it.
_UNFINISHED_SUFFIXES = frozenset({".crdownload", ".download", ".filepart", ".opdownload", ".part", ".partial", ".tmp"})
_OWNER_FILE_PREFIX = "~$"  # Word and its kind: who has the document open
# Folders that systems and network drives keep for themselves; their files are deleted ones, or copies.
_SYSTEM_FOLDERS = frozenset(
    {"$recycle.bin", "system volume information", "lost+found", "__macosx", "@eadir", "#recycle", "#snapshot"}
)
_WILD = re.compile(r"[*?\[]")


def is_passed_over(relative: PurePath) -> bool:
    """True for hidden and unfinished files, and for all in hidden and system folders.

    Args:
        relative: the path below the watched folder.
    """
    if any(part.startswith(".") or part.casefold() in _SYSTEM_FOLDERS for part in relative.parts):
        return True
    return relative.name.startswith(_OWNER_FILE_PREFIX) or relative.suffix.lower() in _UNFINISHED_SUFFIXES


class _Rule:
    """One pattern, held against the names of a path one after another: its time grows with their number only."""

    def __init__(self, pattern: str, flags: re.RegexFlag) -> None:
        segments = [segment for segment in pattern.split("/") if segment]
        self._is_folder = pattern.endswith("/")
        # None stands for any number of names.
        self._segments = [None if s == "**" else re.compile(fnmatch.translate(s), flags) for s in segments]
        if "/" not in pattern.rstrip("/"):
            self._segments.insert(0, None)

    def matches(self, names: Sequence[str]) -> bool:
        """True where the pattern matches a file with these names on its way, or a folder on it."""
        reached = {0}  # how many names the segments so far can have used up
        for number, segment in enumerate(self._segments):
            if segment is None:
                is_last = number == len(self._segments) - 1
                reached = set(range(min(reached) + is_last, len(names) + 1))
            else:
                reached = {at + 1 for at in reached if at < len(names) and segment.match(names[at])}
            if not reached:
                return False
        return min(reached) < len(names) or not self._is_folder


class IgnoreRules:
    """Patterns in the manner of a .gitignore, without exceptions (`!`) and escapes.

    A pattern without a slash matches a name at any depth; one with a slash is held against the path below the folder.
    `*` and `?` stay within a name, `**` crosses folders, `[ab]` is a choice, a slash at the end stands for folders
    only. What lies below a matching folder is left out with it. A backslash is read as a slash.

    Source: https://git-scm.com/docs/gitignore#_pattern_format
    """

    def __init__(self, patterns: Iterable[str], *, ignore_case: bool = IGNORES_CASE) -> None:
        flags = re.IGNORECASE if ignore_case else re.NOFLAG
        self._rules = [_Rule(pattern, flags) for pattern in tidy_patterns(patterns)]

    def leaves_out(self, relative: PurePath) -> bool:
        """True where a file at this path below the folder is not wanted."""
        names = [unicodedata.normalize("NFC", name) for name in relative.parts]
        return any(rule.matches(names) for rule in self._rules)

    def leaves_out_folder(self, relative: PurePath) -> bool:
        """True where no file below this folder can be wanted, whatever its name."""
        return self.leaves_out(relative / "\0")


def tidy_patterns(patterns: Iterable[str]) -> tuple[str, ...]:
    """The patterns without empty lines, comments (`#`), surrounding spaces and repetitions."""
    tidied = (unicodedata.normalize("NFC", pattern.strip().replace("\\", "/")) for pattern in patterns)
    return tuple(dict.fromkeys(pattern for pattern in tidied if pattern.strip("/") and not pattern.startswith("#")))


def pattern_of(relative: PurePath) -> str:
    """The pattern that leaves out exactly this file."""
    return "/" + _WILD.sub(r"[\g<0>]", PurePosixPath(relative.as_posix()).as_posix())
