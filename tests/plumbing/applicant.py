"""Somebody who applies for membership: a browser, and the mail of one address."""

import io
from collections.abc import Mapping

from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from cloudsirt import tables as t
from cloudsirt.links import Purpose, link_by_id, link_text
from membership.applications import reviewing
from membership.applications.application import Application
from membership.applications.store import ApplicationStore
from tests.cloudsirt.uploads.files import pdf
from tests.plumbing.pages import Portal
from tests.world import World

EMAIL = "soc@alder.example.org"
_FILE_FIELDS = ("files", "removed")


class Applicant(Portal):
    """Somebody with a browser, who reads the mail of one address."""

    def __init__(self, world: World, email: str = EMAIL) -> None:
        super().__init__(world, None)
        self.world = world
        self.email = email

    def ask(self) -> None:
        """Ask for a link, which the letter holds."""
        self.send("/apply", "/apply", email=self.email, zone="Europe/Lisbon")

    def link(self) -> str:
        """The text of the link in the latest letter."""
        return links_to(self.world, self.application().id)[-1]

    def application(self) -> Application:
        """The application as it is kept."""
        with self.world.house.reading() as db:
            return ApplicationStore(db).applications_of(self.email)[-1]

    def begin(self) -> "Applicant":
        """Ask for a link and open it."""
        self.ask()
        self.open(self.link())
        return self

    def open(self, link: str, status: int = 303) -> None:
        """Follow a link, and press the button."""
        self.send(f"/apply/open/{link}", f"/apply/open/{link}", status)

    def fill(self, step: str, status: int = 303, **fields: str) -> str:
        """Fill fields of a step in and save it; double underscores stand for dots."""
        return self.step(
            step, {name.replace("__", "."): text for name, text in fields.items()}, status
        )

    def step(self, step: str, fields: Mapping[str, str], status: int = 303) -> str:
        """Fill in what a step asks, and save it."""
        form = self.form(self.page(f"/apply/{step}"), f"/apply/{step}")
        untouched = {
            name: text
            for name, text in form.fields.items()
            if not name.endswith((".roles", ".remove"))
        }
        answer = self.client.post(form.action, data={**untouched, **fields})
        assert answer.status_code == status, answer.text
        self.last = answer
        return answer.text

    def upload(
        self, criterion: str, text: str, *files: tuple[str, bytes], status: int = 303, **more: str
    ) -> str:
        """Answer a criterion with files."""
        path = f"/apply/category/{criterion}"
        form = self.form(self.page(path), path)
        kept = {name: value for name, value in form.fields.items() if name not in _FILE_FIELDS}
        sent: MultiDict[str, object] = MultiDict({**kept, "text": text, **more})
        for name, content in files:
            sent.add("files", FileStorage(io.BytesIO(content), name))
        boundary, body = encode_multipart(sent)
        kind = f"multipart/form-data; boundary={boundary}"
        answer = self.client.post(path, data=body, content_type=kind)
        assert answer.status_code == status, answer.text
        self.last = answer
        return answer.text


def links_to(world: World, application: str) -> list[str]:
    """The texts of the links that letters to an applicant hold, oldest first."""
    with world.house.reading() as db:
        columns = t.link.c
        query = select(columns.id).where(
            columns.subject == application, columns.purpose == Purpose.APPLICATION.value
        )
        found = [link_by_id(db, id_) for id_ in db.execute(query.order_by(columns.made)).scalars()]
    return [link_text(world.house.keys, link) for link in found if link is not None]


def complete(applicant: Applicant) -> None:
    """Fill in everything that is needed, as a CSIRT."""
    applicant.fill(
        "organisation",
        name="Alder CERT",
        country="pt",
        website="https://alder.example.org",
        constituency="Ports and harbours.",
    )
    profile = ("team", "mission", "constituency", "authority", "mail")
    applicant.step("profile", {f"profile.{name}": f"The {name}." for name in profile})
    applicant.fill("category", category="csirt")
    applicant.upload("csirt-statute", "By statute 12 of 2020.", ("../Statute.pdf", pdf()))
    contact = {
        "contacts.0.name": "Ana Alder",
        "contacts.0.email": "ana@alder.example.org",
        "contacts.0.phone": "+351 210 000 000",
        "contacts.0.hours": "24/7",
    }
    form = applicant.form(applicant.page("/apply/contacts"), "/apply/contacts")
    roles = ["representative", "signatory", "incident-contact"]
    answer = applicant.client.post(
        "/apply/contacts", data={**form.fields, **contact, "contacts.0.roles": roles}
    )
    assert answer.status_code == 303, answer.text


def ask_more(world: World, application: str, question: str) -> None:
    """Let the secretariat ask for more, as it does in a review."""
    with world.house.working("person:reviewer") as work:
        store = ApplicationStore(work.db)
        revision = store.application(application).revision
        work.record(*reviewing.take_up(store, application, revision, at=work.at))
        revision = store.application(application).revision
        events = reviewing.ask_more(store, application, revision, question=question, at=work.at)
        work.record(*events)
