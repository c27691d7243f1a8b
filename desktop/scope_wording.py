"""A scope in words: pure functions from filters to short, plain lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from core.index.scope_syntax import written
from core.types import Scope
from desktop.wording import SEPARATOR, count_documents

translate = QCoreApplication.translate


def scope_line(scope: Scope, titles: Sequence[str]) -> str:
    """Where something was searched: `“Annual report” · pages 10-20 · since 2024`, or `All documents`.

    Args:
        scope: the filters.
        titles: of the documents in the scope that are still there.
    """
    parts = []
    if len(scope.documents) == 1 and titles:
        parts.append(translate("scope", "“{title}”").format(title=titles[0]))
    elif scope.documents:
        parts.append(count_documents(len(scope.documents)))
    if scope.collections:
        parts.append(_any_of(scope.collections))
    return SEPARATOR.join(parts + limits(scope)) or translate("scope", "All documents")


def limits(scope: Scope) -> list[str]:
    """Tags, pages and dates, each filter in its own words."""
    parts = []
    if scope.tags:
        parts.append(translate("scope", "tagged {tags}").format(tags=_any_of(scope.tags)))
    if scope.pages:
        pages = ", ".join(written(pages) for pages in scope.pages)
        only_one = len(scope.pages) == 1 and scope.pages[0].first == scope.pages[0].last
        text = translate("scope", "page {pages}") if only_one else translate("scope", "pages {pages}")
        parts.append(text.format(pages=pages))
    if scope.since:
        parts.append(translate("scope", "since {date}").format(date=scope.since))
    if scope.until:
        parts.append(translate("scope", "until {date}").format(date=scope.until))
    return parts


def _any_of(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return translate("scope", "{names} or {last}").format(names=", ".join(names[:-1]), last=names[-1])
