"""All facts of one application: looked up outside any transaction, then kept in one.

`by` is who asked for it, as the audit trail names them (`application:…`, `person:…`, `worker`).
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from sqlalchemy import Connection

from cloudsirt.checking.domains import DomainFinding, challenge, look_up
from cloudsirt.checking.openpgp import inspect_key
from cloudsirt.house import House
from membership.applications.application import Application
from membership.applications.checks import Check
from membership.applications.events import ApplicationChecked
from membership.applications.facts import Fact, facts
from membership.applications.store import ApplicationStore
from membership.errors import NotAcceptable, UnknownPerson
from membership.store import MembershipStore

PAUSE = timedelta(minutes=1)
"""How long after a look-up the next may follow: others' servers are asked."""

LONGEST = 25.0  # seconds for all domains together
AT_ONCE = 16  # domains


def check_application(house: House, application_id: str, by: str) -> None:
    """Look up every fact of an application and keep what was found.

    NotAcceptable within a minute of the last time; UnknownApplication.
    """
    with house.reading() as db:
        store = ApplicationStore(db)
        application = store.application(application_id)
        checks = store.checks(application_id)
    at = house.now()
    if any(at - check.checked < PAUSE for check in checks):
        raise NotAcceptable("This was checked just now. Wait a minute before you check again.")
    found = [*_facts(house, application, at)]
    with house.working(by) as work:
        store = ApplicationStore(work.db)
        for fact in found:
            store.add_check(
                Check(
                    application_id, fact.kind, fact.subject, fact.outcome, fact.detail, work.at, by
                )
            )
        count = Counter(fact.outcome for fact in found)
        work.record(
            ApplicationChecked(application_id, count["good"], count["bad"], count["unknown"])
        )


def checked_by(db: Connection, by: str) -> str:
    """Who asked for a check, as people read it."""
    kind, _, id_ = by.partition(":")
    if kind == "application":
        return "the applicant"
    if kind != "person":
        return "CloudSIRT"
    try:
        return MembershipStore(db).person(id_).name
    except UnknownPerson:
        return "somebody who has left"


def current(application: Application, checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """The checks that are about what the application says now: what it no longer says is past."""
    subjects = set(subjects_of(application))
    return tuple(check for check in checks if (check.kind, check.subject) in subjects)


def subjects_of(application: Application) -> Iterator[tuple[str, str]]:
    """The kind and subject of everything in an application that can be checked."""
    record = application.record
    for fact in facts(record, application.opened.date()):
        yield fact.kind, fact.subject
    yield from (("domain", domain) for domain in record.domains)
    yield from (("openpgp-key", item.email or item.name) for item in record.contacts if item.key)


def _facts(house: House, application: Application, at: datetime) -> Iterator[Fact]:
    record = application.record
    yield from dict.fromkeys(facts(record, at.date()))
    for contact in record.contacts:
        if contact.key:
            key = inspect_key(contact.key, contact.email, at)
            yield Fact("openpgp-key", contact.email or contact.name, key.outcome, key.detail)
    yield from _domains(house, application)


def _domains(house: House, application: Application) -> Iterator[Fact]:
    """Ask for all domains at once; what has not answered in time is not known."""
    domains = tuple(dict.fromkeys(application.record.domains))
    if not domains:
        return
    pool = ThreadPoolExecutor(AT_ONCE)
    asked: dict[str, Future[DomainFinding]] = {
        domain: pool.submit(look_up, house.config, challenge(house.keys, application.id, domain))
        for domain in domains
    }
    done, _ = wait(asked.values(), timeout=LONGEST)
    pool.shutdown(wait=False, cancel_futures=True)
    for domain, future in asked.items():
        if future in done:
            yield Fact("domain", domain, future.result().outcome, future.result().detail)
        else:
            yield Fact("domain", domain, "unknown", "There was no answer in time.")
