"""What the tests of whole-document work share: a library with two versions of one lease."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
import two_versions

from core import composition
from core.index.library import Library


@pytest.fixture(scope="session")
def leases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Return the library that holds both versions, opened for searching."""
    scratch = tmp_path_factory.mktemp("leases")
    folder = two_versions.fill(scratch / "library", scratch / "files")
    with closing(composition.open_library(folder, writable=False)) as library:
        yield library
