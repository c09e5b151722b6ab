"""All facts of an application are looked up together, outside any transaction, and kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pysequoia import Tsk

from cloudsirt import clock
from cloudsirt.checking.applications import check_application, checked_by, current
from cloudsirt.checking.domains import challenge
from membership.applications import applying
from membership.applications.application import Application
from membership.applications.checks import Check
from membership.applications.store import ApplicationStore
from membership.errors import NotAcceptable, UnknownApplication
from membership.record import Assurance, Contact, Record
from tests.cloudsirt.checking.servers import Zone, resolving
from tests.world import World

KEY = str(Tsk.generate(user_id="<ana@alder.example.org>").extract_certificate())
RECORD = Record(
    name="Alder CERT",
    contacts=(
        Contact("Ana", "ana@alder.example.org", key=KEY),
        Contact("Bela", "bela@example.org"),
    ),
    asns=(3333, 64500),
    networks=("8.8.8.0/24", "192.0.2.0/24"),
    domains=("alder.example.org", "birch.example.org"),
    assurances=(Assurance("iso-27001", "IS 1", None, date(2026, 2, 1)),),
)


@pytest.fixture
def zone() -> Iterator[Zone]:
    """A resolver of our own."""
    with resolving() as found:
        yield found


@pytest.fixture
def checked(database_url: str, tmp_path: Path, zone: Zone) -> Iterator[World]:
    """An installation that asks our resolver."""
    made = World(database_url, tmp_path, settings={"dns_server": zone.address})
    yield made
    made.close()


def apply(world: World, record: Record = RECORD) -> Application:
    """An application with this record."""
    with world.house.working("applicant") as work:
        store = ApplicationStore(work.db)
        application, events = applying.start(
            store, id_=clock.new_id(), email="soc@example.org", zone="UTC", at=work.at
        )
        work.record(*events)
        saved, events = applying.save(store, application.id, 1, at=work.at, record=record)
        work.record(*events)
    return saved


def checks(world: World, application: str) -> dict[str, Check]:
    """What was found, by what it is about."""
    with world.house.reading() as db:
        return {check.subject: check for check in ApplicationStore(db).checks(application)}


def test_every_fact_is_found_with_by_whom_and_when(checked: World, zone: Zone) -> None:
    """Numbers, networks, validity, keys, and domains by their token."""
    application = apply(checked)
    asked = challenge(checked.house.keys, application.id, "alder.example.org")
    zone.put(asked.record, "TXT", f'"{asked.token}"')
    check_application(checked.house, application.id, f"application:{application.id}")
    found = checks(checked, application.id)
    assert {subject: check.outcome for subject, check in found.items()} == {
        "AS3333": "good",
        "AS64500": "bad",
        "8.8.8.0/24": "good",
        "192.0.2.0/24": "bad",
        "ISO/IEC 27001, IS 1": "bad",
        "ana@alder.example.org": "good",
        "alder.example.org": "good",
        "birch.example.org": "unknown",
    }
    assert {check.checked for check in found.values()} == {checked.now}
    assert {check.by for check in found.values()} == {f"application:{application.id}"}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_others_are_not_asked_again_and_again(checked: World, zone: Zone) -> None:
    """After a minute, and not before."""
    application = apply(checked)
    check_application(checked.house, application.id, "worker")
    asked = len(zone.asked)
    with pytest.raises(NotAcceptable, match="just now"):
        check_application(checked.house, application.id, "worker")
    assert len(zone.asked) == asked
    checked.advance(minutes=1)
    check_application(checked.house, application.id, "worker")
    assert len(zone.asked) > asked


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_the_application_says_no_more_is_past(checked: World) -> None:
    """A check of a number that was taken out is shown no more."""
    application = apply(checked)
    check_application(checked.house, application.id, "worker")
    changed = replace(application, record=replace(application.record, asns=(3333,)))
    with checked.house.reading() as db:
        found = current(changed, ApplicationStore(db).checks(application.id))
    assert "AS64500" not in {check.subject for check in found}
    assert "AS3333" in {check.subject for check in found}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_who_asked_is_named(checked: World) -> None:
    """The applicant, the platform, or a person of the secretariat."""
    checked.member("Office", "sue", "secretariat")
    with checked.house.reading() as db:
        assert checked_by(db, "application:1") == "the applicant"
        assert checked_by(db, "worker") == "CloudSIRT"
        assert checked_by(db, f"person:{checked.people['sue']}") == "Sue"
        assert checked_by(db, "person:nobody") == "somebody who has left"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_an_application_that_is_not_there(checked: World) -> None:
    """Nothing is looked up."""
    with pytest.raises(UnknownApplication):
        check_application(checked.house, clock.new_id(), "worker")
