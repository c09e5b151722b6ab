"""Whom a source names: identity ids to the organisations and people registered here.

With each comes where they belong, because it decides what else they read (R8). Who is not here
any more is nobody: what is addressed to them would reach nobody, and the source would not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from feeds.errors import BadHandling
from membership.organisation import Category, Organisation
from membership.store import MembershipStore
from tlp import Perimeter, Recipient, RecipientKind

IDENTITY = "identity--"


@dataclass(frozen=True, slots=True)
class Addressee:
    """A named recipient, the organisation they belong to, and that one's perimeter."""

    recipient: Recipient
    organisation: str
    perimeter: Perimeter

    @property
    def stored(self) -> tuple[str, str, str, str]:
        """As a submission keeps it: kind, id, organisation, perimeter."""
        kind, id_ = self.recipient.kind.value, self.recipient.id
        return (kind, id_, self.organisation, self.perimeter.value)


def addressees(db: Connection, identities: Sequence[str]) -> tuple[Addressee, ...]:
    """Whom the identities stand for; BadHandling names the first that nobody is known by."""
    if not identities:
        return ()
    store = MembershipStore(db)
    ids = [identity.removeprefix(IDENTITY) for identity in identities]
    people = {id_: one for id_, one in store.people_by_id(ids).items() if one.removed is None}
    organisations = {
        id_: one
        for id_, one in store.organisations_by_id(
            [*ids, *(person.organisation for person in people.values())]
        ).items()
        if one.ended is None
    }
    found = []
    for id_ in ids:
        if id_ in people and people[id_].organisation in organisations:
            home = organisations[people[id_].organisation]
            found.append(_addressee(RecipientKind.PERSON, id_, home))
        elif id_ in organisations:
            found.append(_addressee(RecipientKind.ORGANISATION, id_, organisations[id_]))
        else:
            raise BadHandling(f"The recipient {IDENTITY}{id_} is not known here.")
    return tuple(found)


def _addressee(kind: RecipientKind, id_: str, home: Organisation) -> Addressee:
    return Addressee(Recipient(kind, id_), home.id, home_perimeter(home.category))


def home_perimeter(category: Category) -> Perimeter:
    """The perimeter that the staff of such an organisation reads in good standing."""
    if category is Category.RESEARCH:
        return Perimeter.RESEARCH
    return Perimeter.PUBLIC if category is Category.PARTNER else Perimeter.MEMBERS
