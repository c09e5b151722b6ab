"""Who reads what: the channels of a reader, and the whole table of labels and readers."""

from datetime import UTC, datetime

import pytest

from tlp import Channel, Handling, Label, Perimeter, Reader, Recipient, RecipientKind, reach

READERS = {
    "anyone": Reader(),
    "researcher": Reader(Perimeter.RESEARCH, "csa", None, "researcher"),
    "member": Reader(Perimeter.MEMBERS, "other", None, "member"),
    "member's contact": Reader(Perimeter.MEMBERS, "other", "other", "contact"),
    "colleague": Reader(Perimeter.MEMBERS, "own", None, "colleague"),
    "own contact": Reader(Perimeter.MEMBERS, "own", "own", "own contact"),
    "poster": Reader(Perimeter.MEMBERS, "own", None, "poster"),
    "named person": Reader(Perimeter.MEMBERS, "third", None, "named person"),
    "named staff": Reader(Perimeter.MEMBERS, "named", None, "staff"),
    "named contact": Reader(Perimeter.MEMBERS, "named", "named", "named contact"),
    "partner": Reader(Perimeter.PUBLIC, "partner", None, "partner's staff"),
    "partner's contact": Reader(Perimeter.PUBLIC, "partner", "partner", "partner's contact"),
}
STAFF_OF_MEMBERS = {
    name for name, reader in READERS.items() if reader.perimeter is Perimeter.MEMBERS
}
OWN_STAFF = {"colleague", "own contact", "poster"}
NAMED = frozenset(
    {
        Recipient(RecipientKind.PERSON, "named person"),
        Recipient(RecipientKind.ORGANISATION, "named"),
        Recipient(RecipientKind.ORGANISATION, "partner"),
    }
)


def who_reads(
    label: Label, recipients: frozenset[Recipient] = frozenset(), held: bool = False
) -> set[str]:
    """The readers of an object that `poster` of `own` posts, now; `held` sets a release."""
    release = {Perimeter.MEMBERS: datetime(2030, 1, 1, tzinfo=UTC)} if held else {}
    found = reach(Handling(label, "own", "poster", recipients, release))
    now = [channel for channel, since in found.items() if since is None]
    return {name for name, reader in READERS.items() if any(map(reader.reads, now))}


@pytest.mark.parametrize(
    ("label", "readers"),
    [
        (Label.CLEAR, set(READERS)),
        (Label.GREEN, STAFF_OF_MEMBERS | {"researcher"}),
        (Label.AMBER, STAFF_OF_MEMBERS),
        (Label.AMBER_STRICT, STAFF_OF_MEMBERS),
    ],
)
def test_a_label_is_read_by_its_audience_and_nobody_else(label: Label, readers: set[str]) -> None:
    """R2: CLEAR by anyone, GREEN by working groups and members, AMBER by members' staff."""
    assert who_reads(label) == readers


def test_red_is_for_the_poster_and_the_named() -> None:
    """R3: not the poster's colleagues, not a named organisation's staff: its contacts."""
    assert who_reads(Label.RED, NAMED) == {
        "poster",
        "named person",
        "named contact",
        "partner's contact",
    }


@pytest.mark.parametrize("label", [label for label in Label if label is not Label.RED])
def test_names_on_a_milder_label_are_for_them_and_the_source(label: Label) -> None:
    """R4: the named, all staff of a named organisation, and the contributor's own staff."""
    assert who_reads(label, NAMED) == OWN_STAFF | {
        "named person",
        "named staff",
        "named contact",
        "partner",
        "partner's contact",
    }


@pytest.mark.parametrize("label", [label for label in Label if label is not Label.RED])
def test_before_its_release_an_object_is_its_source_s_own(label: Label) -> None:
    """R5: held back from members, it is with the contributor's own staff alone."""
    assert who_reads(label, held=True) == OWN_STAFF


def test_a_reader_reads_one_perimeter_and_what_is_addressed() -> None:
    """Each perimeter's channel is complete in itself, so nobody reads two of them."""
    assert READERS["named contact"].channels == (
        Channel.perimeter(Perimeter.MEMBERS),
        Channel.organisation("named"),
        Channel.contacts("named"),
        Channel.person("named contact"),
    )
    assert READERS["anyone"].channels == (Channel.perimeter(Perimeter.PUBLIC),)


def test_by_default_a_reader_is_anyone() -> None:
    """Nothing is assumed of somebody of whom nothing is known."""
    assert Reader() == Reader(Perimeter.PUBLIC, None, None, None)


def test_a_channel_of_another_kind_with_the_same_holder_is_closed() -> None:
    """A person and an organisation with the same id never read each other's channel."""
    reader = Reader(Perimeter.MEMBERS, organisation="same")
    assert reader.reads(Channel.organisation("same"))
    assert not reader.reads(Channel.contacts("same"))
    assert not reader.reads(Channel.person("same"))
