"""R3 to R5, rule by rule: the channels that an object may enter, and from when."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from tlp import (
    Channel,
    Handling,
    Label,
    NeedsRecipients,
    Perimeter,
    Recipient,
    RecipientKind,
    ReleaseNotAllowed,
    ReleaseOutOfOrder,
    perimeters_of,
    reach,
)

DAY = datetime(2026, 5, 1, tzinfo=UTC)
LATER = DAY + timedelta(days=7)
ORGANISATION = Recipient(RecipientKind.ORGANISATION, "org-b")
PERSON = Recipient(RecipientKind.PERSON, "person-b")
MEMBERS, RESEARCH, PUBLIC = (Channel.perimeter(perimeter) for perimeter in Perimeter)
OWN = Channel.organisation("org-a")
MILD = [label for label in Label if label is not Label.RED]


def reached(
    label: Label,
    *recipients: Recipient,
    release: Mapping[Perimeter, datetime] | None = None,
) -> dict[Channel, datetime | None]:
    """The reach of an object that `person-a` of `org-a` posts."""
    handling = Handling(label, "org-a", "person-a", frozenset(recipients), release or {})
    return reach(handling)


@pytest.mark.parametrize("label", MILD)
def test_without_wishes_the_label_decides_alone(label: Label) -> None:
    """R2: the perimeters of the table, at once, and nobody by name."""
    expected = {Channel.perimeter(perimeter): None for perimeter in perimeters_of(label)}
    assert reached(label) == expected


def test_red_without_names_is_refused_and_the_message_says_how() -> None:
    """R3: RED needs names; the sentence shows where to write them."""
    with pytest.raises(NeedsRecipients, match=r"x_cloudsirt_handling.*recipients.*identity--"):
        reached(Label.RED)


def test_red_reaches_the_poster_and_those_named_alone() -> None:
    """R3: a person by name; an organisation by its incident contacts, not by all its staff."""
    assert reached(Label.RED, ORGANISATION, PERSON) == {
        Channel.person("person-a"): None,
        Channel.contacts("org-b"): None,
        Channel.person("person-b"): None,
    }


def test_red_to_oneself_reaches_one_person() -> None:
    """R3: naming the poster adds nobody."""
    poster = Recipient(RecipientKind.PERSON, "person-a")
    assert reached(Label.RED, poster) == {Channel.person("person-a"): None}


@pytest.mark.parametrize("label", MILD)
def test_recipients_narrow_a_milder_label(label: Label) -> None:
    """R4: the named ones and the contributor's own organisation; no perimeter at all."""
    assert reached(label, ORGANISATION, PERSON) == {
        OWN: None,
        Channel.organisation("org-b"): None,
        Channel.person("person-b"): None,
    }


@pytest.mark.parametrize("label", Label)
@pytest.mark.parametrize("perimeter", Perimeter)
def test_release_times_do_not_go_with_names(label: Label, perimeter: Perimeter) -> None:
    """R5: an object that reaches names alone has no release, whatever its label allows."""
    with pytest.raises(ReleaseNotAllowed, match="do not apply"):
        reached(label, PERSON, release={perimeter: DAY})


@pytest.mark.parametrize("label", MILD)
@pytest.mark.parametrize("perimeter", Perimeter)
def test_a_release_where_the_label_forbids_it_is_refused(
    label: Label, perimeter: Perimeter
) -> None:
    """R5: a time for a perimeter that the label excludes is a mistake, not a wish to ignore."""
    if perimeter in perimeters_of(label):
        assert reached(label, release={perimeter: DAY})[Channel.perimeter(perimeter)] == DAY
        return
    with pytest.raises(ReleaseNotAllowed, match=f"never reach the {perimeter.value} perimeter"):
        reached(label, release={perimeter: DAY})


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ({}, {MEMBERS: None, RESEARCH: None, PUBLIC: None}),
        ({Perimeter.PUBLIC: DAY}, {MEMBERS: None, RESEARCH: None, PUBLIC: DAY}),
        ({Perimeter.RESEARCH: DAY}, {MEMBERS: None, RESEARCH: DAY, PUBLIC: DAY}),
        ({Perimeter.MEMBERS: DAY}, {OWN: None, MEMBERS: DAY, RESEARCH: DAY, PUBLIC: DAY}),
        (
            {Perimeter.MEMBERS: DAY, Perimeter.PUBLIC: LATER},
            {OWN: None, MEMBERS: DAY, RESEARCH: DAY, PUBLIC: LATER},
        ),
        (
            {Perimeter.MEMBERS: DAY, Perimeter.RESEARCH: DAY, Perimeter.PUBLIC: DAY},
            {OWN: None, MEMBERS: DAY, RESEARCH: DAY, PUBLIC: DAY},
        ),
    ],
)
def test_a_perimeter_waits_for_the_narrower_one(
    release: dict[Perimeter, datetime], expected: dict[Channel, datetime | None]
) -> None:
    """R5: without a time of its own a perimeter opens with the one before it; the contributor
    has its object at once."""
    assert reached(Label.CLEAR, release=release) == expected


@pytest.mark.parametrize(
    "release",
    [
        {Perimeter.MEMBERS: LATER, Perimeter.RESEARCH: DAY},
        {Perimeter.RESEARCH: LATER, Perimeter.PUBLIC: DAY},
        {Perimeter.MEMBERS: LATER, Perimeter.PUBLIC: DAY},
        {Perimeter.MEMBERS: DAY, Perimeter.RESEARCH: LATER, Perimeter.PUBLIC: DAY},
    ],
)
def test_a_wider_perimeter_never_comes_first(release: dict[Perimeter, datetime]) -> None:
    """R5: times that would let a wider audience in before a narrower one are refused."""
    with pytest.raises(ReleaseOutOfOrder, match="a wider audience never comes first"):
        reached(Label.CLEAR, release=release)
