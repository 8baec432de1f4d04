"""What every vector store promises, whichever engine it is."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.build import STORES
from vectorstore import NOTHING, DamagedError, OtherVectorsError, State, Vectors, VectorStore

# Cosines with EAST, by hand: 1, 0.8, 0.6, 0.
EAST, NEAR, FAR, UP = (1, 0, 0), (0.8, 0.6, 0), (0.6, 0.8, 0), (0, 0, 1)


def vectors(*rows: tuple[float, float, float]) -> Vectors:
    return np.array(rows, dtype=np.float32).reshape(-1, 3)


def add(store: VectorStore, rows: dict[int, tuple[float, float, float]]) -> None:
    store.add(np.array(list(rows), dtype=np.int64), vectors(*rows.values()), ["" for _ in rows])


def at(change: int) -> State:
    """Return a state of that many changes."""
    return State(change, f"{change:032x}")


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def found(store: VectorStore, k: int, allowed: np.ndarray | None = None) -> list[int]:
    return [hit.id for hit in store.search(vectors(EAST), k, allowed)]


def test_a_new_store_is_empty_and_at_change_zero(store):
    assert store.state == NOTHING
    assert store.ids().tolist() == []
    assert store.search(vectors(EAST), 5) == []


def test_search_gives_the_nearest_first_with_its_cosine(store):
    add(store, {5: UP, 6: FAR, 7: EAST, 8: NEAR})

    hits = store.search(vectors(EAST), 3)

    assert [hit.id for hit in hits] == [7, 8, 6]
    assert [hit.score for hit in hits] == pytest.approx([1.0, 0.8, 0.6], abs=1e-6)


def test_search_for_more_than_there_are_gives_all(store):
    add(store, {1: EAST, 2: UP})

    assert found(store, 100) == [1, 2]


def test_search_for_none_gives_none(store):
    add(store, {1: EAST})

    assert found(store, 0) == []


def test_ids_are_ascending_in_whatever_order_they_came(store):
    add(store, {9: EAST, 2: NEAR})
    add(store, {4: UP})

    assert store.ids().tolist() == [2, 4, 9]
    assert store.ids().dtype == np.int64


def test_ids_may_be_larger_than_32_bits(store):
    add(store, {2**40: EAST, 2**40 + 1: UP})

    assert found(store, 1) == [2**40]


def test_an_id_that_is_added_again_is_replaced(store):
    add(store, {1: EAST, 2: FAR})

    add(store, {1: UP})

    assert store.ids().tolist() == [1, 2]
    assert found(store, 2) == [2, 1]


def test_what_is_removed_is_not_found(store):
    add(store, {1: EAST, 2: NEAR, 3: UP})

    store.remove(ids(1, 3))

    assert store.ids().tolist() == [2]
    assert found(store, 5) == [2]


def test_an_unknown_id_is_passed_over_when_removed(store):
    add(store, {1: EAST})

    store.remove(ids(1, 77))

    assert store.ids().tolist() == []


def test_a_store_whose_last_vector_went_finds_nothing_and_can_be_filled_again(store):
    add(store, {1: EAST})
    store.remove(ids(1))
    assert found(store, 1) == []

    add(store, {2: NEAR})

    assert found(store, 1) == [2]


def test_adding_and_removing_nothing_changes_nothing(store):
    add(store, {1: EAST})

    store.add(ids(), vectors(), [])
    store.remove(ids())

    assert store.ids().tolist() == [1]


def test_allowed_limits_the_search_even_to_the_farthest(store):
    add(store, {1: EAST, 2: NEAR, 3: FAR, 4: UP})

    assert found(store, 2, allowed=ids(3, 4)) == [3, 4]
    assert found(store, 1, allowed=ids(4)) == [4]


def test_allowed_may_name_ids_that_are_not_there(store):
    add(store, {1: EAST, 2: UP})

    assert found(store, 5, allowed=ids(2, 55)) == [2]


def test_nothing_allowed_finds_nothing(store):
    add(store, {1: EAST})

    assert found(store, 5, allowed=ids()) == []


def test_a_checkpoint_is_found_again_at_its_change(open_store):
    store = open_store()
    add(store, {1: NEAR, 2: EAST})
    store.checkpoint(at(7))
    assert store.state == at(7)

    again = open_store()

    assert again.state == at(7)
    assert again.ids().tolist() == [1, 2]
    assert [(hit.id, hit.score) for hit in again.search(vectors(EAST), 2)] == [
        (2, pytest.approx(1.0)),
        (1, pytest.approx(0.8)),
    ]


def test_what_came_after_the_checkpoint_is_gone_after_a_restart(open_store):
    store = open_store()
    add(store, {1: EAST})
    store.checkpoint(at(1))
    add(store, {2: EAST})
    store.remove(ids(1))

    again = open_store()

    assert (again.state, again.ids().tolist()) == (at(1), [1])


def test_a_store_that_was_opened_again_goes_on(open_store):
    store = open_store()
    add(store, {1: EAST, 2: NEAR})
    store.checkpoint(at(1))

    again = open_store()
    again.remove(ids(1))
    add(again, {3: FAR})
    again.checkpoint(at(2))

    assert (open_store().state, found(open_store(), 5)) == (at(2), [2, 3])


def test_an_emptied_store_is_found_again_as_empty(open_store):
    store = open_store()
    add(store, {1: EAST})
    store.checkpoint(at(1))
    store.remove(ids(1))
    store.checkpoint(at(2))

    assert (open_store().state, open_store().ids().tolist()) == (at(2), [])


def test_vectors_of_another_model_are_told_by_both_names(open_store):
    store = open_store()
    add(store, {1: EAST})
    store.checkpoint(at(1))

    with pytest.raises(OtherVectorsError, match=r"model-1.*model-2"):
        open_store(fingerprint="model-2")


def test_vectors_of_another_size_are_told(open_store):
    store = open_store()
    add(store, {1: EAST})
    store.checkpoint(at(1))

    with pytest.raises(OtherVectorsError):
        open_store(dimensions=4)


def test_vectors_of_another_size_are_never_searched(open_store):
    store = open_store()
    add(store, {1: EAST})
    store.checkpoint(at(1))

    with pytest.raises((DamagedError, OtherVectorsError)):
        open_store(dimensions=4)


def test_states_of_one_number_are_told_apart(open_store):
    store = open_store()
    add(store, {1: EAST})
    store.checkpoint(State(1, "one"))
    store.checkpoint(State(1, "other"))

    assert open_store().state == State(1, "other")


def test_a_fork_and_what_it_came_of_do_not_notice_each_other(open_store, tmp_path):
    store = open_store()
    add(store, {1: EAST, 2: UP})
    store.checkpoint(at(1))

    fork = store.fork(tmp_path / "fork")
    assert (fork.state, found(fork, 5)) == (at(1), [1, 2])
    fork.remove(ids(1))
    add(fork, {3: NEAR})
    fork.checkpoint(at(2))
    add(store, {4: FAR})

    assert (store.state, found(store, 5)) == (at(1), [1, 4, 2])
    assert (fork.state, found(fork, 5)) == (at(2), [3, 2])
    assert (open_store().state, open_store().ids().tolist()) == (at(1), [1, 2])


def test_vectors_are_given_back_as_they_were(store):
    add(store, {5: UP, 6: FAR, 7: EAST})

    given = store.vectors(ids(7, 5))
    assert given is None or given.tolist() == vectors(EAST, UP).tolist()
    assert store.vectors(ids(5, 8)) is None


STEPS = st.lists(
    st.tuples(st.booleans(), st.sets(st.integers(0, 9), min_size=1), st.integers(0, 359)), max_size=12
)


@pytest.mark.parametrize("name", STORES.names())
@given(steps=STEPS)
def test_whatever_was_added_and_removed_it_holds_and_finds_what_a_dictionary_would(name, steps):
    with tempfile.TemporaryDirectory() as folder:
        store = STORES.factory(name)(Path(folder), 3, "model-1")
        model: dict[int, tuple[float, float, float]] = {}
        for is_addition, numbers, degrees in steps:
            if is_addition:
                turned = {n: _at(degrees + 7 * n) for n in sorted(numbers)}
                add(store, turned)
                model |= turned
            else:
                store.remove(ids(*sorted(numbers)))
                model = {n: vector for n, vector in model.items() if n not in numbers}

        assert store.ids().tolist() == sorted(model)
        scores = [hit.score for hit in store.search(vectors(EAST), 10)]
        assert scores == pytest.approx(sorted((v[0] for v in model.values()), reverse=True), abs=1e-5)


def _at(degrees: int) -> tuple[float, float, float]:
    return (float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees))), 0.0)
