"""What a source asks for: how wishes are read, written, and refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import BadHandling
from feeds.handling import ATTRIBUTIONS, RECIPIENT_LIMIT, Wishes, as_document, read_wishes
from tlp import Label, Perimeter

IDENTITY = "identity--c80dba2a-19ea-4f5a-b7a8-4a5a4e3bd2ab"
TIME = "2026-12-01T00:00:00.000000Z"
wishes = st.builds(
    Wishes,
    recipients=st.lists(
        st.uuids().map(lambda uuid: f"identity--{uuid}"), max_size=4, unique=True
    ).map(tuple),
    unmarked=st.none() | st.sampled_from(Label),
    release=st.dictionaries(
        st.sampled_from(Perimeter), st.datetimes(timezones=st.just(UTC)), max_size=3
    ),
    attribution=st.none() | st.sampled_from(ATTRIBUTIONS),
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(wishes)
def test_wishes_are_read_as_they_were_written(wish: Wishes) -> None:
    """read∘write is the identity, to the microsecond."""
    assert read_wishes(as_document(wish)) == wish


def test_no_wishes_are_the_default() -> None:
    """An envelope without the property, or with an empty one, asks for nothing."""
    assert read_wishes(None) == read_wishes({}) == Wishes()
    assert as_document(Wishes()) == {}


def test_everything_that_can_be_wished_is_read() -> None:
    """The example of the documentation, key by key."""
    read = read_wishes(
        {
            "recipients": [IDENTITY, IDENTITY],
            "unmarked": "TLP:GREEN",
            "release": {"research": TIME, "public": "2026-12-08T00:00:00Z"},
            "attribution": "members",
        }
    )
    assert read.recipients == (IDENTITY,)
    assert read.unmarked is Label.GREEN
    assert read.release == {
        Perimeter.RESEARCH: datetime(2026, 12, 1, tzinfo=UTC),
        Perimeter.PUBLIC: datetime(2026, 12, 8, tzinfo=UTC),
    }
    assert read.attribution == "members"


@pytest.mark.parametrize("document", [[], [1], "", "x", 0, 1, True, False, 1.5])
def test_handling_is_a_json_object(document: object) -> None:
    """Anything else is refused, the empty and false values too."""
    with pytest.raises(BadHandling, match="must be a JSON object"):
        read_wishes(document)


@pytest.mark.parametrize("key", ["recipient", "Recipients", "", "tlp", "releases", "x_a"])
def test_a_wish_that_is_not_understood_is_refused(key: str) -> None:
    """Unknown keys are named, with those that are known; never dropped."""
    with pytest.raises(BadHandling, match=f"unknown key “{key}”; known are recipients, unmarked,"):
        read_wishes({"unmarked": "TLP:RED", key: None})


@pytest.mark.parametrize(
    "recipients",
    [
        *(None, [], {}, IDENTITY, 1, [1], [None], [[IDENTITY]], [{}], [IDENTITY, ""]),
        *([IDENTITY.upper()], [IDENTITY + " "], [IDENTITY + "\n"], [IDENTITY[10:]], ["identity--"]),
        [IDENTITY.replace("identity", "indicator")],
        [IDENTITY] * (RECIPIENT_LIMIT + 1),
    ],
)
def test_recipients_are_a_list_of_identities(recipients: object) -> None:
    """Not empty, not too long, each an id in lower case."""
    with pytest.raises(BadHandling, match="recipients"):
        read_wishes({"recipients": recipients})


@pytest.mark.parametrize("label", [None, "", "TLP:", "TLP:PURPLE", "AMBER STRICT", 1, ["TLP:RED"]])
def test_the_label_of_the_unmarked_is_a_tlp_label(label: object) -> None:
    """Refused otherwise: no guess is made."""
    with pytest.raises(BadHandling, match=r"unmarked.* TLP label"):
        read_wishes({"unmarked": label})


@pytest.mark.parametrize(
    ("release", "problem"),
    [
        *((None, "an object"), ([], "an object"), (TIME, "an object"), ([["public", TIME]], "an")),
        *(({"Public": TIME}, "perimeters are members, research, public"), ({"": TIME}, "names “”")),
        *(
            ({"public": None}, "public: "),
            ({"public": 0}, "public: "),
            ({"public": ""}, "RFC 3339"),
        ),
        ({"public": "2026-12-01"}, "RFC 3339"),
        ({"public": "2026-12-01T00:00:00"}, "RFC 3339"),
        ({"public": "2026-12-01T00:00:00+01:00"}, "RFC 3339"),
        ({"public": "2026-02-30T00:00:00Z"}, "RFC 3339"),
        ({"public": [TIME]}, "RFC 3339"),
    ],
)
def test_release_is_an_object_of_perimeter_and_time(release: object, problem: str) -> None:
    """The message names the perimeter that is wrong, or its time."""
    with pytest.raises(BadHandling, match=problem):
        read_wishes({"release": release})


@pytest.mark.parametrize("attribution", [None, "", "Named", "all", 1, ["named"], {"named": 1}])
def test_attribution_is_one_of_three_words(attribution: object) -> None:
    """named, members or none (R6)."""
    with pytest.raises(BadHandling, match="one of named, members, none"):
        read_wishes({"attribution": attribution})


@pytest.mark.parametrize(
    "document",
    [
        {"\ud800": 1},
        {"recipients": ["\ud800"]},
        {"unmarked": "\ud800"},
        {"release": {"\ud800": TIME}},
        {"release": {"public": "\ud800"}},
        {"attribution": "\ud800"},
        {"unmarked": "x" * 1_000_000},
        {"recipients": ["x" * 1_000_000]},
        {"x" * 1_000_000: 1},
    ],
)
def test_a_refusal_can_be_sent_whatever_it_quotes(document: object) -> None:
    """Half UTF-16 pairs and endless texts do not get into the message."""
    with pytest.raises(BadHandling) as refusal:
        read_wishes(document)
    assert len(str(refusal.value).encode()) < 1_000


@given(
    json_values
    | st.dictionaries(
        st.sampled_from(["recipients", "unmarked", "release", "attribution"]), json_values
    )
)
def test_any_json_value_is_read_or_refused(document: object) -> None:
    """Nothing but wishes or BadHandling comes out."""
    try:
        found = read_wishes(document)
    except BadHandling as refusal:
        sentence = str(refusal)
    else:
        assert read_wishes(as_document(found)) == found
        return
    assert sentence.encode().decode() == sentence
