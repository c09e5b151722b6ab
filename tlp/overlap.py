"""How sets of channels combine: who is reached by both of two reaches (R8, R9).

The reader of a channel that is addressed to somebody also reads the perimeter they belong to, so
what stands in `members` is already with a member organisation's staff. `Home` says where the
holder of an addressed channel belongs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tlp.channels import Channel, ChannelKind
from tlp.perimeters import Perimeter

Reach = frozenset[Channel]
"""A set of channels; who reads any of them is reached."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where an organisation or a person belongs: the organisation, and its perimeter."""

    organisation: str
    perimeter: Perimeter


Homes = Mapping[str, Home]
"""Homes by the id of the holder of a channel; a holder without one reads what anyone reads."""


def audience(channel: Channel, homes: Homes) -> Reach:
    """The channels that every reader of this one reads too, itself included."""
    if channel.kind is ChannelKind.PERIMETER:
        return frozenset({channel})
    home = homes.get(channel.holder)
    perimeter = home.perimeter if home is not None else Perimeter.PUBLIC
    found = {channel, Channel.perimeter(perimeter)}
    if home is not None and channel.kind is not ChannelKind.ORGANISATION:
        found.add(Channel.organisation(home.organisation))
    return frozenset(found)


def is_covered(channel: Channel, reach: Reach, homes: Homes) -> bool:
    """Whether every reader of the channel is reached."""
    return not audience(channel, homes).isdisjoint(reach)


def meet(one: Reach, other: Reach, homes: Homes) -> Reach:
    """Those reached by both: never more than either (R8: no further than what it names)."""
    if one == other:
        return one
    return frozenset(
        channel
        for channel in one | other
        if is_covered(channel, one, homes) and is_covered(channel, other, homes)
    )


def tidy(reach: Reach, homes: Homes) -> Reach:
    """The same readers by the fewest channels: nothing addressed that a wider one covers."""
    return frozenset(
        channel for channel in reach if not is_covered(channel, reach - {channel}, homes)
    )


def join(reaches: Iterable[Reach]) -> Reach:
    """Those reached by any."""
    return frozenset().union(*reaches)
