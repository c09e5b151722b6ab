"""Each person acknowledges the text that binds them, before they read among members.

That is the text of the signature that binds their organisation; before there is one, the newest.
So during a transition nobody acknowledges a text that their organisation has yet to sign.
"""

from dataclasses import replace
from datetime import datetime

from membership.errors import IllegalTransition, Overtaken
from membership.events import MembershipEvent
from membership.ndas.events import NdaAcknowledged
from membership.ndas.signature import in_force
from membership.ndas.text import Text
from membership.store import MembershipStore


def text_to_acknowledge(store: MembershipStore, organisation: str, at: datetime) -> Text:
    """The text that people of an organisation acknowledge at that instant."""
    bound = in_force(store.signatures(organisation), at)
    return store.ndas.newest_text() if bound is None else store.ndas.text(bound.text)


def acknowledge_nda(
    store: MembershipStore, person: str, *, at: datetime, title: str | None = None
) -> tuple[MembershipEvent, ...]:
    """Record that a person acknowledged the NDA; `title` is the text that they were shown.

    Overtaken when that is not the one to acknowledge any more.
    """
    found = store.person(person)
    text = text_to_acknowledge(store, found.organisation, at)
    if title is not None and title != text.title:
        raise Overtaken(f"The text has changed: read “{text.title}” first.")
    if found.acknowledged_text == text.title:
        raise IllegalTransition("The NDA was acknowledged already.")
    store.save_person(replace(found, acknowledged=at, acknowledged_text=text.title))
    if store.ndas.acknowledged(person, text.title) is None:
        store.ndas.add_acknowledgement(person, text.title, at)
    return (NdaAcknowledged(person, text.title),)
