"""Everything is settled once, in batches that need nothing of later ones."""

from array import array
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from feeds.recomputing.naming import Naming

COUNT = 12
places = st.integers(0, COUNT - 1)
ids = st.lists(places, min_size=COUNT, max_size=COUNT).map(
    lambda found: [found.index(id_) for id_ in found]
)
"""For each place the first one with the same id."""
names = st.dictionaries(places, st.sets(places, max_size=3))


def naming_of(firsts: list[int], named: Mapping[int, set[int]]) -> Naming:
    """Originals with the keys 100, 101, …, what has the same id and what names which id."""
    naming = Naming(array("q", range(100, 100 + len(firsts))))
    for place, first in enumerate(firsts):
        if first != place:
            naming.add_version(first, place)
    for place, targets in named.items():
        for target in targets:
            naming.add_name(place, firsts[target])
    return naming


@given(ids, names, st.integers(1, 20))
def test_every_original_is_in_one_batch_after_all_that_it_names(
    firsts: list[int], named: Mapping[int, set[int]], size: int
) -> None:
    """With all versions of its id; and beside a batch is exactly what it names of earlier ones."""
    settled: set[int] = set()
    for batch in naming_of(firsts, named).batches(size):
        in_batch = set(batch.places)
        assert len(in_batch) == len(batch.places)
        assert not in_batch & settled
        targets = {firsts[target] for place in in_batch for target in named.get(place, ())}
        versions = {place for place, first in enumerate(firsts) if first in targets}
        assert set(batch.beside) == versions - in_batch <= settled
        settled |= in_batch
        assert in_batch == {place for place in range(COUNT) if firsts[place] in in_batch}
    assert settled == set(range(COUNT))


def test_what_everybody_names_does_not_make_everything_one_batch() -> None:
    """Only what goes in a circle has to be settled together."""
    count = 100
    naming = naming_of(list(range(count)), {place: {0} for place in range(1, count)})
    batches = list(naming.batches(10))
    assert batches[0].places[0] == 0
    assert all(2 * len(batch.places) <= 11 for batch in batches)
    assert all(batch.beside == [0] for batch in batches[1:])


def test_a_circle_is_one_batch_however_large() -> None:
    """Where each depends on every other, none can be settled without them."""
    naming = naming_of(list(range(9)), {place: {(place + 1) % 5} for place in range(5)})
    assert [sorted(batch.places) for batch in naming.batches(4)] == [[0, 1, 2, 3, 4], [5, 6, 7, 8]]


def test_a_key_that_no_original_has_has_no_place() -> None:
    """Below, between or above those that there are."""
    naming = Naming(array("q", [2, 4]))
    assert [naming.place(key) for key in range(1, 6)] == [None, 0, None, 1, None]
