"""Timestamps of STIX and TAXII, as whole microseconds since the Unix epoch.

Source: STIX 2.1 §2.16 and TAXII 2.1 §2 (RFC 3339, UTC, `Z`). An integer compares and sorts
exactly, needs no time zone, and is what the tables hold. What a producer wrote is kept as text
elsewhere: `show(parse(text))` is the same instant, not always the same spelling.

Not here: the clock; and how precise a `created` must be (see `validation`).
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from feeds.errors import BadTimestamp

_CLOCK: Final = r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]+))?"
_STRICT: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T" + _CLOCK + "Z")
_LENIENT: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]" + _CLOCK + r"(?:[Zz]|[+ ]00:00)"
)

_USUAL: Final = 32  # characters of a timestamp, with room to spare
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH: Final = date(1970, 1, 1).toordinal()  # days
_DAY: Final = 86_400_000_000  # microseconds
EARLIEST: Final = (date.min.toordinal() - _EPOCH) * _DAY
LATEST: Final = (date.max.toordinal() - _EPOCH + 1) * _DAY - 1


def parse(text: str) -> int:
    """Read a timestamp as STIX and TAXII write it: capital `T` and `Z`, years 0001 to 9999.

    Digits beyond the microsecond are dropped. A leap second (`:60`) is refused: no instant of
    ours can stand for it. Raises `BadTimestamp`.
    """
    return _parse(text) if len(text) <= _USUAL else _instant(_STRICT.fullmatch(text), text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> int:
    """Remembered, because the objects of one feed share most of their times."""
    return _instant(_STRICT.fullmatch(text), text)


def is_timestamp(text: str) -> bool:
    """Whether `parse` reads it."""
    try:
        parse(text)
    except BadTimestamp:
        return False
    return True


def lenient(text: str) -> int:
    """Read a timestamp from a query parameter of a TAXII client; raises `BadTimestamp`.

    Also accepts lower case, `+00:00`, and ` 00:00`, which is what a `+` that the client forgot
    to encode becomes in a URL.
    """
    return _instant(_LENIENT.fullmatch(text), text)


def show(micros: int) -> str:
    """Write an instant with exactly six fraction digits (TAXII 2.1 §2).

    Raises `ValueError` outside the years 0001 to 9999, which `parse` never returns.
    """
    if not EARLIEST <= micros <= LATEST:
        raise ValueError("an instant outside the years 0001 to 9999 has no timestamp")
    day, rest = divmod(micros, _DAY)
    seconds, fraction = divmod(rest, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    when = date.fromordinal(day + _EPOCH).isoformat()
    return f"{when}T{hour:02}:{minute:02}:{second:02}.{fraction:06}Z"


def _instant(match: re.Match[str] | None, text: str) -> int:
    if match is None:
        raise BadTimestamp(text)
    year, month, day, hour, minute, second, fraction = match.groups()
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError as error:  # the 30th of February, the year 0000
        raise BadTimestamp(text) from error
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second)
    micros = int(fraction[:6].ljust(6, "0")) if fraction else 0
    return days * _DAY + seconds * 1_000_000 + micros


def from_datetime(moment: datetime) -> int:
    """An aware datetime as microseconds since the epoch; ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (moment - _START) // timedelta(microseconds=1)


def to_datetime(micros: int) -> datetime:
    """Microseconds since the epoch as an aware datetime in UTC."""
    return _START + timedelta(microseconds=micros)
