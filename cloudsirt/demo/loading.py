"""Loads the demo consortium into an installation, through the commands that everybody uses.

The house's clock is set back to when each thing happened, so that the feed has a past. Passwords
and tokens are drawn afresh each time: the demo has no default secret either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from cloudsirt import clock
from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.principal import principal_of
from cloudsirt.auth.tokens import issue_token
from cloudsirt.demo.consortium import ORGANISATIONS, PERSONS, DemoOrganisation
from cloudsirt.demo.content import DemoSubmission, submissions
from cloudsirt.demo.joining import load_applicants
from cloudsirt.demo.records import load_records
from cloudsirt.enrolling import enrol
from cloudsirt.house import OPERATOR, House
from cloudsirt.posting import post
from feeds.topics import Topic
from membership import register
from membership.events import BylawsAmended
from membership.ndas.signing import record_signature
from membership.organisation import Category
from membership.person import Role

FOUNDED = timedelta(days=200)
AHEAD = timedelta(days=90)
LAPSED = timedelta(days=3)
_GROUND = "demo consortium"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was made: the password of everybody, ids and tokens by the people's keys."""

    password: str
    people: Mapping[str, str]
    tokens: Mapping[str, str]
    objects: int
    refused: int


def load(house: House, at: datetime) -> Loaded:
    """Fill an empty installation with the demo consortium, as of `at`."""
    house.now = lambda: at - FOUNDED
    _move_charter_date(house, at)
    organisations = {item.key: _found(house, item, at) for item in ORGANISATIONS}
    load_records(house, organisations)
    password = clock.new_secret()[:16]
    people, tokens = _enrol_everybody(house, organisations, password)
    objects = refused = 0
    for item in submissions(
        at, lambda key: f"identity--{organisations[key]}", lambda key: f"identity--{people[key]}"
    ):
        status = _post(house, people[item.contributor], item, at)
        objects += status["success_count"]
        refused += status["failure_count"]
    load_applicants(house, people, at)
    house.now = clock.now
    return Loaded(password, people, tokens, objects, refused)


def _move_charter_date(house: House, at: datetime) -> None:
    """Let the charter date lie ahead in whatever year this is: its founders have a Board."""
    name, value, ballot = "charter_date", (at + AHEAD).date().isoformat(), clock.new_id()
    with house.working(OPERATOR) as work:
        work.membership.add_amendment(name, value, ballot=ballot, at=work.at)
        work.record(BylawsAmended(ballot, name, value))


def _found(house: House, item: DemoOrganisation, at: datetime) -> str:
    """Register and admit one organisation, with the signature that its story needs."""
    id_ = clock.new_id()
    with house.working(OPERATOR) as work:
        _, registered = register.register_organisation(
            work.membership,
            id_=id_,
            name=item.name,
            category=Category(item.category),
            at=work.at,
        )
        work.record(*registered, *register.admit(work.membership, id_, ground=_GROUND, at=work.at))
        if item.nda != "none":
            until = at - LAPSED if item.nda == "lapsed" else None
            _, signed = record_signature(
                work.membership,
                id_,
                id_=clock.new_id(),
                since=work.at,
                until=until,
                ground=_GROUND,
            )
            work.record(*signed)
    return id_


def _enrol_everybody(
    house: House, organisations: Mapping[str, str], password: str
) -> tuple[dict[str, str], dict[str, str]]:
    people: dict[str, str] = {}
    tokens: dict[str, str] = {}
    for person in PERSONS:
        with house.working(OPERATOR) as work:
            people[person.key] = enrol(
                work,
                id_=clock.new_id(),
                organisation=organisations[person.organisation],
                name=person.name,
                email=person.email,
                roles=[Role(role) for role in person.roles],
                acknowledged=person.acknowledged,
                password=password,
            ).id
            tokens[person.key] = issue_token(
                work,
                people[person.key],
                id_=clock.new_id(),
                secret=clock.new_secret(),
                scopes=list(Scope),
                days=None,
                label="demo",
            )
    return people, tokens


def _post(house: House, person: str, item: DemoSubmission, at: datetime) -> dict[str, int]:
    """Post one submission as its contributor, at the time of its story."""
    moment = at - item.age
    house.now = lambda: moment
    with house.reading() as db:
        principal = principal_of(db, person, moment)
    if principal is None:
        raise RuntimeError("a contributor of the demo has no account")
    document = {"objects": list(item.objects), "x_cloudsirt_handling": dict(item.handling)}
    status: dict[str, int] = orjson.loads(
        post(house, principal, Topic(item.topic), orjson.dumps(document))
    )
    return status
