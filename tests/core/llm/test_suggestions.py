"""The short list of models worth fetching."""

from __future__ import annotations

import pytest

from core.llm.memory import Memory, MemoryNeed
from core.llm.suggestions import all_suggestions, suggestions

GIB = 1 << 30
PERMISSIVE = {"Apache-2.0", "MIT"}


def names(gigabytes: float, installed: tuple[str, ...] = ()) -> list[str]:
    memory = Memory(int(gigabytes * GIB), int(gigabytes * GIB) // 2)
    return [one.name for one in suggestions(memory, installed)]


@pytest.mark.parametrize("gigabytes", [3.8, 5.8, 7.6, 11.7, 15.5, 23.4, 31.2, 64])
def test_there_are_three_to_five_for_any_usual_machine_and_they_fit(gigabytes: float) -> None:
    memory = Memory(int(gigabytes * GIB), int(gigabytes * GIB))
    found = suggestions(memory)
    assert 3 <= len(found) <= 5
    assert all(MemoryNeed(one.size, 50_000).with_context(8192) < memory.total for one in found)


def test_more_memory_suggests_larger_models() -> None:
    largest = [suggestions(Memory(size * GIB, GIB))[0].size for size in (4, 8, 16, 32)]
    assert largest == sorted(set(largest))


def test_one_of_them_is_quick() -> None:
    found = suggestions(Memory(16 * GIB, GIB))
    assert found[-1].size < found[0].size / 2


def test_what_is_there_is_not_suggested_again() -> None:
    first = names(16)[0]
    assert first not in names(16, (first,))
    assert "phi4-mini" in names(8)
    assert "phi4-mini" not in names(8, ("phi4-mini:latest",))


def test_a_machine_that_is_too_small_is_suggested_nothing() -> None:
    assert names(1) == []


def test_all_may_be_used_by_anybody_for_anything() -> None:
    assert {one.licence for one in all_suggestions()} <= PERMISSIVE
    assert len({one.name for one in all_suggestions()}) == len(all_suggestions())
