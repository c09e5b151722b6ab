"""Signatures on the NDA: which one binds at an instant, and which one comes last."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from membership.ndas.signature import Nda, in_force, latest

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 20).map(lambda days: SINCE + timedelta(days=days))
signatures = st.lists(
    st.tuples(st.uuids(), moments, moments).map(
        lambda item: Nda(str(item[0]), "org", "text", min(item[1:]), max(item[1:]))
    ),
    max_size=5,
    unique_by=lambda nda: nda.id,
)


@given(signatures, moments)
def test_the_one_in_force_is_the_one_that_binds_longest(signed: list[Nda], at: datetime) -> None:
    """Of those that bind now the one with the latest end; none exactly when none binds."""
    binding = [nda for nda in signed if nda.since <= at < nda.until]
    found = in_force(signed, at)
    assert (found is None) == (not binding)
    if found is not None:
        assert found in binding
        assert found.until == max(nda.until for nda in binding)


@given(signatures)
def test_the_latest_is_the_one_that_ends_last(signed: list[Nda]) -> None:
    """Whether it binds or not; none only when there never was one."""
    found = latest(signed)
    assert (found is None) == (not signed)
    assert found is None or found.until == max(nda.until for nda in signed)


@given(signatures, moments, st.randoms(use_true_random=False))
def test_the_order_of_signatures_does_not_matter(
    signed: list[Nda], at: datetime, chance: Random
) -> None:
    """However they are listed, the same end comes out."""
    shuffled = list(signed)
    chance.shuffle(shuffled)
    one, other = in_force(signed, at), in_force(shuffled, at)
    assert (one and one.until) == (other and other.until)


def test_a_signature_ended_as_it_began_never_bound() -> None:
    """Ended at its first moment, it binds at none."""
    assert not Nda("nda", "org", "text", SINCE, SINCE).in_force(SINCE)
