"""Signing and ending, on both engines: what binds, for how long, and what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloudsirt import clock
from cloudsirt.house import OPERATOR
from membership.bylaws import BYLAWS
from membership.errors import (
    IllegalTransition,
    NotAcceptable,
    UnknownOrganisation,
    UnknownText,
)
from membership.events import MembershipEvent
from membership.ndas.adopting import propose_text
from membership.ndas.events import NdaEnded, NdaSigned
from membership.ndas.signature import Method, Nda
from membership.ndas.signing import Signing, end_nda, record_signature, sign
from membership.ndas.text import PLAIN
from membership.organisation import Ending
from membership.register import end_membership
from membership.store import MembershipStore
from tests.world import START, World
from tlp import Perimeter

UNKNOWN = "00000000-0000-4000-8000-000000000000"
LEAP = datetime(2028, 2, 29, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def run(world: World, command: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """One command as a unit of work; what it returns."""
    with world.house.working(OPERATOR) as work:
        found = command(work.membership, *given, **named)
        work.record(*(found if isinstance(found[0], MembershipEvent) else found[1]))
        return found


def recording(until: datetime | None = None, since: datetime = START) -> dict[str, Any]:
    """The arguments for a signature made outside the platform."""
    return {"id_": clock.new_id(), "since": since, "until": until, "ground": "on paper"}


def signing(world: World, name: str, **more: Any) -> Signing:
    """A signature that a person of an organisation makes now."""
    given: dict[str, Any] = {
        "id": clock.new_id(),
        "organisation": world.organisations[name],
        "text": BYLAWS.nda_text,
        "since": world.now,
        "until": None,
        "method": Method.PLATFORM,
        "signatory": UNKNOWN,
        "ground": "test",
    }
    return Signing(**given | more)


def signatures(world: World, name: str) -> tuple[Nda, ...]:
    """What is kept of an organisation's signatures."""
    with world.house.reading() as db:
        return MembershipStore(db).signatures(world.organisations[name])


# recorded by the operator


def test_a_signature_binds_for_the_term_of_the_bylaws(world: World) -> None:
    """Without an end of its own; the event says everything about it. Two years from the 1st of
    March before a leap day end on that day."""
    id_ = world.organisation("org")
    nda, events = run(world, record_signature, id_, **recording())
    assert nda.until - nda.since == BYLAWS.nda_term
    assert events == (
        NdaSigned(
            *(id_, nda.id, BYLAWS.nda_text),
            since="2026-03-01T12:00:00+00:00",
            until="2028-02-29T12:00:00+00:00",
            ground="on paper",
            method="outside",
        ),
    )
    assert signatures(world, "org") == (nda,)


def test_an_nda_ends_after_it_begins(world: World) -> None:
    """A term of nothing, or less, is refused."""
    id_ = world.organisation("org")
    for until in (START, START - timedelta(days=1)):
        with pytest.raises(NotAcceptable, match="end before it begins"):
            run(world, record_signature, id_, **recording(until))


def test_only_members_sign_the_nda(world: World) -> None:
    """A working group or a partner is no member: there is nothing to sign."""
    for category in ("research", "partner"):
        id_ = world.organisation(category, category)
        with pytest.raises(NotAcceptable, match=f"{category} is no member"):
            run(world, record_signature, id_, **recording())


def test_what_is_unknown_signs_nothing(world: World) -> None:
    """No organisation, no text, no draft."""
    for command, named in (
        (record_signature, recording()),
        (end_nda, {"reason": "r", "at": START}),
    ):
        with pytest.raises(UnknownOrganisation):
            run(world, command, UNKNOWN, **named)
    id_ = world.organisation("org")
    with pytest.raises(UnknownText):
        run(world, record_signature, id_, **recording(), text="no such text")
    run(world, propose_text, "draft", b"a draft\n", PLAIN, at=START)
    with pytest.raises(IllegalTransition, match="has not been adopted"):
        run(world, record_signature, id_, **recording(), text="draft")


def test_whoever_has_left_signs_nothing(world: World) -> None:
    """A membership that ended is not bound again by a signature."""
    world.member("org", "ann")
    id_ = world.organisations["org"]
    run(world, end_membership, id_, ending=Ending.LEFT, reason="test", at=world.now)
    with pytest.raises(IllegalTransition, match="membership of org has ended"):
        run(world, record_signature, id_, **recording())
    with pytest.raises(IllegalTransition, match="membership of org has ended"):
        run(world, sign, signing(world, "org"), at=world.now)


# ended


