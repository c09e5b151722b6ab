"""What applicants do, each as one unit of work, with the secret link as their only credential.

An application belongs to whoever reads mail at its address. The link is looked at again inside
the transaction that changes something. Forms carry a digest of what they were filled in from, so
that of two browser windows the second to save is told, and only if both changed the same part.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import orjson

from cloudsirt import clock
from cloudsirt.errors import TooManyAttempts
from cloudsirt.house import House
from cloudsirt.links import Purpose, good_link, use_link
from cloudsirt.uploads.accepting import Accepted
from cloudsirt.work import Work
from membership.applications import applying
from membership.applications.application import Answer, Application, State
from membership.applications.events import ApplicationLinkAsked
from membership.applications.store import ApplicationStore
from membership.errors import Overtaken
from membership.organisation import Category
from membership.record import Record

LETTERS, ASKINGS, WINDOW = 3, 60, timedelta(hours=1)
"""Letters to one address, and requests from one network address, within this time."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a step of the form changes; None stays as it is. `removed` are ids of files."""

    record: Record | None = None
    category: Category | None = None
    answers: Mapping[str, Answer] | None = None
    sponsors: tuple[str, ...] | None = None
    criterion: str = ""
    files: tuple[Accepted, ...] = ()
    removed: tuple[str, ...] = ()


def ask_for_link(house: House, *, email: str, zone: str, client: str) -> None:
    """Send a link to this address: to its open application, or to a new one.

    The caller learns nothing: not whether there is one, nor whether a letter was sent.
    NotAcceptable for what is no address or zone; TooManyAttempts by `client`, a network address.
    """
    address = email.strip().casefold()
    if _count(house, f"applicant\n{client}") > ASKINGS:
        raise TooManyAttempts("A link was asked for too often from your network; wait an hour.")
    if _count(house, f"application\n{address}") > LETTERS:
        return
    with house.working("applicant") as work:
        store = ApplicationStore(work.db)
        found = [item for item in store.applications_of(address) if not item.state.is_final]
        if found:
            work.record(ApplicationLinkAsked(found[-1].id))
        else:
            id_ = clock.new_id()
            _, events = applying.start(store, id_=id_, email=address, zone=zone, at=work.at)
            work.record(*events)


def open_application(house: House, text: str) -> None:
    """Follow a link: the address is confirmed now; LinkRefused."""
    with writing(house, text) as (work, store, application):
        use_link(work, good_link(work.db, house.keys, text, Purpose.APPLICATION, work.at))
        work.record(*applying.confirm(store, application.id, at=work.at))


def application_of(house: House, text: str) -> Application:
    """The application that a link opens at this instant; LinkRefused."""
    with house.reading() as db:
        link = good_link(db, house.keys, text, Purpose.APPLICATION, house.now())
        return ApplicationStore(db).application(link.subject)


@contextmanager
def writing(house: House, text: str) -> Iterator[tuple[Work, ApplicationStore, Application]]:
    """A unit of work of whoever holds a link that is good at that very instant; LinkRefused."""
    actor = f"application:{application_of(house, text).id}"
    with house.working(actor) as work:
        link = good_link(work.db, house.keys, text, Purpose.APPLICATION, work.at)
        store = ApplicationStore(work.db)
        yield work, store, store.application(link.subject)


def seen(content: object) -> str:
    """The digest of what a form is filled in from; `content` is plain data."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def change(
    house: House,
    text: str,
    *,
    content: Callable[[ApplicationStore, Application], object],
    was: str,
    make: Callable[[ApplicationStore, Application], Change],
) -> None:
    """Save one step: all that it changes, or nothing of it.

    `content` is what the step is about and `was` the digest of it that the form carries:
    Overtaken when it is another now. `make` may refuse by raising.
    """
    with writing(house, text) as (work, store, application):
        if not hmac.compare_digest(seen(content(store, application)).encode(), was.encode()):
            raise Overtaken("This was changed in another window since you opened the page.")
        made = make(store, application)
        for file_id in made.removed:
            work.record(*applying.detach(store, application.id, file_id, at=work.at))
        for file in made.files:
            work.record(*_attach(work, store, application.id, made.criterion, file))
        revision = store.application(application.id).revision
        _, events = applying.save(
            store,
            application.id,
            revision,
            at=work.at,
            record=made.record,
            category=made.category,
            answers=made.answers,
            sponsors=made.sponsors,
        )
        work.record(*events)


def hand_in(house: House, text: str, revision: int) -> None:
    """Submit a draft, or answer a question; NotComplete, Overtaken."""
    with writing(house, text) as (work, store, application):
        if application.state is State.MORE_ASKED:
            events = applying.answer(store, application.id, revision, at=work.at)
        else:
            bylaws = store.register.bylaws(work.at)
            events = applying.submit(store, application.id, revision, bylaws=bylaws, at=work.at)
        work.record(*events)


def withdraw(house: House, text: str) -> None:
    """Give an application up."""
    with writing(house, text) as (work, store, application):
        work.record(*applying.withdraw(store, application.id, at=work.at))


def _attach(
    work: Work, store: ApplicationStore, application: str, criterion: str, file: Accepted
) -> applying.Events:
    _, events = applying.attach(
        store,
        application,
        file_id=clock.new_id(),
        criterion=criterion,
        name=file.name,
        media_type=file.media_type,
        digest=file.digest,
        content=file.content,
        at=work.at,
    )
    return events


def _count(house: House, what: str) -> int:
    """How often this happened within the last hour, with this time."""
    key, at = hashlib.sha256(b"count\n" + what.encode()).digest(), house.now()
    with house.housekeeping() as accounts:
        count = accounts.failures(key, at - WINDOW) + 1
        accounts.set_failures(key, count, at)
    return count
