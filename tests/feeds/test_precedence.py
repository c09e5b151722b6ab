"""Which of several placements stand for an object in a channel (R10, TAXII 2.1 §3.4.1)."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from feeds.precedence import Flags, Place, Rank, settle

# Objects 0 to 5 with a version and a rank each; each may stand under several topics.
FACTS = st.lists(st.tuples(st.integers(-1, 2), st.sampled_from(Rank)), min_size=6, max_size=6)


@st.composite
def places(draw: st.DrawFn) -> list[Place]:
    """Placements of one origin in one channel, each with a time of its own."""
    facts = draw(FACTS)
    times = draw(st.lists(st.integers(-100, 100), max_size=12, unique=True))
    objects = draw(st.lists(st.integers(0, 5), min_size=len(times), max_size=len(times)))
    return [Place(added, key, *facts[key]) for added, key in zip(times, objects, strict=True)]


@given(places(), st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_listed_does_not_matter(
    given_places: list[Place], chance: Random
) -> None:
    """The flags follow from the facts alone."""
    shuffled = list(given_places)
    chance.shuffle(shuffled)
    assert settle(shuffled) == settle(given_places)


@given(places())
def test_every_placement_gets_its_flags(given_places: list[Place]) -> None:
    """By its time of entry; nothing stays undecided."""
    assert settle(given_places).keys() == {place.added for place in given_places}


@given(places())
def test_each_object_is_first_once(given_places: list[Place]) -> None:
    """Its earliest placement stands for it where topics do not matter."""
    flags = settle(given_places)
    firsts = [place for place in given_places if flags[place.added].first]
    assert Counter(place.object for place in firsts) == Counter(
        {place.object for place in given_places}
    )
    for first in firsts:
        same = [place.added for place in given_places if place.object == first.object]
        assert first.added == min(same)


@given(places())
def test_of_each_version_one_object_is_no_copy(given_places: list[Place]) -> None:
    """The one of the lowest rank, and among these the first that entered; under every topic."""
    flags = settle(given_places)
    for version in {place.version_at for place in given_places}:
        same = [place for place in given_places if place.version_at == version]
        shown = {place.object for place in same if not flags[place.added].copy}
        assert shown == {min(same, key=lambda place: (place.rank, place.added)).object}


@given(places())
def test_the_latest_version_alone_is_not_superseded(given_places: list[Place]) -> None:
    """Every placement of the latest version, and none of any other."""
    flags = settle(given_places)
    current = {place.version_at for place in given_places if not flags[place.added].superseded}
    assert current == ({max(place.version_at for place in given_places)} if given_places else set())


@given(places())
def test_exactly_one_placement_is_shown_by_default(given_places: list[Place]) -> None:
    """What a page without filters shows: one object, once, in its latest version."""
    shown = [
        flags
        for flags in settle(given_places).values()
        if flags == Flags(first=True, copy=False, superseded=False)
    ]
    assert len(shown) == (1 if given_places else 0)


def test_an_original_goes_before_its_derivative_and_the_creator_before_all() -> None:
    """Whoever entered first."""
    derivative = Place(1, 10, 5, Rank.DERIVATIVE)
    copy, later_copy = Place(2, 11, 5, Rank.COPY), Place(3, 12, 5, Rank.COPY)
    creator = Place(4, 13, 5, Rank.CREATOR)

    def shown(*given_places: Place) -> list[int]:
        return [added for added, flags in settle(given_places).items() if not flags.copy]

    assert shown(derivative) == [1]
    assert shown(derivative, later_copy, copy) == [2]
    assert shown(derivative, copy, later_copy, creator) == [4]
