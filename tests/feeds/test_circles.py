"""What is named is settled before what names it, and what goes in a circle together."""

from collections.abc import Iterator, Mapping

from hypothesis import given
from hypothesis import strategies as st

from feeds.recomputing.circles import circles

COUNT = 8
Graph = Mapping[int, tuple[int, ...]]
things = st.integers(0, COUNT - 1)
graphs = st.dictionaries(things, st.lists(things, max_size=4).map(tuple))


def found(graph: Graph, count: int = COUNT) -> list[list[int]]:
    """The circles of all things."""
    return list(circles(count, range(count), lambda thing: iter(graph.get(thing, ()))))


def within_reach(graph: Graph, thing: int) -> set[int]:
    """What a thing names, directly or through others, and itself."""
    reached, new = {thing}, [thing]
    while new:
        targets = set(graph.get(new.pop(), ())) - reached
        reached |= targets
        new.extend(targets)
    return reached


@given(graphs)
def test_things_share_a_circle_where_each_leads_to_the_other(graph: Graph) -> None:
    """And nowhere else; every thing is in one circle, once."""
    reached = {thing: within_reach(graph, thing) for thing in range(COUNT)}
    expected = {
        frozenset(other for other in reached[thing] if thing in reached[other])
        for thing in range(COUNT)
    }
    circles_found = found(graph)
    assert sorted(thing for circle in circles_found for thing in circle) == list(range(COUNT))
    assert {frozenset(circle) for circle in circles_found} == expected


@given(graphs)
def test_what_is_named_comes_before_what_names_it(graph: Graph) -> None:
    """Each circle names nothing but itself and those that were found before."""
    done: set[int] = set()
    for circle in found(graph):
        done.update(circle)
        assert {target for thing in circle for target in graph.get(thing, ())} <= done


def test_a_chain_may_be_as_long_as_there_are_things() -> None:
    """No recursion ends it."""
    count = 20_000

    def next_one(thing: int) -> Iterator[int]:
        return iter((thing + 1,) if thing + 1 < count else ())

    assert list(circles(count, range(count), next_one)) == [[n] for n in reversed(range(count))]
