"""The laws of the policy, for all labels, wishes and readers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlp import (
    Channel,
    ChannelKind,
    EmptyCombination,
    Handling,
    Label,
    Perimeter,
    Reader,
    Recipient,
    RecipientKind,
    TLPError,
    perimeters_of,
    reach,
    strictest,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
labels = st.sampled_from(Label)
mild_labels = st.sampled_from([label for label in Label if label is not Label.RED])
ids = st.sampled_from(["a", "b", "c"])
recipients = st.frozensets(st.builds(Recipient, st.sampled_from(RecipientKind), ids), max_size=4)
moments = st.integers(0, 5).map(lambda days: START + timedelta(days=days))
releases = st.dictionaries(st.sampled_from(Perimeter), moments, max_size=3)
readers = st.builds(
    Reader, st.sampled_from(Perimeter), st.none() | ids, st.none() | ids, st.none() | ids
)
handlings = st.builds(Handling, labels, ids, ids, recipients, releases)
channels = st.builds(Channel.perimeter, st.sampled_from(Perimeter)) | st.builds(
    Channel,
    st.sampled_from([kind for kind in ChannelKind if kind is not ChannelKind.PERIMETER]),
    st.text(min_size=1),
)


def reached(handling: Handling) -> dict[Channel, datetime | None]:
    """The reach, or nothing where the wishes are refused."""
    try:
        return reach(handling)
    except TLPError:
        return {}


def readable_from(handling: Handling, reader: Reader) -> datetime | None:
    """From when a reader can read an object; None for never, START for at once."""
    times = [
        since or START for channel, since in reached(handling).items() if reader.reads(channel)
    ]
    return min(times, default=None)


@given(st.lists(labels, min_size=1))
def test_the_strictest_is_one_of_them_and_no_less_than_any(given_labels: list[Label]) -> None:
    """`strictest` chooses, and chooses the top."""
    found = strictest(given_labels)
    assert found in given_labels
    assert all(found >= label for label in given_labels)


@given(labels, labels, labels)
def test_strictest_is_associative_commutative_idempotent(
    one: Label, other: Label, third: Label
) -> None:
    """In whatever order and grouping markings are combined, the answer is the same."""
    assert strictest([one, other]) is strictest([other, one])
    assert strictest([strictest([one, other]), third]) is strictest([one, other, third])
    assert strictest([one, strictest([other, third])]) is strictest([one, other, third])
    assert strictest([one, one]) is one


def test_the_strictest_of_nothing_is_an_error() -> None:
    """Nothing combined is not TLP:CLEAR (R2)."""
    with pytest.raises(EmptyCombination):
        strictest([])
    with pytest.raises(EmptyCombination):
        strictest(iter(()))


@given(labels)
def test_a_label_is_read_as_it_was_written(label: Label) -> None:
    """parse∘print is the identity, for the printed form and for the stored one."""
    assert Label.parse(str(label)) is label
    assert Label.parse(label.value) is label


@given(st.text())
def test_what_is_read_as_a_label_is_written_the_same_way(text: str) -> None:
    """print∘parse folds spelling, and WHITE into CLEAR, and nothing else into a label."""
    try:
        label = Label.parse(text)
    except TLPError:
        return
    folded = text.strip().upper().removeprefix("TLP:").strip()
    assert str(label) == "TLP:" + ("CLEAR" if folded == "WHITE" else folded)


@given(labels, labels)
def test_a_stricter_label_never_opens_more(one: Label, other: Label) -> None:
    """Perimeters fall as strictness rises."""
    if one <= other:
        assert perimeters_of(other) <= perimeters_of(one)


@given(mild_labels, mild_labels, ids, ids)
def test_a_stricter_label_reaches_no_channel_more(
    one: Label, other: Label, organisation: str, person: str
) -> None:
    """Below RED and without names, the channels of the stricter are among the milder's."""
    if one <= other:
        milder = reach(Handling(one, organisation, person))
        assert reach(Handling(other, organisation, person)).keys() <= milder.keys()


