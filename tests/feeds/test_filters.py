"""Query parameters of TAXII 2.1 (§3.4): what is read, refused and left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import timestamps
from feeds.errors import BadQuery
from feeds.filters import OBJECT, OBJECTS, VERSIONS, Filters, Position, read_window
from feeds.paging import write_cursor
from feeds.topics import Topic
from feeds.view import LATEST, Versions, Window

POSITION = Position(b"s" * 32, "caller\ncollection")
TIME = "2026-01-01T00:00:00.000000Z"
LATER = "2026-01-02T00:00:00.000000Z"
ID = "indicator--c80dba2a-19ea-4f5a-b7a8-4a5a4e3bd2ab"


def window(*pairs: tuple[str, str], filters: Filters = OBJECTS, maximum: int = 100) -> Window:
    """The window of a query, which must be one."""
    found = read_window(pairs, filters, Topic.ATTACKS, maximum, POSITION)
    assert found is not None
    return found


def cursor(position: str = LATER, binding: str = POSITION.binding) -> str:
    """A cursor that stands at a time."""
    return write_cursor(POSITION.secret, binding, timestamps.parse(position))


def test_without_parameters_the_first_page_of_the_latest_versions_is_meant() -> None:
    """§3.4: from the oldest on, the latest version of each object, at most the server's limit."""
    assert window() == Window(topic=Topic.ATTACKS, limit=100, versions=LATEST)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", value) for value in ("", "0", "000", "-1", "+1", "1.0", "1e3", " 1", "1 ")),
        *(("limit", value) for value in ("x", "0x10", "1_000", "١", "²", "1,2", "ten", "None")),
        *(("added_after", value) for value in ("", "0", "now", "2026-01-01", "2026-01-01T00:00Z")),
        *(("added_after", value) for value in ("2026-13-01T00:00:00Z", f"{TIME},{LATER}")),
        *(("added_after", value) for value in ("2026-01-01T00:00:00", f" {TIME}", f"{TIME}\n")),
        ("added_after", "2026-01-01T00:00:00+01:00"),
        *(("next", value) for value in ("x", "0", "A" * 27, "\x00", "é", TIME)),
        *((f"match[{field}]", "") for field in ("id", "type", "version", "spec_version")),
        *((f"match[{field}]", "a,") for field in ("id", "type", "version", "spec_version")),
        *((f"match[{field}]", ",") for field in ("id", "type", "version", "spec_version")),
        *((f"match[{field}]", "a,,b") for field in ("id", "type", "version", "spec_version")),
        *(("match[version]", value) for value in ("latest", "Last", "FIRST", "1", TIME[:10])),
        *(("match[version]", value) for value in ("all,all", "first,first", f"{TIME},{TIME}")),
        *(("match[version]", value) for value in ("all,first", "last,all", f"all,{TIME}", " all")),
    ],
)
def test_a_malformed_value_is_refused(name: str, value: str) -> None:
    """T-070, T-073, T-088: never guessed, never ignored."""
    with pytest.raises(BadQuery):
        window((name, value))


@pytest.mark.parametrize(
    "name", ["limit", "added_after", "next", "match[id]", "match[version]", "match[x]", "other"]
)
def test_a_parameter_that_stands_twice_is_refused(name: str) -> None:
    """T-081, and T-071 for `added_after`: even with the same value, even an unknown one."""
    value = {"limit": "1", "added_after": TIME, "next": cursor()}.get(name, "all")
    with pytest.raises(BadQuery, match="stands twice"):
        window((name, value), (name, value))


@pytest.mark.parametrize(
    ("text", "limit"),
    [("1", 1), ("99", 99), ("100", 100), ("101", 100), ("007", 7), ("1" + "0" * 400, 100)],
)
def test_a_limit_is_capped_at_the_server_s_own(text: str, limit: int) -> None:
    """T-073: any positive integer is good, however large."""
    assert window(("limit", text)).limit == limit


@pytest.mark.parametrize(
    "text",
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00 00:00", TIME.lower()],
)
def test_times_are_read_as_clients_write_them(text: str) -> None:
    """Any number of digits, and a `+` that a client forgot to encode."""
    assert window(("added_after", text)).after == timestamps.parse(TIME)


