"""Standing: who reads what, and why, at one instant; each of the five steps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.ndas.signature import Nda
from membership.organisation import Category, Organisation
from membership.person import Person, Role
from membership.standing import standing
from tlp import Perimeter, Reader

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = datetime(2028, 1, 1, tzinfo=UTC)
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
ORGANISATION = Organisation("org", "Example Org", Category.CSIRT, SINCE, admitted=SINCE)
NDA = Nda("nda", "org", "text", SINCE, UNTIL)
PERSON = Person(
    *("person", "org", "Ann", "ann@example.org", frozenset({Role.ANALYST}), SINCE),
    acknowledged=SINCE,
    acknowledged_text="text",
)
MEMBER_CATEGORIES = [category for category in Category if category.is_member_category]


def read_as(reader: Reader) -> set[str]:
    """The names of a reader's channels."""
    return {channel.name for channel in reader.channels}


# 5: members


@pytest.mark.parametrize("category", MEMBER_CATEGORIES)
def test_a_member_in_good_standing_reads_the_members_perimeter(category: Category) -> None:
    """Step 5: admitted, NDA in force, acknowledged by this person; the same for every category."""
    found = standing(replace(ORGANISATION, category=category), [NDA], PERSON, AT)
    assert found.verdict
    assert found.verdict.reason == (
        "Member in good standing; the NDA is in force until 2028-01-01."
    )
    assert found.nda == NDA
    assert found.may_contribute
    assert read_as(found.reader) == {"members", "to:org", "person:person"}


def test_an_incident_contact_also_reads_the_contacts_channel() -> None:
    """Only who holds the role reads what is addressed to an organisation's contacts (R3)."""
    contact = replace(PERSON, roles=frozenset({Role.ANALYST, Role.INCIDENT_CONTACT}))
    found = standing(ORGANISATION, [NDA], contact, AT)
    assert read_as(found.reader) == {"members", "to:org", "contacts:org", "person:person"}


@pytest.mark.parametrize("role", set(Role) - {Role.INCIDENT_CONTACT})
def test_no_other_role_reads_more(role: Role) -> None:
    """Neither the Board nor the secretariat reads what is not addressed to it."""
    found = standing(ORGANISATION, [NDA], replace(PERSON, roles=frozenset({role})), AT)
    assert read_as(found.reader) == {"members", "to:org", "person:person"}


@pytest.mark.parametrize("at", [SINCE, AT, UNTIL - MOMENT])
def test_an_nda_binds_from_its_first_moment(at: datetime) -> None:
    """In force at `since`, and to the last microsecond before `until`."""
    found = standing(ORGANISATION, [NDA], PERSON, at)
    assert found.verdict
    assert found.reader.perimeter is Perimeter.MEMBERS


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (SINCE, "The NDA takes effect on 2026-01-02."),
        (SINCE + DAY - MOMENT, "The NDA takes effect on 2026-01-02."),
        (UNTIL, "The NDA of 2026-01-02 ended on 2028-01-01."),
        (UNTIL + DAY, "The NDA of 2026-01-02 ended on 2028-01-01."),
    ],
)
def test_an_nda_binds_neither_before_nor_at_its_end(at: datetime, reason: str) -> None:
    """Not in force at `until` any more; the reason names the day."""
    found = standing(ORGANISATION, [replace(NDA, since=SINCE + DAY)], PERSON, at)
    assert not found.verdict
    assert found.verdict.reason == reason
    assert found.reader == Reader()
    assert found.nda is None
    assert not found.may_contribute


def test_without_any_nda_the_reason_says_so() -> None:
    """Step 5: an organisation that never signed is told that."""
    found = standing(ORGANISATION, [], PERSON, AT)
    assert found.verdict.reason == "Your organisation has not signed the NDA."
    assert found.reader == Reader()


def test_a_lapsed_nda_is_mended_by_a_new_one_and_not_before() -> None:
    """Between the end of one signature and the start of the next nothing binds."""
    second = Nda("second", "org", "text", UNTIL + timedelta(days=10), UNTIL + timedelta(days=20))
    both = [second, NDA]
    days = [-1, 0, 9, 10, 19, 20]
    at = [standing(ORGANISATION, both, PERSON, UNTIL + timedelta(days=day)) for day in days]
    assert [bool(found.verdict) for found in at] == [True, False, False, True, True, False]
    assert at[1].verdict.reason == "The NDA takes effect on 2028-01-11."
    assert at[5].verdict.reason == "The NDA of 2028-01-11 ended on 2028-01-21."
    assert at[3].nda == second


