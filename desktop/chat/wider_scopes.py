"""Where else a question can be asked that was not answered: pure functions from a scope to wider ones, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from core.types import Scope
from desktop.scope_wording import limits

translate = QCoreApplication.translate


class Offer(NamedTuple):
    """A wider scope, and what its button says."""

    label: str
    scope: Scope


def wider_scopes(scope: Scope) -> list[Offer]:
    """All documents first, then the same scope without one of its filters; nothing where everything was searched."""
    if scope == Scope():
        return []
    offers = [Offer(translate("wider", "Ask all documents"), Scope())]
    filters = (
        (Scope(tags=scope.tags), replace(scope, tags=())),
        (Scope(pages=scope.pages), replace(scope, pages=())),
        (Scope(since=scope.since, until=scope.until), replace(scope, since="", until="")),
    )
    for alone, without in filters:
        # Without the only filter there is, it is all documents again.
        if alone != Scope() and without != Scope():
            text = ", ".join(limits(alone))
            offers.append(Offer(translate("wider", "Without the filter “{filter}”").format(filter=text), without))
    return offers
