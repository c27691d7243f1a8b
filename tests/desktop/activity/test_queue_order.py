from __future__ import annotations

import random

import pytest

from desktop.activity.queue_order import Target, one_down, one_up

ORDER = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("chosen", "target"),
    [
        (["a"], Target()),
        (["b"], Target("a")),
        (["e"], Target("d")),
        (["c", "d"], Target("b")),
        (["b", "e"], Target("a")),
    ],
)
def test_one_up(chosen: list[str], target: Target) -> None:
    assert one_up(ORDER, chosen) == target


@pytest.mark.parametrize(
    ("chosen", "target"),
    [
        (["e"], Target(last=True)),
        (["d"], Target(last=True)),
        (["a"], Target("c")),
        (["a", "b"], Target("d")),
        (["a", "c"], Target("e")),
    ],
)
def test_one_down(chosen: list[str], target: Target) -> None:
    assert one_down(ORDER, chosen) == target


def test_up_and_down_again_is_where_it_was() -> None:
    rng = random.Random(5)
    for _ in range(50):
        order = rng.sample(ORDER, 5)
        chosen = order[rng.randrange(1, 5)]
        up = moved(order, chosen, one_up(order, [chosen]))
        assert up != order
        assert moved(up, chosen, one_down(up, [chosen])) == order


def moved(order: list[str], chosen: str, target: Target) -> list[str]:
    others = [one for one in order if one != chosen]
    at = len(others) if target.last else others.index(target.before) if target.before else 0
    return [*others[:at], chosen, *others[at:]]