def test_of_overlapping_ndas_the_longer_one_counts() -> None:
    """A renewal before the end of the term: the reason names the later end."""
    renewal = Nda("renewal", "org", "text", AT - MOMENT, UNTIL + timedelta(days=1))
    found = standing(ORGANISATION, [NDA, renewal, replace(NDA, until=AT)], PERSON, AT)
    assert found.nda == renewal
    assert found.verdict.reason.endswith("until 2028-01-02.")


@pytest.mark.parametrize(("after", "is_bound"), [(-MOMENT, False), (MOMENT * 0, True)])
def test_the_nda_must_be_acknowledged_by_this_person(after: timedelta, is_bound: bool) -> None:
    """Step 5: from the very moment of acknowledging; until then the public perimeter alone."""
    person = replace(PERSON, acknowledged=AT)
    found = standing(ORGANISATION, [NDA], person, AT + after)
    assert bool(found.verdict) is is_bound
    if not is_bound:
        assert found.verdict.reason == "You have not acknowledged the NDA yet."
        assert found.reader == Reader()
    never = standing(ORGANISATION, [NDA], replace(PERSON, acknowledged=None), AT)
    assert never.verdict.reason == "You have not acknowledged the NDA yet."


def test_an_nda_that_was_ended_is_said_to_have_ended_then() -> None:
    """The day on which it was ended, and not that of its term; it stays true of the time before."""
    ended = replace(NDA, ended=AT)
    assert standing(ORGANISATION, [ended], PERSON, AT - MOMENT).verdict.reason.endswith(
        "in force until 2026-06-01."
    )
    found = standing(ORGANISATION, [ended], PERSON, AT)
    assert found.verdict.reason == "The NDA of 2026-01-01 ended on 2026-06-01."
    assert found.reader == Reader()


@pytest.mark.parametrize(("after", "counts"), [(-MOMENT, True), (MOMENT * 0, False)])
def test_signatures_on_a_text_count_until_it_is_superseded(after: timedelta, counts: bool) -> None:
    """To the last microsecond of the transition; then the reason says what to do."""
    found = standing(ORGANISATION, [replace(NDA, superseded=AT)], PERSON, AT + after)
    assert bool(found.verdict) is counts
    if not counts:
        assert found.verdict.reason == (
            "The text that your organisation signed (text) counted until 2026-06-01; "
            "sign the new one."
        )
        assert found.reader == Reader()


def test_a_signature_that_ended_before_its_text_did_is_said_to_have_ended() -> None:
    """What came first is the reason."""
    nda = replace(NDA, superseded=UNTIL + DAY)
    found = standing(ORGANISATION, [nda], PERSON, UNTIL + DAY)
    assert found.verdict.reason == "The NDA of 2026-01-01 ended on 2028-01-01."


def test_a_new_text_is_acknowledged_by_everybody_again() -> None:
    """Once the organisation has signed it; before that, the old one counts for everybody."""
    old = replace(NDA, superseded=AT + DAY)
    new = Nda("new", "org", "new text", AT, UNTIL)
    assert standing(ORGANISATION, [old, new], PERSON, AT - MOMENT).verdict
    found = standing(ORGANISATION, [old, new], PERSON, AT)
    assert found.verdict.reason == (
        "Your organisation has signed “new text”; you have not acknowledged it yet."
    )
    assert found.reader == Reader()
    again = replace(PERSON, acknowledged=AT, acknowledged_text="new text")
    assert standing(ORGANISATION, [old, new], again, AT).verdict