# where a page begins


def test_a_cursor_continues_where_it_stands() -> None:
    """§3.5."""
    assert window(("next", cursor())).after == timestamps.parse(LATER)


@pytest.mark.parametrize(("one", "other"), [(TIME, LATER), (LATER, TIME)])
def test_beside_added_after_the_later_of_both_counts(one: str, other: str) -> None:
    """§3.5: the original filters are sent again with the cursor, and go on to hold."""
    found = window(("added_after", one), ("next", cursor(other)))
    assert found.after == timestamps.parse(LATER)


@pytest.mark.parametrize("stale", ["x", cursor(binding="another\ncollection"), cursor()[:-1]])
def test_a_stale_cursor_beside_added_after_is_left_out(stale: str) -> None:
    """Several clients send the one they had; alone, it is refused."""
    assert window(("next", stale), ("added_after", TIME)).after == timestamps.parse(TIME)
    with pytest.raises(BadQuery):
        window(("next", stale))
    with pytest.raises(BadQuery, match="added_after"):
        window(("next", stale), ("added_after", "yesterday"))


def test_an_empty_cursor_is_none() -> None:
    """Some clients send `next=` on the first page."""
    assert window(("next", "")).after is None


# match fields


def test_values_of_a_field_are_alternatives() -> None:
    """T-082: several ids or types; the same one twice counts once."""
    found = window(("match[id]", f"{ID},{ID},b"), ("match[type]", "indicator,malware"))
    assert found.ids == (ID, "b")
    assert found.types == ("indicator", "malware")


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("last", LATEST),
        ("first", Versions(first=True)),
        ("all", Versions(all=True)),
        ("first,last", Versions(first=True, last=True)),
        (TIME, Versions(at=frozenset({timestamps.parse(TIME)}))),
        (
            f"last,{TIME},{LATER}",
            Versions(last=True, at=frozenset(map(timestamps.parse, (TIME, LATER)))),
        ),
    ],
)
def test_versions_are_a_union_of_keywords_and_times(text: str, versions: Versions) -> None:
    """T-087 to T-089; `all` stands alone."""
    assert window(("match[version]", text)).versions == versions


@pytest.mark.parametrize("filters", [OBJECTS, OBJECT, VERSIONS])
@pytest.mark.parametrize(
    ("text", "is_served"),
    [("2.1", True), ("2.0,2.1", True), ("2.0", False), ("1.0,2.0", False), ("2.10", False)],
)
def test_everything_stored_is_of_stix_2_1(filters: Filters, text: str, is_served: bool) -> None:
    """T-086: another spec version matches nothing."""
    found = read_window([("match[spec_version]", text)], filters, Topic.ATTACKS, 100, POSITION)
    assert (found is not None) is is_served


def test_an_endpoint_reads_its_own_fields_alone() -> None:
    """T-092: what an endpoint does not have is ignored there, malformed or not."""
    pairs = [("match[id]", "a,"), ("match[type]", "")]
    assert window(*pairs, filters=OBJECT) == window()
    assert window(*pairs, ("match[version]", "x"), filters=VERSIONS).versions == Versions(all=True)


@pytest.mark.parametrize("name", ["match[x]", "match[]", "match", "limits", "x", "", "match[ID]"])
def test_unknown_parameters_are_ignored(name: str) -> None:
    """T-083: whatever their value."""
    assert window((name, "a,,")) == window()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["limit", "added_after", "next", "match[id]", "match[version]", "match[type]"]
            )
            | st.text(max_size=9),
            st.text() | st.sampled_from([TIME, cursor(), "1", "all", "last", ID]),
        ),
        max_size=4,
    )
)
def test_any_query_is_a_window_or_refused(pairs: list[tuple[str, str]]) -> None:
    """Nothing but a window within the limit, or BadQuery, comes out."""
    try:
        found = read_window(pairs, OBJECTS, None, 100, POSITION)
    except BadQuery:
        return
    assert found is None or 1 <= found.limit <= 100
