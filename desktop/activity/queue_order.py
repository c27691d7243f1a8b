"""Where jobs go that are moved one place up or down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """Before which job others go; without one to the head of the queue, or (`last`) to its end."""

    before: str | None = None
    last: bool = False


def one_up(order: Sequence[str], chosen: Sequence[str]) -> Target:
    """One place before the first of the `chosen`, which keep together."""
    others, ahead = _apart(order, chosen)
    at = min(ahead, default=0)
    return Target(others[at - 1]) if at > 0 else Target()


def one_down(order: Sequence[str], chosen: Sequence[str]) -> Target:
    """One place behind the last of the `chosen`, which keep together."""
    others, ahead = _apart(order, chosen)
    at = max(ahead, default=0) + 1
    return Target(others[at]) if at < len(others) else Target(last=True)


def _apart(order: Sequence[str], chosen: Sequence[str]) -> tuple[list[str], list[int]]:
    """The jobs that stay, and for each one chosen how many of them are ahead of it."""
    others: list[str] = []
    ahead: list[int] = []
    for job in order:
        if job in chosen:
            ahead.append(len(others))
        else:
            others.append(job)
    return others, ahead
