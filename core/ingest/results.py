"""Results of pages that no worker gave, or gave in part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.ingest.tasks import PagesResult
from core.types import Page, PageSource

NOTHING = PagesResult((), (), np.empty((0, 0), np.float32))


def only_recognised(result: PagesResult) -> PagesResult:
    """Only the pages on which words were recognised: the others keep what was read of them before."""
    pages = tuple(page for page in result.pages if page.source is PageSource.OCR)
    kept = {page.index for page in pages}
    chosen = [i for i, (chunk, _) in enumerate(result.chunks) if chunk.page_index in kept]
    return replace(
        result,
        pages=pages,
        chunks=tuple(result.chunks[i] for i in chosen),
        vectors=result.vectors[chosen],
        tokens=tuple(result.tokens[i] for i in chosen) if result.tokens else (),
    )


def failed_page(index: int, reason: str) -> PagesResult:
    """A page that was given up."""
    return replace(NOTHING, pages=(Page(index, str(index + 1), "", PageSource.FAILED, reason),))
