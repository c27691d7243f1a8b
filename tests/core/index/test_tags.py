"""Tags: given, taken, told apart without regard to capitals, and carried over to a new version of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.index.library import Library
from core.types import JobState


@pytest.fixture
def library(open_small: Callable[..., Library]) -> Library:
    opened = open_small()
    for name in ("a", "b"):
        opened.add_file(name, Path(f"/papers/{name}.pdf"), name)
    return opened


def test_tags_are_given_and_taken(library: Library) -> None:
    library.tag(["a", "b", "nobody"], "urgent")
    library.tag(["a"], "Lease")
    library.tag(["a"], "urgent")
    assert library.tags() == [("Lease", 1), ("urgent", 2)]
    assert library.document("a").tags == ("Lease", "urgent")
    library.untag(["a", "nobody"], "URGENT")
    library.untag(["b"], "Lease")
    assert library.tags() == [("Lease", 1), ("urgent", 1)]
    assert library.document("a").tags == ("Lease",)


def test_a_tag_is_written_as_it_was_first(library: Library) -> None:
    library.tag(["a"], "Zürich")
    library.tag(["b"], "ZüRICH")
    assert library.tags() == [("Zürich", 2)]
    assert library.document("b").tags == ("Zürich",)


def test_tags_go_with_their_documents(library: Library) -> None:
    library.tag(["a"], "urgent")
    library.remove(["a"])
    assert library.tags() == []


def test_a_new_version_of_a_file_keeps_the_tags(library: Library) -> None:
    library.set_state("a", JobState.READY)
    library.tag(["a"], "urgent")
    library.add_file("c", Path("/papers/a.pdf"), "a")
    assert library.document("c").tags == ("urgent",)
    assert library.document("b").tags == ()
