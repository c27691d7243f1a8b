from __future__ import annotations

from desktop.viewer.history import History, Place


def at(page: int) -> Place:
    return Place("d", "/d.pdf", "D", page)


def test_back_and_forward() -> None:
    history = History()
    assert history.current is None
    assert history.back() is None
    assert history.forward() is None
    for page in (1, 2, 3):
        history.visit(at(page))
    assert not history.can_go_forward
    assert history.back() == at(2)
    assert history.back() == at(1)
    assert not history.can_go_back
    assert history.forward() == at(2)
    assert history.current == at(2)


def test_a_visit_forgets_what_lay_ahead() -> None:
    history = History()
    for page in (1, 2, 3):
        history.visit(at(page))
    history.back()
    history.visit(at(9))
    assert not history.can_go_forward
    assert history.back() == at(2)


def test_the_same_place_again_keeps_the_way_forward() -> None:
    history = History()
    history.visit(at(1))
    history.visit(at(2))
    history.back()
    history.visit(at(1))
    assert history.forward() == at(2)


def test_it_is_bounded_and_can_be_cleared() -> None:
    history = History(longest=3)
    for page in range(10):
        history.visit(at(page))
    assert [history.back(), history.back(), history.back()] == [at(8), at(7), None]
    history.clear()
    assert history.current is None
