"""The time zones that people choose from, by their IANA names."""

from functools import cache
from zoneinfo import available_timezones

from membership.errors import NotAcceptable

DEFAULT = "UTC"
_NOT_PLACES = ("Etc/", "SystemV/", "posix/", "right/")


@cache
def zones() -> tuple[str, ...]:
    """The names to choose from, UTC first: places, none of the old abbreviations."""
    named = {name for name in available_timezones() if "/" in name}
    return (DEFAULT, *sorted(name for name in named if not name.startswith(_NOT_PLACES)))


class UnknownZone(NotAcceptable):
    """Not one of our time zones."""


def zone_named(text: str) -> str:
    """The zone that somebody chose; UnknownZone for none of ours, UTC for nothing."""
    if text and text not in zones():
        raise UnknownZone("This is not a time zone that we know.")
    return text or DEFAULT


def options() -> list[dict[str, str]]:
    """The zones as a form offers them."""
    return [{"value": name, "text": name.replace("_", " ")} for name in zones()]
