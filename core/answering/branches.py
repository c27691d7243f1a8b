"""The branches of a conversation: which messages lie on the one that is shown, and which stand beside them.

A conversation is a tree. Editing a question, or answering it again, puts another message beside the one that was there;
nothing is overwritten. Numbers rise with time, so that whatever follows a message has a higher one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tree:
    """The messages of a conversation by what they answer to.

    Args:
        parents: the number of each message with that of the one it answers to; None for a first one.
    """

    parents: dict[int, int | None]
    _after: dict[int | None, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self._after = defaultdict(list)
        for message in sorted(self.parents):
            self._after[self.parents[message]].append(message)

    def path(self, leaf: int | None) -> list[int]:
        """From the first message to `leaf`; that of the newest message where there is no such one."""
        at = leaf if leaf in self.parents else max(self.parents, default=None)
        path: list[int] = []
        while at is not None and at in self.parents:
            path.append(at)
            before = self.parents[at]
            at = before if before is None or before < at else None  # damage may make circles
        return path[::-1]

    def beside(self, message: int) -> tuple[int, ...]:
        """The messages in the same place, `message` among them, the oldest first."""
        return tuple(self._after[self.parents[message]])

    def end_of(self, message: int) -> int:
        """The end of the branch through a message that was written last."""
        return max(self.under(message))

    def under(self, message: int) -> set[int]:
        """A message and all that followed it, on whatever branch."""
        found = {message}
        waiting = [message]
        while waiting:
            new = [after for after in self._after[waiting.pop()] if after not in found]
            found.update(new)
            waiting += new
        return found

    def leaves(self) -> list[int]:
        """The ends of all branches, the oldest first."""
        return [message for message in sorted(self.parents) if not self._after[message]]


def tree_of(rows: Iterable[tuple[int, int | None]]) -> Tree:
    """The tree of rows of (message, what it answers to)."""
    return Tree(dict(rows))
