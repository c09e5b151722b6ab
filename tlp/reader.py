"""A reader: the set of channels that somebody reads, at one instant.

Computed from standing at each request and never stored. Everyone reads `public`; nothing else
is assumed: the default reader is the public one.
"""

from dataclasses import dataclass

from tlp.channels import Channel
from tlp.perimeters import Perimeter


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: one perimeter, and what is addressed to them by name.

    `organisation`, `contacts` and `person` are ids, or None where nothing addressed that way
    may be read. `contacts` is set for the designated incident contacts of an organisation.
    """

    perimeter: Perimeter = Perimeter.PUBLIC
    organisation: str | None = None
    contacts: str | None = None
    person: str | None = None

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels of this reader: the perimeter's first, then the addressed ones."""
        found = [Channel.perimeter(self.perimeter)]
        if self.organisation is not None:
            found.append(Channel.organisation(self.organisation))
        if self.contacts is not None:
            found.append(Channel.contacts(self.contacts))
        if self.person is not None:
            found.append(Channel.person(self.person))
        return tuple(found)

    def reads(self, channel: Channel) -> bool:
        """Whether the channel is one of this reader's."""
        return channel in self.channels