@given(handlings, labels, readers)
def test_a_stricter_label_is_never_read_by_more(
    handling: Handling, other: Label, reader: Reader
) -> None:
    """With the same wishes, who reads the stricter reads the milder, RED included."""
    stricter = Handling(
        strictest([handling.label, other]),
        handling.organisation,
        handling.person,
        handling.recipients,
    )
    milder = Handling(handling.label, handling.organisation, handling.person, handling.recipients)
    of_one_organisation = reader.contacts in (None, reader.organisation)
    is_the_poster = reader.person == handling.person
    if is_the_poster and reader.organisation != handling.organisation:
        return  # nobody posts for another organisation than their own
    if of_one_organisation and reached(milder) and readable_from(stricter, reader) is not None:
        assert readable_from(milder, reader) is not None


@given(handlings, readers)
def test_naming_recipients_never_widens(handling: Handling, reader: Reader) -> None:
    """R4: nobody who is not named reads an object because somebody else was named."""
    named = {recipient.id for recipient in handling.recipients}
    is_named = not named.isdisjoint({reader.organisation, reader.contacts, reader.person})
    is_source = handling.organisation == reader.organisation or handling.person == reader.person
    if handling.recipients and not is_named and not is_source:
        assert readable_from(handling, reader) is None
    if handling.recipients:
        assert ChannelKind.PERIMETER not in {channel.kind for channel in reached(handling)}


@given(handlings, readers)
def test_a_release_makes_nothing_readable_earlier(handling: Handling, reader: Reader) -> None:
    """R5: a release time can only hold back, for every reader but the source itself."""
    without = Handling(handling.label, handling.organisation, handling.person, handling.recipients)
    since = readable_from(handling, reader)
    if since is None or reader.organisation == handling.organisation:
        return
    earlier = readable_from(without, reader)
    assert earlier is not None
    assert earlier <= since


@given(handlings)
def test_no_perimeter_opens_before_a_narrower_one(handling: Handling) -> None:
    """R5: going outwards, the perimeters' times never fall, and none is left out."""
    found = reached(handling)
    times = [found.get(Channel.perimeter(perimeter), "never") for perimeter in Perimeter]
    opened = [START if since is None else since for since in times if since != "never"]
    assert opened == sorted(opened)
    assert times[len(opened) :] == ["never"] * (len(times) - len(opened))


@given(handlings)
def test_the_source_always_sees_its_own_at_once(handling: Handling) -> None:
    """Whatever is accepted, the account that posted it reads it from the first moment."""
    poster = Reader(Perimeter.MEMBERS, handling.organisation, None, handling.person)
    if reached(handling):
        assert readable_from(handling, poster) == START


@given(channels)
def test_a_channel_is_read_as_it_was_stored(channel: Channel) -> None:
    """parse∘name is the identity: no two channels share a name."""
    assert Channel.parse(channel.name) == channel


@given(st.text())
def test_no_other_text_is_a_channel(text: str) -> None:
    """What names no channel is an error; what does is written the same way again."""
    try:
        channel = Channel.parse(text)
    except ValueError:
        return
    assert channel.name == text


@pytest.mark.parametrize("text", ["", "to:", ":x", "perimeter:members", "MEMBERS", "from:x"])
def test_what_looks_like_a_channel_is_none(text: str) -> None:
    """A perimeter has one name, and an addressed channel has a holder."""
    with pytest.raises(ValueError, match=r".*"):
        Channel.parse(text)


@given(readers)
def test_the_channels_of_a_reader_have_lanes_of_their_own(reader: Reader) -> None:
    """No two channels of one reader share a lane, so they never share a time of entry."""
    lanes = [channel.kind.lane for channel in reader.channels]
    assert len(set(lanes)) == len(lanes)
