"""Whose object is it: what becomes of an id and version that may be known (R10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import NotTheSource
from feeds.succession import Known, Outcome, judge

V1 = Known(10, 10, revoked=False, digest=b"1")
V1_DIFFERS = Known(10, 10, revoked=False, digest=b"x")
V2 = Known(20, 10, revoked=False, digest=b"2")
V2_REVOKED = Known(20, 10, revoked=True, digest=b"2")
V3 = Known(30, 10, revoked=False, digest=b"3")
V3_OTHER_CREATED = Known(30, 11, revoked=False, digest=b"3")
V3_NO_CREATED = Known(30, None, revoked=False, digest=b"3")
UNVERSIONED = Known(0, None, revoked=False, digest=b"1")
UNVERSIONED_DIFFERS = Known(0, None, revoked=False, digest=b"x")


@pytest.mark.parametrize(
    ("incoming", "own", "readable", "outcome"),
    [
        (V1, [], [], Outcome.NEW),
        (V1, [V1], [], Outcome.OWN_COPY),
        (V1, [V1, V2], [], Outcome.OWN_COPY),
        (V2, [V1], [], Outcome.NEW),
        (V1, [V2], [], Outcome.NEW),
        (V2_REVOKED, [V1], [], Outcome.NEW),
        (V1, [V2_REVOKED], [], Outcome.NEW),
        (V2_REVOKED, [V2_REVOKED], [], Outcome.OWN_COPY),
        (V1, [], [V1], Outcome.READABLE_COPY),
        (V1, [], [V1_DIFFERS, V1], Outcome.READABLE_COPY),
        (V1, [], [V2, V1], Outcome.READABLE_COPY),
        (V2, [V1], [V2, V3], Outcome.NEW),
        (V1, [V1], [V1_DIFFERS], Outcome.OWN_COPY),
        (UNVERSIONED, [UNVERSIONED], [], Outcome.OWN_COPY),
        (UNVERSIONED, [], [UNVERSIONED], Outcome.READABLE_COPY),
    ],
)
def test_what_is_accepted(
    incoming: Known, own: list[Known], readable: list[Known], outcome: Outcome
) -> None:
    """Steps 1, 4 and 6: copies are successes, what nobody may read does not count."""
    assert judge(incoming, own, readable) is outcome


@pytest.mark.parametrize(
    ("incoming", "own", "readable", "reason"),
    [
        (V1_DIFFERS, [V1], [], "give the change a new `modified`"),
        (UNVERSIONED_DIFFERS, [UNVERSIONED], [], "withdraw it first"),
        (V3, [V1, V2_REVOKED], [], "a revoked object has no later version"),
        (V3_OTHER_CREATED, [V1], [], "`created` differs"),
        (V3_NO_CREATED, [V1], [], "`created` differs"),
        (V1_DIFFERS, [], [V1], "only its source may change it"),
        (V2, [], [V1], "only its source may add a version"),
        (V1, [], [V2], "only its source may add a version"),
        (V2_REVOKED, [], [V1], "only its source may add a version"),
        (UNVERSIONED_DIFFERS, [], [UNVERSIONED], "only its source may change it"),
    ],
)
def test_what_is_refused(
    incoming: Known, own: list[Known], readable: list[Known], reason: str
) -> None:
    """Steps 2, 3 and 5, each with its reason."""
    with pytest.raises(NotTheSource, match=reason):
        judge(incoming, own, readable)


versions = st.builds(
    Known,
    st.integers(0, 3),
    st.sampled_from([None, 0]),
    st.booleans(),
    st.sampled_from([b"a", b"b"]),
)


def verdict(incoming: Known, own: list[Known], readable: list[Known]) -> object:
    """The outcome, or the reason of the refusal."""
    try:
        return judge(incoming, own, readable)
    except NotTheSource as refusal:
        return str(refusal)


@given(versions, st.lists(versions), st.lists(versions))
def test_who_posted_an_id_is_judged_by_its_own_alone(
    incoming: Known, own: list[Known], readable: list[Known]
) -> None:
    """What others shared under the id since then changes nothing for its contributor."""
    if own:
        assert verdict(incoming, own, readable) == verdict(incoming, own, [])
    if not own and not readable:
        assert verdict(incoming, own, readable) is Outcome.NEW


@given(versions, st.lists(versions), st.lists(versions))
def test_the_order_of_what_is_known_does_not_matter(
    incoming: Known, own: list[Known], readable: list[Known]
) -> None:
    """The same facts in any order: the same verdict. Nobody has a version twice."""
    unique = list({version.version_at: version for version in own}.values())
    assert verdict(incoming, unique, readable) == verdict(incoming, unique[::-1], readable[::-1])
