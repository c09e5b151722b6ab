"""How sets of channels combine (R8, R9): laws in terms of who is reached."""

from hypothesis import given
from hypothesis import strategies as st

from tlp import Channel, Perimeter, Reader
from tlp.overlap import Home, Reach, is_covered, join, meet, tidy

HOMES = {
    "alpha": Home("alpha", Perimeter.MEMBERS),
    "ann": Home("alpha", Perimeter.MEMBERS),
    "group": Home("group", Perimeter.RESEARCH),
    "rita": Home("group", Perimeter.RESEARCH),
    "ministry": Home("ministry", Perimeter.PUBLIC),
}
CHANNELS = (
    *(Channel.perimeter(perimeter) for perimeter in Perimeter),
    *(Channel.organisation(holder) for holder in ("alpha", "group", "ministry", "stranger")),
    *(Channel.contacts(holder) for holder in ("alpha", "group", "ministry")),
    *(Channel.person(holder) for holder in ("ann", "rita", "nobody")),
)
READERS = (
    Reader(),
    Reader(Perimeter.MEMBERS, "alpha", "alpha", "ann"),
    Reader(Perimeter.MEMBERS, "alpha", None, "abe"),
    Reader(Perimeter.MEMBERS, "beta", "beta", "bob"),
    Reader(Perimeter.RESEARCH, "group", None, "rita"),
    Reader(Perimeter.PUBLIC, "ministry", "ministry", "mia"),
)
reaches = st.frozensets(st.sampled_from(CHANNELS))


def reached(reach: Reach) -> set[Reader]:
    """Who reads something of it."""
    return {reader for reader in READERS if not reach.isdisjoint(reader.channels)}


@given(reaches, reaches)
def test_who_is_reached_by_both_is_reached_by_each(one: Reach, other: Reach) -> None:
    """Meeting never reaches anybody whom one of the two does not reach."""
    assert reached(meet(one, other, HOMES)) <= reached(one) & reached(other)


@given(reaches, reaches)
def test_meeting_does_not_depend_on_the_order(one: Reach, other: Reach) -> None:
    """Commutative."""
    assert meet(one, other, HOMES) == meet(other, one, HOMES)


@given(reaches, reaches, reaches)
def test_meeting_three_does_not_depend_on_the_grouping(a: Reach, b: Reach, c: Reach) -> None:
    """Associative in terms of who is covered."""
    left = meet(meet(a, b, HOMES), c, HOMES)
    right = meet(a, meet(b, c, HOMES), HOMES)
    assert {item for item in CHANNELS if is_covered(item, left, HOMES)} == {
        item for item in CHANNELS if is_covered(item, right, HOMES)
    }


@given(reaches)
def test_meeting_itself_changes_nothing(reach: Reach) -> None:
    """Idempotent."""
    assert meet(reach, reach, HOMES) == reach


@given(reaches, reaches)
def test_what_both_cover_stays_covered(one: Reach, other: Reach) -> None:
    """No more is lost than must be."""
    both = meet(one, other, HOMES)
    for channel in one | other:
        if is_covered(channel, one, HOMES) and is_covered(channel, other, HOMES):
            assert is_covered(channel, both, HOMES)


@given(reaches)
def test_tidying_loses_nobody(reach: Reach) -> None:
    """The same channels are covered, by no more of them than needed."""
    tidied = tidy(reach, HOMES)
    assert tidied <= reach
    assert all(is_covered(channel, tidied, HOMES) for channel in reach)
    assert not any(is_covered(item, tidied - {item}, HOMES) for item in tidied)


@given(st.lists(reaches, max_size=4))
def test_joining_reaches_whom_any_reaches(several: list[Reach]) -> None:
    """A join is the union, and nobody's of nothing."""
    expected = set[Reader]().union(*(reached(reach) for reach in several))
    assert reached(join(several)) == expected
