"""A letter as text: composed when it is sent, for whoever may still be told.

The addressee is looked at again: a letter to somebody whose account ended, who no longer holds
the role, or whose organisation was suspended or ended in between, does not leave. Facts come
from the occasion alone, times in the reader's own zone, which is named.
"""

import email.policy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from sqlalchemy import Connection

from cloudsirt.config import Config
from cloudsirt.identity import own_organisation
from cloudsirt.keys import Keys
from cloudsirt.links import link_by_id, link_url
from cloudsirt.mail.delivery import domain_of, sender_of
from cloudsirt.mail.occasion import Addressee, Occasion, Requires
from cloudsirt.mail.occasions import occasion_of
from cloudsirt.mail.outbox import Letter
from cloudsirt.mail.wrapping import wrapped
from membership.applications.store import ApplicationStore
from membership.errors import UnknownApplication, UnknownPerson
from membership.people import OF_THE_CONSORTIUM
from membership.person import Person, Role
from membership.standing import standing
from membership.store import MembershipStore

_HERE = "http://127.0.0.1:8000"
"""Where `cloudsirt serve` listens unless told otherwise: the site without a public address."""

_OWN_NAME = "CloudSIRT"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A letter that is not to be sent, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who reads a letter: their name, address and time zone."""

    name: str
    email: str
    zone: str


def site_of(config: Config) -> str:
    """The address that letters lead to, without a slash at its end."""
    return config.base_url or _HERE


def compose(
    db: Connection, keys: Keys, config: Config, letter: Letter, at: datetime
) -> EmailMessage | Dropped:
    """The letter as it is to be sent at that instant, or why it is not."""
    occasion = occasion_of(letter.tag, letter.letter)
    if occasion is None:
        return Dropped("This release has no such letter.")
    recipient = recipient_of(db, letter.to, occasion.requires, at)
    if isinstance(recipient, Dropped):
        return recipient
    link = link_by_id(db, letter.link) if letter.link is not None else None
    if letter.link is not None and (link is None or not link.is_good(at)):
        return Dropped("Its link has expired, or a newer letter has another.")
    site = site_of(config)
    subject, text = rendered(
        occasion,
        event=letter.event,
        facts=occasion.facts(letter.event, db) if occasion.facts is not None else {},
        recipient=recipient,
        site=site,
        link=link_url(keys, link, site) if link is not None else None,
    )
    closing = f"\n-- \n{_own_name(db)}, {site}\nNobody reads answers to this address.\n"
    return _message(letter, recipient, config, subject, text + closing, at)


def rendered(
    occasion: Occasion,
    *,
    event: Mapping[str, object],
    facts: Mapping[str, object],
    recipient: Recipient,
    site: str,
    link: str | None,
) -> tuple[str, str]:
    """The subject and the text of a letter, without the closing."""
    template = _environment().get_template(f"{occasion.letter}.txt")
    whole = template.render(
        event=event, facts=facts, name=recipient.name, site=site, link=link, zone=recipient.zone
    )
    head, _, body = whole.partition("\n")
    subject = head.removeprefix("Subject:")
    if subject == head:
        raise RuntimeError(f"the letter {occasion.letter} does not begin with its subject")
    return " ".join(subject.split()), wrapped(_printable(body))


def recipient_of(
    db: Connection, to: Addressee, requires: Requires, at: datetime
) -> Recipient | Dropped:
    """Who reads a letter, looked at as things stand at that instant."""
    if to.kind == "application":
        return _applicant(db, to.id)
    store = MembershipStore(db)
    try:
        found = store.person(to.id)
    except UnknownPerson:
        return Dropped("There is no such person.")
    why = _why_not(store, found, to.role, requires)
    if why is None and to.role in OF_THE_CONSORTIUM and not _in_good_standing(store, found, at):
        why = "They are not in good standing."
    return Dropped(why) if why is not None else Recipient(found.name, found.email, found.zone)


def _why_not(
    store: MembershipStore, person: Person, role: Role | None, requires: Requires
) -> str | None:
    """What keeps a letter from somebody; None when nothing does."""
    if Role.SERVICE in person.roles:
        return "A service account reads no letters."
    if requires is Requires.NOTHING:
        return None
    if person.removed is not None:
        return "The account has ended."
    if role is not None and role not in person.roles:
        return f"They are no longer {role.text.lower()}."
    if requires is Requires.ACCOUNT:
        return None
    organisation = store.organisation(person.organisation)
    if organisation.ended is not None:
        return "Their organisation's membership has ended."
    if organisation.suspended is not None:
        return "Their organisation is suspended."
    return None


def _in_good_standing(store: MembershipStore, person: Person, at: datetime) -> bool:
    """Asked of those who hear of other organisations, as it is of each of their requests."""
    organisation = store.organisation(person.organisation)
    return bool(standing(organisation, store.signatures(organisation.id), person, at).verdict)


def _applicant(db: Connection, application: str) -> Recipient | Dropped:
    try:
        found = ApplicationStore(db).application(application)
    except UnknownApplication:
        return Dropped("There is no such application.")
    return Recipient(found.record.name or found.email, found.email, found.zone)


def _message(
    letter: Letter, recipient: Recipient, config: Config, subject: str, text: str, at: datetime
) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    user, _, domain = recipient.email.rpartition("@")
    message["From"] = Address(_OWN_NAME, addr_spec=sender_of(config))
    message["To"] = Address(recipient.name, user, domain)
    message["Subject"] = subject
    message["Date"] = at
    message["Message-ID"] = f"<{letter.id}@{domain_of(config)}>"  # the same at each attempt
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
    # As it is where it can be: links in one piece; else in a form that every server passes on.
    message.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")
    return message


def _own_name(db: Connection) -> str:
    own = own_organisation(db)
    return MembershipStore(db).organisation(own).name if own is not None else _OWN_NAME


def _printable(text: str) -> str:
    """Text without what a terminal or a mail program might obey."""
    return "".join(sign for sign in text if sign == "\n" or sign.isprintable())


# how letters tell times


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cloudsirt.mail", "letters"),
        autoescape=False,  # noqa: S701  # plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": _moment, "day": _day}
    return environment


@pass_context
def _moment(context: Context, when: datetime | str) -> str:
    """A moment to the minute in the reader's zone, which is named."""
    local = _local(context, when)
    return f"{local.day} {local:%B %Y, %H:%M} ({local.tzinfo})"


@pass_context
def _day(context: Context, when: datetime | str) -> str:
    """A day, as it is called in the reader's zone."""
    local = _local(context, when)
    return f"{local.day} {local:%B %Y}"


def _local(context: Context, when: datetime | str) -> datetime:
    found = datetime.fromisoformat(when) if isinstance(when, str) else when
    return found.astimezone(_zone(context["zone"]))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):  # a zone that this machine no longer knows
        return ZoneInfo("UTC")
