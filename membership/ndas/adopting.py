"""Commands around the texts of the NDA: one is proposed, the Board carries it, it is adopted.

A text is put before the Board as a draft that its members can read. What the Board carried is
adopted in the same transaction: from that instant signatures are made on it, and signatures on
the text before it count for as long as the bylaws say.
"""

from dataclasses import replace
from datetime import datetime

from membership.errors import AlreadyRegistered, IllegalTransition, UnknownText
from membership.events import MembershipEvent
from membership.ndas.events import NdaTextAdopted, NdaTextProposed
from membership.ndas.reminders import due_reminders
from membership.ndas.text import PLAIN, Text, check_content, digest_of, proper_title
from membership.store import MembershipStore


def propose_text(
    store: MembershipStore, title: str, content: bytes, media_type: str, *, at: datetime
) -> tuple[Text, tuple[MembershipEvent, ...]]:
    """Keep a text as a draft; AlreadyRegistered for a title or a content that is there already."""
    check_content(content, media_type)
    text = Text(proper_title(title), digest_of(content), media_type, proposed=at)
    for known in store.ndas.texts():
        if known.title.casefold() == text.title.casefold():
            raise AlreadyRegistered(f"There is a text called “{known.title}” already.")
        if known.digest == text.digest:
            raise AlreadyRegistered(f"“{known.title}” says exactly the same.")
    store.ndas.add_text(text, content)
    return text, (NdaTextProposed(text.title, text.digest),)


def adopt_text(
    store: MembershipStore, title: str, *, ballot: str | None, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Let a draft be the text to sign, from this instant; `ballot` is the Board's that carried it.

    The letter about it says until when the text before counts, which is a reminder in itself.
    """
    text = store.ndas.text(title)
    if text.adopted is not None:
        raise IllegalTransition(f"“{title}” was adopted already.")
    before, until = _newest(store), None
    if before is not None:
        until = at + store.bylaws(at).nda_transition
        store.ndas.save_text(replace(before, superseded=until))
    store.ndas.save_text(replace(text, adopted=at, ballot=ballot))
    if before is not None:
        _count_as_reminded(store, before, at)
    return (
        NdaTextAdopted(
            title,
            text.digest,
            ballot,
            before=before.title if before is not None else None,
            until=until.isoformat() if until is not None else None,
        ),
    )


def found_text(
    store: MembershipStore, title: str, content: bytes, *, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Adopt the text that the consortium is founded with; nothing where any was adopted before."""
    if _newest(store) is not None:
        return ()
    _, proposed = propose_text(store, title, content, PLAIN, at=at)
    return (*proposed, *adopt_text(store, title, ballot=None, at=at))


def _newest(store: MembershipStore) -> Text | None:
    try:
        return store.ndas.newest_text()
    except UnknownText:
        return None


def _count_as_reminded(store: MembershipStore, before: Text, at: datetime) -> None:
    """The signatures whose end has moved need no reminder beside the letter of this very day."""
    signatures = store.ndas.all_signatures()
    due = due_reminders(signatures, store.ndas.reminders(), store.bylaws(at), at)
    moved = [(item.nda.id, item.days) for item in due if item.nda.text == before.title]
    store.ndas.add_reminders(moved, at)
