"""Secret links: who follows one has read the mail that it was sent in.

The text of a link is its id with a seal over it, made with a key of this installation: the
database holds no secret, and what it holds makes no link. A link serves one purpose and one
person or application, and ends; for some purposes it serves once, and a new one ends the old.
Unknown, expired, replaced and used: always the same answer.
"""

import base64
import hmac
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NoReturn

from sqlalchemy import Connection, insert, select, update

from cloudsirt import tables as t
from cloudsirt.errors import LinkRefused
from cloudsirt.keys import Keys
from cloudsirt.work import Work

_ID_OCTETS = 16
_TEXT = re.compile(r"[A-Za-z0-9_-]{64}")  # 48 octets: the id, 32 of seal, and no bit left over
_REFUSED = (
    "This link is not, or no longer, good. Links end after a while, some after they were used; "
    "ask for a new one."
)


class Purpose(Enum):
    """What a link is for: `text` opens the path that it leads to."""

    INVITATION = "invitation"
    APPLICATION = "application"
    PASSWORD = "password"  # noqa: S105  # names a purpose, not a password

    @property
    def path(self) -> str:
        """The path that the text of a link is put behind."""
        return _PATHS[self]

    @property
    def lasts(self) -> timedelta:
        """How long a link of this purpose is good."""
        return _LASTING[self]

    @property
    def is_single(self) -> bool:
        """Whether a link serves once, and a new one ends those before it."""
        return self is not Purpose.APPLICATION


_PATHS: Mapping[Purpose, str] = {
    Purpose.INVITATION: "/welcome/",
    Purpose.APPLICATION: "/apply/open/",
    Purpose.PASSWORD: "/reset/",
}
_LASTING: Mapping[Purpose, timedelta] = {
    Purpose.INVITATION: timedelta(days=14),
    Purpose.APPLICATION: timedelta(days=180),
    Purpose.PASSWORD: timedelta(hours=2),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link as kept; `subject` is the id of the person or application that it is for."""

    id: str
    purpose: Purpose
    subject: str
    made: datetime
    expires: datetime
    ended: datetime | None = None

    def is_good(self, at: datetime) -> bool:
        """Whether it may be followed at that instant."""
        return self.ended is None and at < self.expires


def make_link(db: Connection, *, id_: str, purpose: Purpose, subject: str, at: datetime) -> Link:
    """Make a link in the transaction of a unit of work; it may end those before it."""
    if purpose.is_single:
        end_links(db, purpose, subject, at)
    link = Link(id_, purpose, subject, made=at, expires=at + purpose.lasts)
    db.execute(
        insert(t.link).values(
            id=link.id,
            purpose=purpose.value,
            subject=subject,
            made=link.made,
            expires=link.expires,
        )
    )
    return link


def link_text(keys: Keys, link: Link) -> str:
    """The secret text of a link, which is kept nowhere."""
    octets = uuid.UUID(link.id).bytes
    return base64.urlsafe_b64encode(octets + _seal(keys, link.purpose, octets)).decode()


def link_url(keys: Keys, link: Link, site: str) -> str:
    """The whole address of a link; `site` has no slash at its end."""
    return site + link.purpose.path + link_text(keys, link)


def link_for(db: Connection, keys: Keys, text: str, purpose: Purpose, at: datetime) -> Link | None:
    """The link with this text, if it is ours, of this purpose, and good at that instant."""
    octets = _octets(text)
    id_, seal = octets[:_ID_OCTETS], octets[_ID_OCTETS:]
    if not hmac.compare_digest(seal, _seal(keys, purpose, id_)):
        return None
    found = link_by_id(db, str(uuid.UUID(bytes=id_)))
    return found if found is not None and found.is_good(at) else None


def good_link(db: Connection, keys: Keys, text: str, purpose: Purpose, at: datetime) -> Link:
    """The same, for pages: LinkRefused with the one sentence that tells nobody anything."""
    found = link_for(db, keys, text, purpose, at)
    return found if found is not None else refuse_link()


def use_link(work: Work, link: Link) -> None:
    """Note that a link was used, which ends one that serves once.

    LinkRefused when it was used or ended in between: of two who follow it, one is served.
    """
    found = link_by_id(work.db, link.id)
    if found is None or not found.is_good(work.at):
        refuse_link()
    if link.purpose.is_single:
        work.db.execute(update(t.link).where(t.link.c.id == link.id).values(ended=work.at))


def refuse_link() -> NoReturn:
    """Say what is said of every link that is not good, whatever the reason."""
    raise LinkRefused(_REFUSED)


def end_links(db: Connection, purpose: Purpose, subject: str, at: datetime) -> None:
    """End every good link of this purpose for somebody, in the transaction of a unit of work."""
    columns = t.link.c
    matches = (columns.subject == subject) & (columns.purpose == purpose.value)
    db.execute(update(t.link).where(matches, columns.ended.is_(None)).values(ended=at))


def link_by_id(db: Connection, id_: str) -> Link | None:
    """The link with this id, good or not."""
    row = db.execute(select(t.link).where(t.link.c.id == id_)).mappings().one_or_none()
    if row is None:
        return None
    return Link(**{**row, "purpose": Purpose(row["purpose"])})


def _octets(text: str) -> bytes:
    """What a text says; octets that no seal fits when it cannot be ours."""
    return base64.urlsafe_b64decode(text) if _TEXT.fullmatch(text) else bytes(_ID_OCTETS)


def _seal(keys: Keys, purpose: Purpose, id_: bytes) -> bytes:
    message = purpose.value.encode() + b"\n" + id_
    return hmac.digest(keys.derived("links"), message, "sha256")
