"""Errors as answers: known refusals say their sentence, faults of ours a reference and no more."""

import logging
import re
from typing import Any

import orjson
import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.exceptions import InternalServerError

import cloudsirt.posting
from cloudsirt import clock
from cloudsirt import tables as t
from cloudsirt.auth import gate, passwords, sessions
from cloudsirt.auth.permissions import Permission
from cloudsirt.errors import CloudSIRTError, NotPermitted, NotSignedIn, TooManyAttempts
from feeds import tables
from feeds.catalogue import Catalogue
from feeds.errors import BadQuery, FeedError, UnknownObject
from feeds.intake import submit
from feeds.shelf import Shelf
from feeds.taxii import door
from membership.errors import MembershipError, UnknownPerson
from tests.objects import indicator
from tests.world import PASSWORD, TAXII, World

CANARY = "canary-7f3a"
REFERENCE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def engine_name() -> str:
    """What an error says does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A member with a person who can sign in, cheaply."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann")
    world.set_password("ann")
    return world


def signed_in(world: World) -> tuple[FlaskClient, str]:
    """A browser in which Ann is signed in, and its secret."""
    client, secret = world.client(), clock.new_secret()
    sessions.sign_in(world.house, "ann@example.org", PASSWORD, secret)
    client.set_cookie("cloudsirt", secret)
    return client, secret


def failing(*_: object, **__: object) -> None:
    """Break as code breaks: with values of the request in the error, and another one behind it."""
    try:
        raise KeyError(f"{CANARY} behind it")
    except KeyError as error:
        raise RuntimeError(f"{CANARY} in the error") from error


def assert_logged_without_values(
    caplog: pytest.LogCaptureFixture, reference: str, *values: str
) -> None:
    """One line with the reference and the place in the code, and nothing of the request."""
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert reference in record.getMessage()
    assert "RuntimeError" in record.getMessage()
    assert "in failing" in caplog.text
    for value in (CANARY, *values):
        assert value not in caplog.text


def test_a_fault_behind_a_page_is_a_500_with_a_reference(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The page says nothing of what happened; the log is found by the reference and holds no
    value of the request."""
    client, secret = signed_in(world)
    monkeypatch.setattr(Catalogue, "search", failing)
    answer = client.get("/feed?q=wanted-words")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Something went wrong on our side." in answer.text
    for internal in (CANARY, "RuntimeError", "KeyError", "Traceback", "search", "wanted-words"):
        assert internal not in answer.text.replace('role="search"', "")
    (reference,) = REFERENCE.findall(answer.text)
    assert_logged_without_values(caplog, reference, "wanted-words", secret, "ann@example.org")


def test_a_fault_behind_taxii_is_an_error_resource_with_a_reference(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The same over TAXII (§3.6.1), where the reference is the `error_id`."""
    monkeypatch.setattr(Shelf, "contents", failing)
    answer = world.taxii("ann", f"{world.objects_url()}?match[id]=wanted-words")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == TAXII
    document = orjson.loads(answer.data)
    assert document.keys() == {"title", "description", "http_status", "error_id"}
    assert document["http_status"] == "500"
    assert CANARY not in answer.text
    assert "RuntimeError" not in answer.text
    assert_logged_without_values(
        caplog, document["error_id"], "wanted-words", world.tokens["ann"], "ann@example.org"
    )


def test_a_fault_while_posting_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not the submission, not its objects, not an audit entry; and posting again works."""

    def failing_late(*arguments: Any) -> None:
        submit(*arguments)
        failing()

    def counts() -> list[int]:
        with world.house.reading() as db:
            return [
                db.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (tables.submission, tables.object_, t.audit_entry)
            ]

    before, item = counts(), indicator("TLP:GREEN", name="wanted words")
    with monkeypatch.context() as patch:
        patch.setattr(cloudsirt.posting, "submit", failing_late)
        answer = world.post("ann", {"objects": [item]})
    assert answer.status_code == 500
    assert counts() == before
    reference = orjson.loads(answer.data)["error_id"]
    assert_logged_without_values(caplog, reference, "wanted words", item["id"])
    assert world.post("ann", {"objects": [item]}).status_code == 202
    assert world.read("ann") == [item]


def test_a_fault_while_answering_an_error_is_logged_without_values_too(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The framework's own last resort would quote the path and the error."""
    answer_error = door.answer_error

    def failing_once(error: Exception) -> object:
        if not isinstance(error, InternalServerError):
            failing()
        return answer_error(error)

    monkeypatch.setattr(door, "answer_error", failing_once)
    answer = world.taxii("ann", "wanted-words/")
    assert answer.status_code == 500
    assert_logged_without_values(caplog, orjson.loads(answer.data)["error_id"], "wanted-words")


def test_two_faults_have_two_references(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that each is found."""
    monkeypatch.setattr(Shelf, "contents", failing)
    path = world.objects_url()
    ids = {orjson.loads(world.taxii("ann", path).data)["error_id"] for _ in range(3)}
    assert len(ids) == 3


REFUSALS: list[tuple[Exception, int]] = [
    (NotPermitted("You may not."), 403),
    (NotSignedIn("Not signed in."), 401),
    (TooManyAttempts("Wait a little."), 429),
    (UnknownObject("There is no such object."), 404),
    (BadQuery("The question makes no sense."), 400),
    (UnknownPerson("Nobody has this address."), 404),
    (CloudSIRTError("Refused."), 400),
    (FeedError("Refused as well."), 400),
    (MembershipError("Refused, too."), 400),
]


@pytest.mark.parametrize(
    ("error", "status"), REFUSALS, ids=[type(error).__name__ for error, _ in REFUSALS]
)
def test_a_refusal_says_its_sentence_and_is_no_fault(
    world: World, error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """With its own status, escaped, and without a reference or a line in the log."""

    @gate.needs(Permission.PUBLIC_READ)
    def planted() -> str:
        raise type(error)(f"{error} <script>")

    world.app.add_url_rule("/planted", view_func=planted)
    answer = world.client().get("/planted")
    assert answer.status_code == status
    assert f"{error} &lt;script&gt;" in answer.text
    assert "the reference" not in answer.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_standing_that_ends_while_posting_is_a_403_over_taxii(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The roof's refusal in the door's words."""

    def ended(*_: object) -> None:
        raise NotPermitted("The NDA of 2026-03-01 ended on 2026-03-01.")

    monkeypatch.setattr(cloudsirt.posting, "_require_standing", ended)
    answer = world.post("ann", {"objects": [indicator("TLP:GREEN")]})
    assert answer.status_code == 403
    assert orjson.loads(answer.data)["description"] == "The NDA of 2026-03-01 ended on 2026-03-01."
