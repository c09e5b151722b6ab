"""A small consortium over the real commands, with verbs: what tests say instead of mocks.

`World(database_url, folder)` is an installation of its own with a clock that stands still until
it is moved. Organisations and people are known by short names.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import orjson
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cloudsirt import balloting, clock, worker
from cloudsirt.app import create_app
from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.principal import Principal, principal_of
from cloudsirt.auth.tokens import issue_token, revoke_token, token_id
from cloudsirt.config import Config
from cloudsirt.enrolling import enrol
from cloudsirt.house import OPERATOR, House
from cloudsirt.installing import ensure_identity
from cloudsirt.inviting import invite
from cloudsirt.keys import create_keys, load_keys
from cloudsirt.posting import post
from feeds.topics import Topic, collection_named
from membership import register
from membership.applications import applying
from membership.applications.application import Application
from membership.applications.store import ApplicationStore
from membership.ballots.ballot import Ballot, Motion
from membership.ballots.store import BallotStore
from membership.events import BylawsAmended
from membership.ndas.acknowledging import acknowledge_nda
from membership.ndas.adopting import adopt_text, propose_text
from membership.ndas.signing import end_nda, record_signature
from membership.ndas.text import PLAIN
from membership.organisation import Category, Ending
from membership.person import Role
from tests import applicants
from tlp import Perimeter

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TAXII = "application/taxii+json;version=2.1"
PASSWORD = "a password for tests only"
GROUND = "decided for a test"


@dataclass
class World:
    """One installation with people in it; times advance only by `advance`."""

    database_url: str
    folder: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    now: datetime = START
    organisations: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        home = self.folder / "home"
        create_keys(home)
        config = Config(home=home, database_url=self.database_url, **self.settings)
        self.house = House(config, load_keys(home), now=lambda: self.now)
        ensure_identity(self.house)
        self.app: Flask = create_app(self.house)

    def close(self) -> None:
        """Give the database back."""
        self.house.database.close()

    # time

    def advance(self, **delta: float) -> None:
        """Let time pass: `world.advance(hours=1)`."""
        self.now += timedelta(**delta)

    # the membership

    def organisation(
        self, name: str, category: str = "cloud-provider", *, admitted: bool = True
    ) -> str:
        """Register an organisation, and admit it unless told otherwise; its id."""
        id_ = clock.new_id()
        with self.house.working(OPERATOR) as work:
            _, events = register.register_organisation(
                work.membership, id_=id_, name=name, category=Category(category), at=work.at
            )
            work.record(*events)
            if admitted:
                work.record(*register.admit(work.membership, id_, ground=GROUND, at=work.at))
        self.organisations[name] = id_
        return id_

    def sign_nda(self, name: str, *, until: datetime | None = None) -> None:
        """Let an organisation sign the NDA, from now on."""
        with self.house.working(OPERATOR) as work:
            _, events = record_signature(
                work.membership,
                self.organisations[name],
                id_=clock.new_id(),
                since=work.at,
                until=until,
                ground=GROUND,
            )
            work.record(*events)

    def end_nda(self, name: str) -> None:
        """End an organisation's NDA, from now on."""
        with self.house.working(OPERATOR) as work:
            work.record(
                *end_nda(work.membership, self.organisations[name], reason="test", at=work.at)
            )

    def suspend(self, name: str) -> None:
        """Suspend an organisation."""
        with self.house.working(OPERATOR) as work:
            work.record(
                *register.suspend(
                    work.membership, self.organisations[name], reason="test", at=work.at
                )
            )

    def end_membership(self, name: str) -> None:
        """Let an organisation leave."""
        with self.house.working(OPERATOR) as work:
            work.record(
                *register.end_membership(
                    work.membership,
                    self.organisations[name],
                    ending=Ending.LEFT,
                    reason="test",
                    at=work.at,
                )
            )

    def person(
        self,
        name: str,
        organisation: str,
        *roles: str,
        acknowledged: bool = True,
        scopes: Iterable[Scope] = tuple(Scope),
    ) -> str:
        """Register `<name>@example.org` with a token and a password; the person's id."""
        with self.house.working(OPERATOR) as work:
            person = enrol(
                work,
                id_=clock.new_id(),
                organisation=self.organisations[organisation],
                name=name.capitalize(),
                email=f"{name}@example.org",
                roles=[Role(role) for role in roles or ("analyst",)],
                acknowledged=acknowledged,
                password=None,
            )
        self.people[name] = person.id
        self.tokens[name] = self.issue_token(name, scopes=scopes)
        return person.id

    def set_password(self, name: str, password: str = PASSWORD) -> None:
        """Give a person a password: costly, so only where a test signs in."""
        from cloudsirt.auth.passwords import hash_password  # noqa: PLC0415
        from cloudsirt.enrolling import PasswordSet  # noqa: PLC0415

        with self.house.working(OPERATOR) as work:
            work.accounts.set_password(self.people[name], hash_password(password), work.at)
            work.record(PasswordSet(self.people[name]))

    def remove(self, name: str) -> None:
        """End a person's account."""
        with self.house.working(OPERATOR) as work:
            work.record(*register.remove_person(work.membership, self.people[name], at=work.at))

    def member(self, organisation: str, person: str, *roles: str, category: str = "csirt") -> None:
        """An organisation in good standing with one person in it."""
        self.organisation(organisation, category)
        self.sign_nda(organisation)
        self.person(person, organisation, *roles)

    def researcher(self, organisation: str, person: str) -> None:
        """A working group of the CSA with one person in it."""
        self.organisation(organisation, "research")
        self.person(person, organisation, "researcher")

    def identity(self, name: str) -> str:
        """The STIX identity of an organisation or a person."""
        return f"identity--{self.organisations.get(name) or self.people[name]}"

    def issue_token(
        self, name: str, *, scopes: Iterable[Scope] = tuple(Scope), days: int | None = None
    ) -> str:
        """Issue a token to a person."""
        with self.house.working(OPERATOR) as work:
            return issue_token(
                work,
                self.people[name],
                id_=clock.new_id(),
                secret=clock.new_secret(),
                scopes=scopes,
                days=days,
                label="test",
            )

    def revoke_token(self, name: str) -> None:
        """Revoke the token that a person uses."""
        with self.house.working(OPERATOR) as work:
            found = token_id(work.db, self.tokens[name])
            assert found is not None
            revoke_token(work, found)

    def principal(self, name: str) -> Principal:
        """Who somebody is at this instant."""
        with self.house.reading() as db:
            found = principal_of(db, self.people[name], self.now)
        assert found is not None
        return found

    # sharing, through the commands

    def share(
        self,
        name: str,
        *objects: Mapping[str, Any],
        topic: str = "attacks",
        **handling: Any,
    ) -> dict[str, Any]:
        """Post objects as somebody; the status, decoded."""
        document: dict[str, Any] = {"objects": list(objects)}
        if handling:
            document["x_cloudsirt_handling"] = handling
        body = orjson.dumps(document)
        status: dict[str, Any] = orjson.loads(
            post(self.house, self.principal(name), Topic(topic), body)
        )
        return status

    def work(self) -> int:
        """One round of the worker; how many releases were placed."""
        return worker.once(self.house)

    # the web

    def client(self) -> FlaskClient:
        """A browser or tool without any cookie."""
        return self.app.test_client()

    def headers(self, name: str | None) -> dict[str, str]:
        """What a TAXII client of that person sends; None for anybody."""
        if name is None:
            return {"Accept": TAXII}
        pair = f"{name}@example.org:{self.tokens[name]}".encode()
        return {"Accept": TAXII, "Authorization": "Basic " + base64.b64encode(pair).decode()}

    def taxii(self, name: str | None, path: str, **options: Any) -> TestResponse:
        """A request below `/taxii2/` as somebody; `method`, `data`, `headers` as in Flask."""
        headers = {**self.headers(name), **options.pop("headers", {})}
        return self.client().open(f"/taxii2/{path}", headers=headers, **options)

    def objects_url(self, root: str = "members", collection: str = "everything") -> str:
        """The path of a collection's objects, below `/taxii2/`."""
        found = collection_named(Perimeter(root), collection)
        assert found is not None
        return f"{root}/collections/{found.id}/objects/"

    def post(
        self, name: str | None, document: object, topic: str = "attacks", **options: Any
    ) -> TestResponse:
        """POST an envelope, or raw bytes, as somebody."""
        data = document if isinstance(document, bytes) else orjson.dumps(document)
        headers = {"Content-Type": TAXII, **options.pop("headers", {})}
        path = self.objects_url("members", topic)
        return self.taxii(name, path, method="POST", data=data, headers=headers, **options)

    def read(
        self,
        name: str | None,
        root: str = "members",
        collection: str = "everything",
        query: str = "",
    ) -> list[dict[str, Any]]:
        """All objects that somebody gets from a collection, over as many pages as it takes."""
        found: list[dict[str, Any]] = []
        path, cursor = self.objects_url(root, collection), ""
        while True:
            answer = self.taxii(name, f"{path}?{query}{cursor}")
            assert answer.status_code == 200, answer.text
            page = orjson.loads(answer.data)
            found.extend(page.get("objects", []))
            if not page["more"]:
                return found
            cursor = f"&next={page['next']}"

    def ids(self, name: str | None, root: str = "members", **options: Any) -> set[str]:
        """The ids that somebody gets."""
        return {item["id"] for item in self.read(name, root, **options)}

    # letters and accounts

    def letters(self, name: str | None = None) -> list[EmailMessage]:
        """The letters that have left, oldest first; those to `<name>@example.org` if given."""
        paths = sorted((self.house.config.home / "mail").glob("*.eml"))
        found = [message_from_bytes(path.read_bytes(), policy=default) for path in paths]
        return [
            letter for letter in found if name is None or f"<{name}@example.org>" in letter["To"]
        ]

    def letter(self, name: str) -> str:
        """What the latest letter to somebody says, after one round of the worker."""
        self.work()
        sent = self.letters(name)
        text: str = max(sent, key=lambda letter: letter["Date"].datetime).get_content()
        return "\n".join(text.splitlines())

    def link(self, name: str) -> str:
        """The path of the link in the latest letter to somebody."""
        (found,) = re.findall(r"^https?://[^/\s]+(/\S+/\S{64})$", self.letter(name), re.MULTILINE)
        return str(found)

    def invite(self, name: str, organisation: str, *roles: str) -> str:
        """Invite `<name>@example.org`, who has no password and no token yet; the person's id."""
        with self.house.working(OPERATOR) as work:
            person = invite(
                work,
                id_=clock.new_id(),
                organisation=self.organisations[organisation],
                name=name.capitalize(),
                email=f"{name}@example.org",
                roles=[Role(role) for role in roles or ("analyst",)],
                by=OPERATOR,
            )
        self.people[name] = person.id
        return person.id

    # the Board

    def board(self, *names: str) -> None:
        """A Board: each of them sits on it for a member of their own, named like them."""
        for name in names:
            self.member(f"{name.capitalize()} Org", name, "board")

    def put_to_vote(self, motion: Motion) -> str:
        """Open a ballot on the seats of this instant; its id."""
        return balloting.open_motion(self.house, OPERATOR, lambda work: motion).id

    def ballot(self, ballot: str) -> Ballot:
        """A ballot as it stands."""
        with self.house.reading() as db:
            return BallotStore(db).ballot(ballot)

    # the NDA

    def propose_nda(self, title: str, content: bytes = b"Another text.\n") -> str:
        """Keep a text of the NDA as a draft; its digest."""
        with self.house.working(OPERATOR) as work:
            text, events = propose_text(work.membership, title, content, PLAIN, at=work.at)
            work.record(*events)
        return text.digest

    def adopt_nda(self, title: str) -> None:
        """Let a text be the one to sign, as if the Board had carried it; drafted if need be."""
        with self.house.working(OPERATOR) as work:
            if title not in {text.title for text in work.membership.ndas.texts()}:
                content = f"The text that is called {title}.\n".encode()
                work.record(*propose_text(work.membership, title, content, PLAIN, at=work.at)[1])
            ballot = clock.new_id()
            work.record(*adopt_text(work.membership, title, ballot=ballot, at=work.at))

    def acknowledge_nda(self, name: str) -> None:
        """Let somebody acknowledge the text that binds them."""
        with self.house.working(OPERATOR) as work:
            work.record(*acknowledge_nda(work.membership, self.people[name], at=work.at))

    # applications

    def draft(self, name: str, category: str = "csirt", sponsors: Iterable[str] = ()) -> str:
        """A complete application of an organisation that is not submitted yet; its id."""
        id_, kind = clock.new_id(), Category(category)
        with self.house.working(f"application:{id_}") as work:
            store = ApplicationStore(work.db)
            email = f"{''.join(name.casefold().split())}@applicant.example.org"
            _, events = applying.start(store, id_=id_, email=email, zone="UTC", at=work.at)
            work.record(*events, *applying.confirm(store, id_, at=work.at))
            _, saved = applying.save(
                store,
                id_,
                1,
                at=work.at,
                record=applicants.record(name),
                category=kind,
                answers=applicants.answers(kind),
                sponsors=[self.organisations[sponsor] for sponsor in sponsors],
            )
            work.record(*saved)
        return id_

    def application(self, name: str, category: str = "csirt", sponsors: Iterable[str] = ()) -> str:
        """A submitted application; its id."""
        id_ = self.draft(name, category, sponsors)
        with self.house.working(f"application:{id_}") as work:
            store = ApplicationStore(work.db)
            bylaws = work.membership.bylaws(work.at)
            work.record(*applying.submit(store, id_, 2, bylaws=bylaws, at=work.at))
        return id_

    def application_now(self, id_: str) -> Application:
        """An application as it stands."""
        with self.house.reading() as db:
            return ApplicationStore(db).application(id_)

    def amend(self, name: str, value: str) -> None:
        """Change a number of the bylaws, as if the Board had carried it."""
        ballot = clock.new_id()
        with self.house.working(OPERATOR) as work:
            work.membership.add_amendment(name, value, ballot=ballot, at=work.at)
            work.record(BylawsAmended(ballot, name, value))
