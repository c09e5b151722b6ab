"""Timestamps of STIX 2.1 §2.16 and TAXII 2.1 §2."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import BadTimestamp
from feeds.timestamps import EARLIEST, LATEST, lenient, parse, show

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
instants = st.integers(EARLIEST, LATEST)


@given(instants)
def test_what_is_shown_is_read_again(micros: int) -> None:
    """Reading what was written gives the same instant, in both ways of reading."""
    assert parse(show(micros)) == micros
    assert lenient(show(micros)) == micros


@given(instants, instants)
def test_text_sorts_like_time(one: int, other: int) -> None:
    """Two timestamps compare as texts as they do as instants."""
    assert (show(one) < show(other)) == (one < other)


@given(st.datetimes())
def test_the_calendar_is_the_usual_one(moment: datetime) -> None:
    """An instant is the microseconds that Python's calendar counts from 1970."""
    expected = (moment.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    assert parse(moment.isoformat(timespec="microseconds") + "Z") == expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"),
        ("2026-02-28T23:59:59.5Z", "2026-02-28T23:59:59.500000Z"),
        ("2024-02-29T00:00:00.123Z", "2024-02-29T00:00:00.123000Z"),
        ("2026-01-01T00:00:00.123456999999999Z", "2026-01-01T00:00:00.123456Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_any_number_of_digits_is_read(text: str, shown: str) -> None:
    """Digits beyond the microsecond are dropped, never rounded."""
    assert show(parse(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01t00:00:00Z",
        "2026-01-01T00:00:00z",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T00:00:60Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "26-01-01T00:00:00Z",
        " 2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z\n",
        "２０２６-01-01T00:00:00Z",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    """Only the form of the standard is a timestamp, and only days that exist."""
    with pytest.raises(BadTimestamp):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T10:20:30Z",
        "2026-01-01t10:20:30z",
        "2026-01-01T10:20:30.0Z",
        "2026-01-01T10:20:30.000000000Z",
        "2026-01-01T10:20:30+00:00",
        "2026-01-01T10:20:30.000 00:00",
    ],
)
def test_clients_may_spell_utc_in_several_ways(text: str) -> None:
    """In a query lower case, +00:00, and +00:00 with its plus lost are the same instant."""
    assert lenient(text) == parse("2026-01-01T10:20:30Z")


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T10:20:30",
        "2026-01-01T10:20:30+01:00",
        "2026-01-01T10:20:30-00:00",
        "2026-01-01 10:20:30Z",
        "2026-01-01T10:20:30.Z",
        "1767262830",
    ],
)
def test_other_zones_are_not_guessed(text: str) -> None:
    """Another offset, no offset, or a number is refused in a query too."""
    with pytest.raises(BadTimestamp):
        lenient(text)


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    """Whatever the text, it is an instant or a BadTimestamp whose message can be sent."""
    for read in (parse, lenient):
        try:
            message = f"It is {show(read(text))}."
        except BadTimestamp as error:
            message = str(error)
        assert message.isprintable()
        assert message.endswith(".")


@pytest.mark.parametrize("micros", [EARLIEST - 1, LATEST + 1])
def test_an_instant_without_a_year_is_not_shown(micros: int) -> None:
    """Beyond the years 0001 to 9999 there is nothing to write."""
    with pytest.raises(ValueError, match="years"):
        show(micros)
