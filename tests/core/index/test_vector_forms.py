"""IVF against comparing with all: what it finds, what it passes over, and how it is cut into lists."""

from __future__ import annotations

import numpy as np
import pytest

from core.embedding.embedder import Vectors
from core.index.vector_forms import ExactForm, Ids, IvfForm, lists_for, sample_size, train_ivf

DIMENSION = 32
COUNT = 4_000
FIRST = 1_000
TOPICS = 60


def clustered(count: int, seed: int) -> Vectors:
    """Unit vectors about some topics, as those of passages are."""
    topics = np.random.default_rng(0).standard_normal((TOPICS, DIMENSION))
    chance = np.random.default_rng(seed)
    vectors = topics[chance.integers(0, TOPICS, count)] + 0.6 * chance.standard_normal((count, DIMENSION))
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


VECTORS = clustered(COUNT, seed=1)
IDS: Ids = np.arange(FIRST, FIRST + COUNT, dtype=np.int64)
QUERIES = clustered(50, seed=2)


@pytest.fixture
def form() -> IvfForm:
    base = train_ivf(VECTORS, lists_for(COUNT))
    base.add_with_ids(VECTORS, IDS)
    return IvfForm(base)


def nearest(query: Vectors, k: int, ids: Ids) -> list[int]:
    """What comparing with all of these finds."""
    order = np.argsort(-(VECTORS[ids - FIRST] @ query), kind="stable")[:k]
    found: list[int] = ids[order].tolist()
    return found


def recall(form: IvfForm, k: int, among: Ids | None, inside: Ids) -> float:
    """The share of the `k` nearest that are among the first 2k found."""
    hits = 0
    for query in QUERIES:
        found, _ = form.search(query, 2 * k, among)
        hits += len(set(found.tolist()) & set(nearest(query, k, inside)))
    return hits / (k * len(QUERIES))


def test_it_finds_the_nearest_with_about_their_cosines(form: IvfForm) -> None:
    assert len(form) == COUNT
    assert recall(form, 10, None, IDS) >= 0.97
    for query in QUERIES:
        ids, cosines = form.search(query, 20, None)
        assert cosines.tolist() == sorted(cosines.tolist(), reverse=True)
        assert cosines == pytest.approx(VECTORS[ids - FIRST] @ query, abs=0.01)


def test_not_all_lists_are_searched_unless_the_scope_is_small(form: IvfForm) -> None:
    everything = {chunk for query in QUERIES[:1] for chunk in form.search(query, COUNT, None)[0].tolist()}
    assert len(everything) < COUNT / 2
    few = IDS[:: COUNT // 40]
    assert set(form.search(QUERIES[0], COUNT, few)[0].tolist()) == set(few.tolist())


@pytest.mark.parametrize("step", [2, 5, 20, 400])
def test_a_scope_of_any_size_is_searched_as_well_as_everything(form: IvfForm, step: int) -> None:
    among = IDS[::step]
    assert recall(form, 10 if len(among) > 20 else 2, among, among) >= 0.97
    for query in QUERIES[:5]:
        assert set(form.search(query, 30, among)[0].tolist()) <= set(among.tolist())


def test_a_scope_may_name_what_is_not_there(form: IvfForm) -> None:
    among = np.array([-3, 0, FIRST + 5, FIRST + COUNT + 900_000], np.int64)
    assert form.search(VECTORS[5], 9, among)[0].tolist() == [FIRST + 5]
    assert form.search(VECTORS[5], 9, np.array([7], np.int64))[0].tolist() == []


def test_a_scope_that_is_searched_again_knows_of_what_changed(form: IvfForm) -> None:
    among = IDS[:20]
    assert len(form.search(QUERIES[0], 50, among)[0]) == 20
    assert set(form.search(QUERIES[0], 50, IDS[20:30])[0].tolist()) == set(IDS[20:30].tolist())
    form.remove(among[:5])
    assert set(form.search(QUERIES[0], 50, among)[0].tolist()) == set(among[5:].tolist())
    form.add(among[:2], VECTORS[:2])
    assert len(form.search(QUERIES[0], 50, among)[0]) == 17


def test_what_is_removed_from_the_base_is_passed_over(form: IvfForm) -> None:
    gone = np.array([*IDS[:300], 5, FIRST + COUNT + 7], np.int64)
    form.remove(gone)
    assert len(form) == COUNT - 300 == len(form.ids())
    assert form.removed_size == 300
    assert form.removed().tolist() == IDS[:300].tolist()
    for i in range(0, 300, 30):
        assert not set(form.search(VECTORS[i], 50, None)[0].tolist()) & set(gone.tolist())
        assert not set(form.search(VECTORS[i], 50, IDS[:400])[0].tolist()) & set(gone.tolist())
    form.remove(gone)
    assert len(form) == COUNT - 300


def test_what_comes_later_is_found_beside_the_base_and_can_go_again(form: IvfForm) -> None:
    fresh = clustered(200, seed=3)
    ids = np.arange(100_000, 100_200, dtype=np.int64)
    form.add(ids, fresh)
    assert (len(form), form.recent_size, form.base_size) == (COUNT + 200, 200, COUNT)
    assert sorted(form.ids().tolist()) == [*IDS.tolist(), *ids.tolist()]
    for i in range(0, 200, 20):
        found, cosines = form.search(fresh[i], 3, None)
        assert found[0] == ids[i]
        assert cosines[0] == pytest.approx(1.0, abs=0.01)
        assert form.search(fresh[i], 3, ids[i : i + 1])[0].tolist() == [ids[i]]
    form.remove(np.concatenate([ids[:50], IDS[:10]]))
    assert (form.recent_size, form.removed_size) == (150, 10)
    assert ids[0] not in form.search(fresh[0], 10, None)[0]


def test_what_was_removed_and_comes_again_is_there_once(form: IvfForm) -> None:
    form.remove(IDS[:2])
    form.add(IDS[:3], VECTORS[:3])
    assert (len(form), form.recent_size, form.removed_size) == (COUNT, 0, 0)
    assert form.search(VECTORS[0], 5, None)[0].tolist().count(FIRST) == 1


def test_an_earlier_session_s_changes_are_there(form: IvfForm) -> None:
    form.add(np.array([9], np.int64), clustered(1, seed=4))
    form.remove(IDS[:7])
    again = IvfForm(form._base, form.in_memory(), form.removed())
    assert sorted(again.ids().tolist()) == sorted(form.ids().tolist())
    assert again.search(QUERIES[0], 9, None)[0].tolist() == form.search(QUERIES[0], 9, None)[0].tolist()


def test_with_everything_gone_nothing_is_found(form: IvfForm) -> None:
    form.remove(IDS)
    assert len(form) == 0
    assert form.search(QUERIES[0], 5, None)[0].tolist() == []


@pytest.mark.parametrize(
    ("count", "lists"), [(0, 1), (1, 1), (100, 2), (4_000, 102), (200_000, 1024), (1_000_000, 2048), (4_000_000, 4096)]
)
def test_lists_grow_with_the_root_and_can_be_trained(count: int, lists: int) -> None:
    assert lists_for(count) == lists
    assert lists == 1 or lists * 39 <= count
    assert sample_size(lists) > 39 * lists


def test_both_forms_order_alike(form: IvfForm) -> None:
    exact = ExactForm.empty(DIMENSION)
    exact.add(IDS, VECTORS)
    for query in QUERIES[:10]:
        assert form.search(query, 1, None)[0].tolist() == exact.search(query, 1, None)[0].tolist()
        among = IDS[::3]
        assert exact.search(query, 5, among)[0].tolist() == nearest(query, 5, among)