# 1 and 2: what keeps anybody to the public perimeter


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize(("after", "is_out"), [(-MOMENT, False), (MOMENT * 0, True)])
def test_a_removed_account_reads_in_nobody_s_name(
    category: Category, after: timedelta, is_out: bool
) -> None:
    """Step 1, before all others: from the moment of removal."""
    organisation = replace(ORGANISATION, category=category)
    found = standing(organisation, [NDA], replace(PERSON, removed=AT), AT + after)
    assert bool(found.verdict) is not is_out
    if is_out:
        assert found.verdict.reason == "This account has ended."
        assert found.reader == Reader()


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize(("after", "is_out"), [(-MOMENT, False), (MOMENT * 0, True)])
def test_a_suspended_organisation_reads_what_anyone_reads(
    category: Category, after: timedelta, is_out: bool
) -> None:
    """Step 2, for every category: from the moment of suspension."""
    organisation = replace(ORGANISATION, category=category, suspended=AT)
    found = standing(organisation, [NDA], PERSON, AT + after)
    assert bool(found.verdict) is not is_out
    if is_out:
        assert found.verdict.reason == "Example Org is suspended since 2026-06-01."
        assert found.reader == Reader()


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("admitted", [None, AT + MOMENT])
def test_without_admission_nobody_reads_more_than_anyone(
    category: Category, admitted: datetime | None
) -> None:
    """Step 2: never admitted, or not yet; a signed NDA changes nothing."""
    organisation = replace(ORGANISATION, category=category, admitted=admitted)
    found = standing(organisation, [NDA], PERSON, AT)
    assert found.verdict.reason == "Example Org has not been admitted."
    assert found.reader == Reader()
    assert standing(replace(organisation, admitted=AT), [NDA], PERSON, AT).verdict


# 3 and 4: who is no member


def test_a_working_group_reads_the_research_perimeter() -> None:
    """Step 3: without NDA or acknowledgement, and it does not contribute."""
    group = replace(ORGANISATION, category=Category.RESEARCH)
    found = standing(group, [], replace(PERSON, acknowledged=None), AT)
    assert found.verdict
    assert found.verdict.reason == "Working group of the CSA: the research perimeter."
    assert read_as(found.reader) == {"research", "to:org", "person:person"}
    assert not found.may_contribute


def test_a_partner_reads_public_information_and_what_is_addressed_to_it() -> None:
    """Step 4: a partner is named by others; it does not contribute."""
    partner = replace(ORGANISATION, category=Category.PARTNER)
    contact = replace(PERSON, roles=frozenset({Role.INCIDENT_CONTACT}), acknowledged=None)
    found = standing(partner, [], contact, AT)
    assert found.verdict
    assert found.verdict.reason == "Partner: public information and what is addressed to you."
    assert read_as(found.reader) == {"public", "to:org", "contacts:org", "person:person"}
    assert not found.may_contribute


# the law

days = st.integers(-3, 3).map(lambda number: AT + timedelta(days=number))
organisations = st.builds(
    Organisation,
    st.just("org"),
    st.just("Example Org"),
    st.sampled_from(Category),
    days,
    admitted=st.none() | days,
    suspended=st.none() | days,
)
people = st.builds(
    Person,
    *(st.just("person"), st.just("org"), st.just("Ann"), st.just("ann@example.org")),
    roles=st.frozensets(st.sampled_from(Role)),
    registered=days,
    acknowledged=st.none() | days,
    removed=st.none() | days,
    acknowledged_text=st.sampled_from(("text", "other text")) | st.none(),
)
signatures = st.lists(
    st.builds(
        lambda term, text, ended, superseded: Nda(
            *("nda", "org", text, min(term), max(term)), ended=ended, superseded=superseded
        ),
        st.tuples(days, days),
        st.sampled_from(("text", "other text")),
        st.none() | days,
        st.none() | days,
    ),
    max_size=3,
)


@given(organisations, signatures, people)
def test_no_nda_in_force_no_members_perimeter(
    organisation: Organisation, signed: list[Nda], person: Person
) -> None:
    """Bylaws: whatever else is the case, without an NDA in force nobody reads among members;
    and every refusal leaves exactly what anyone reads, with a reason."""
    found = standing(organisation, signed, person, AT)
    binding = {
        nda.text
        for nda in signed
        if nda.since <= AT < nda.until
        and (nda.ended is None or nda.ended > AT)
        and (nda.superseded is None or nda.superseded > AT)
    }
    if found.reader.perimeter is Perimeter.MEMBERS:
        assert person.acknowledged_text in binding
        assert organisation.category.is_member_category
        assert person.acknowledged is not None
        assert person.acknowledged <= AT
    if not found.verdict:
        assert found.reader == Reader()
    assert found.may_contribute is (found.reader.perimeter is Perimeter.MEMBERS)
    assert found.verdict.reason.endswith(".")
