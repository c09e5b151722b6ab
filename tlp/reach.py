"""How far an object goes: the channels it may enter, and from when (R2 to R5).

A pure function of the effective label, who contributed, whom the source names and the release
times the source sets. What the references of an object allow (R8) and what its later versions
allow (R9) narrow the answer further and are decided beside it.

  R2  the label opens perimeters by the table of `perimeters`
  R3  RED needs names, and reaches them alone; an organisation named means its incident contacts
  R4  recipients named on a milder label restrict it to them and the contributor's organisation
  R5  nothing enters a channel before its time, and a wider perimeter never before a narrower one
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from tlp.channels import Channel
from tlp.errors import NeedsRecipients, ReleaseNotAllowed, ReleaseOutOfOrder
from tlp.labels import Label
from tlp.perimeters import Perimeter, perimeters_of


class RecipientKind(Enum):
    """What a named recipient is."""

    ORGANISATION = "organisation"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Recipient:
    """An organisation or a person whom the source names, by the platform's own id."""

    kind: RecipientKind
    id: str


@dataclass(frozen=True, slots=True)
class Handling:
    """What decides the reach of one object, as its source stated it.

    `organisation` and `person` are the contributor and the account that posted; `release` holds
    timezone-aware times for some of the perimeters.
    """

    label: Label
    organisation: str
    person: str
    recipients: frozenset[Recipient] = frozenset()
    release: Mapping[Perimeter, datetime] = field(default_factory=lambda: MappingProxyType({}))


NO_DELAY: datetime | None = None


def reach(handling: Handling) -> dict[Channel, datetime | None]:
    """The channels that the object may enter, each with the time before which it may not.

    None means at once. Raises NeedsRecipients (R3), ReleaseNotAllowed or ReleaseOutOfOrder (R5).
    """
    if handling.label is Label.RED:
        return _red(handling)
    if handling.recipients:
        return _narrowed(handling)
    return _by_perimeter(handling)


def _red(handling: Handling) -> dict[Channel, datetime | None]:
    """R3: the named recipients, and of the contributor's side the posting account alone."""
    if not handling.recipients:
        raise NeedsRecipients(
            "TLP:RED reaches named recipients only. Name them in "
            '"x_cloudsirt_handling": {"recipients": ["identity--…"]} beside the objects.'
        )
    _refuse_releases(handling, "TLP:RED")
    named = {_addressed(recipient, red=True): NO_DELAY for recipient in handling.recipients}
    return {Channel.person(handling.person): NO_DELAY, **named}


def _narrowed(handling: Handling) -> dict[Channel, datetime | None]:
    """R4: the named recipients and the contributor's own organisation."""
    _refuse_releases(handling, "an object with named recipients")
    named = {_addressed(recipient, red=False): NO_DELAY for recipient in handling.recipients}
    return {Channel.organisation(handling.organisation): NO_DELAY, **named}


def _by_perimeter(handling: Handling) -> dict[Channel, datetime | None]:
    """R2 and R5: the perimeters of the label, each from its time; the contributor at once."""
    times = _release_times(handling)
    found = {Channel.perimeter(perimeter): since for perimeter, since in times.items()}
    if times[Perimeter.MEMBERS] is not None:
        found[Channel.organisation(handling.organisation)] = NO_DELAY
    return found


def _release_times(handling: Handling) -> dict[Perimeter, datetime | None]:
    """R5: a perimeter without a time of its own opens with the narrower one before it."""
    allowed = perimeters_of(handling.label)
    for perimeter in handling.release:
        if perimeter not in allowed:
            raise ReleaseNotAllowed(
                f"{handling.label} may never reach the {perimeter.value} perimeter, "
                f"so it cannot have a release time there."
            )
    times: dict[Perimeter, datetime | None] = {}
    since: datetime | None = NO_DELAY
    for perimeter in (perimeter for perimeter in Perimeter if perimeter in allowed):
        own = handling.release.get(perimeter)
        if own is not None and since is not None and own < since:
            raise ReleaseOutOfOrder(
                f"The release to the {perimeter.value} perimeter is set before the release to "
                f"a narrower one; a wider audience never comes first."
            )
        since = own if own is not None else since
        times[perimeter] = since
    return times


def _refuse_releases(handling: Handling, what: str) -> None:
    if handling.release:
        raise ReleaseNotAllowed(
            f"{what[0].upper()}{what[1:]} reaches only those it names; release times for "
            f"perimeters do not apply."
        )


def _addressed(recipient: Recipient, *, red: bool) -> Channel:
    if recipient.kind is RecipientKind.PERSON:
        return Channel.person(recipient.id)
    return Channel.contacts(recipient.id) if red else Channel.organisation(recipient.id)