def test_ending_the_nda_ends_every_signature_that_binds(world: World) -> None:
    """All that bind now, at this very moment; not one that has yet to begin. The terms stay."""
    world.member("org", "ann")
    world.advance(days=1)
    world.sign_nda("org")
    world.advance(days=1)
    id_ = world.organisations["org"]
    future = world.now + timedelta(days=30)
    run(world, record_signature, id_, **recording(since=future))
    assert world.principal("ann").reader.perimeter is Perimeter.MEMBERS

    events = run(world, end_nda, id_, reason=" why ", at=world.now)

    assert [type(event) for event in events] == [NdaEnded, NdaEnded]
    assert {(event.until, event.reason) for event in events} == {(world.now.isoformat(), "why")}
    assert world.principal("ann").reader.perimeter is Perimeter.PUBLIC
    kept = signatures(world, "org")
    assert [nda.end for nda in kept] == [world.now, world.now, future + BYLAWS.nda_term]
    assert [nda.until - nda.since for nda in kept] == [BYLAWS.nda_term] * 3
    with pytest.raises(IllegalTransition, match="No NDA is in force"):
        run(world, end_nda, id_, reason="why", at=world.now)
    world.sign_nda("org")
    assert world.principal("ann").reader.perimeter is Perimeter.MEMBERS


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2_001, "a\x00b"])
def test_an_nda_is_not_ended_without_a_reason(world: World, reason: str) -> None:
    """Those who read the history want one."""
    world.member("org", "ann")
    with pytest.raises(NotAcceptable, match="Give a reason"):
        run(world, end_nda, world.organisations["org"], reason=reason, at=world.now)


def test_the_last_microsecond_of_a_leap_day_is_bound(world: World) -> None:
    """A signature until the end of the 29th of February binds on all of it, and not after."""
    world.organisation("org")
    world.sign_nda("org", until=LEAP + timedelta(days=1))
    world.person("ann", "org")
    for at, perimeter in (
        (LEAP - MOMENT, Perimeter.MEMBERS),
        (LEAP, Perimeter.MEMBERS),
        (LEAP + timedelta(days=1) - MOMENT, Perimeter.MEMBERS),
        (datetime(2028, 3, 1, tzinfo=UTC), Perimeter.PUBLIC),
    ):
        world.now = at
        assert world.principal("ann").reader.perimeter is perimeter, at


# made by a signatory


def test_a_signature_on_the_platform_says_who_and_how(world: World) -> None:
    """The signatory, the method and the text's digest are kept with it."""
    world.organisation("org")
    nda, (event,) = run(world, sign, signing(world, "org"), at=world.now)
    assert signatures(world, "org") == (nda,)
    assert (event.method, event.signatory) == ("platform", UNKNOWN)
    with world.house.reading() as db:
        assert nda.digest == MembershipStore(db).ndas.newest_text().digest


def test_of_two_signatures_one_counts(world: World) -> None:
    """Two signatories at once, or a button pressed twice: the second is told until when."""
    world.organisation("org")
    run(world, sign, signing(world, "org"), at=world.now)
    with pytest.raises(IllegalTransition, match="is bound until 2028-02-29"):
        run(world, sign, signing(world, "org"), at=world.now)
    assert len(signatures(world, "org")) == 1


def test_a_signature_is_renewed_from_the_first_reminder_on(world: World) -> None:
    """Ninety days before its end and not a moment earlier; and then once."""
    world.organisation("org")
    first, _ = run(world, sign, signing(world, "org"), at=world.now)
    world.now = first.until - timedelta(days=90) - MOMENT
    with pytest.raises(IllegalTransition, match="has signed this text already"):
        run(world, sign, signing(world, "org"), at=world.now)
    world.advance(microseconds=1)
    second, _ = run(world, sign, signing(world, "org"), at=world.now)
    assert second.until == world.now + BYLAWS.nda_term
    with pytest.raises(IllegalTransition, match="has signed this text already"):
        run(world, sign, signing(world, "org"), at=world.now)


def test_a_short_signature_is_renewed_in_its_last_half(world: World) -> None:
    """Otherwise a term of sixty days could be signed as often as somebody presses the button."""
    world.organisation("org")
    short = signing(world, "org", until=world.now + timedelta(days=60))
    run(world, sign, short, at=world.now)
    world.advance(days=29)
    with pytest.raises(IllegalTransition, match="has signed this text already"):
        run(world, sign, signing(world, "org"), at=world.now)
    world.advance(days=1)
    run(world, sign, signing(world, "org"), at=world.now)


@pytest.mark.parametrize("title", ["another text", "", BYLAWS.nda_text.upper()])
def test_only_the_newest_text_is_signed(world: World, title: str) -> None:
    """Whoever was shown another one is told which it is by now."""
    world.organisation("org")
    with pytest.raises(IllegalTransition, match="The text to sign is another one by now"):
        run(world, sign, signing(world, "org", text=title), at=world.now)


def test_a_signature_that_would_have_ended_already_is_refused(world: World) -> None:
    """A paper of long ago binds nobody any more."""
    world.organisation("org")
    since = world.now - BYLAWS.nda_term
    with pytest.raises(NotAcceptable, match="ended already"):
        run(world, sign, signing(world, "org", since=since), at=world.now)
