"""A conversation is a tree: what is edited or answered again stands beside what was there."""

from __future__ import annotations

import pytest

from core.answering.branches import tree_of

# 1 ─ 2 ─ 3 ─ 4
#   └ 5 ─ 6
# 7
ROWS = [(1, None), (2, 1), (3, 2), (4, 3), (5, 1), (6, 5), (7, None)]


def test_a_path_leads_from_the_first_message_to_the_last() -> None:
    tree = tree_of(ROWS)
    assert tree.path(4) == [1, 2, 3, 4]
    assert tree.path(6) == [1, 5, 6]
    assert tree.path(2) == [1, 2]
    assert tree.path(7) == [7]
    assert tree_of([]).path(None) == []


@pytest.mark.parametrize("leaf", [None, 99])
def test_without_a_known_end_the_newest_message_is_it(leaf: int | None) -> None:
    assert tree_of(ROWS[:-1]).path(leaf) == [1, 5, 6]


def test_messages_in_one_place_are_told_in_order() -> None:
    tree = tree_of(reversed(ROWS))
    assert tree.beside(5) == (2, 5)
    assert tree.beside(1) == (1, 7)
    assert tree.beside(4) == (4,)
    assert tree.leaves() == [4, 6, 7]


def test_a_branch_ends_in_what_was_written_last() -> None:
    tree = tree_of([*ROWS, (8, 2)])
    assert tree.end_of(2) == 8
    assert tree.end_of(1) == 8
    assert tree.end_of(5) == 6
    assert tree.under(2) == {2, 3, 4, 8}


def test_circles_and_gaps_that_damage_made_end_the_path() -> None:
    tree = tree_of([(1, 3), (2, 1), (3, 2), (5, 4)])
    assert tree.path(3) == [1, 2, 3]
    assert tree.path(5) == [5]
    assert tree.end_of(1) == 3


def test_a_long_chain_is_walked_without_recursion() -> None:
    tree = tree_of((number, number - 1 or None) for number in range(1, 20_001))
    assert len(tree.path(20_000)) == 20_000
    assert len(tree.under(1)) == 20_000
