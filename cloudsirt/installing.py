"""Sets an installation up: home folder, keys, schema, the text of the NDA that the consortium is
founded with, and CloudSIRT's own identity.

Run as often as one likes: what is there stays as it is.
"""

from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files

from sqlalchemy import insert

from cloudsirt import clock, migrating, tables
from cloudsirt.config import Config
from cloudsirt.house import OPERATOR, House, open_house
from cloudsirt.identity import own_organisation
from cloudsirt.keys import create_keys
from cloudsirt.work import Work
from membership import register
from membership.bylaws import BYLAWS, is_charter_member
from membership.events import BylawsAmended
from membership.ndas.adopting import found_text
from membership.ndas.signing import record_signature
from membership.organisation import Category

OWN_NAME = "CloudSIRT"
GROUND = "operates the platform"
FOUNDING = "founding"
"""Stands where the ballot is named that changed the bylaws."""

CHARTER_TERM = timedelta(days=90)
"""How long after its founding organisations join a consortium as Charter Members, where the date
of the bylaws has passed."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What `init` found or made; `organisation` is the id of CloudSIRT itself."""

    organisation: str
    has_new_keys: bool


def install(config: Config) -> Installation:
    """Make what is missing of an installation."""
    has_new_keys = create_keys(config.home)
    migrating.upgrade(config.database_url)
    house = open_house(config)
    try:
        return Installation(ensure_identity(house), has_new_keys)
    finally:
        house.database.close()


def ensure_identity(house: House) -> str:
    """Register CloudSIRT itself, unless it is, with the text that it signs; its id."""
    ensure_founding_text(house)
    with house.reading() as db:
        known = own_organisation(db)
    if known is not None:
        return known
    id_ = clock.new_id()
    with house.working(OPERATOR) as work:
        _found_charter(work)
        _, registered = register.register_organisation(
            work.membership, id_=id_, name=OWN_NAME, category=Category.OTHER, at=work.at
        )
        admitted = register.admit(work.membership, id_, ground=GROUND, at=work.at)
        _, signed = record_signature(
            work.membership, id_, id_=clock.new_id(), since=work.at, until=None, ground=GROUND
        )
        work.db.execute(insert(tables.installation).values(id=1, organisation=id_))
        work.record(*registered, *admitted, *signed)
    return id_


def ensure_founding_text(house: House) -> None:
    """Adopt the text that the consortium is founded with, unless there is one."""
    content = files("membership.ndas").joinpath("founding.txt").read_bytes()
    with house.working(OPERATOR) as work:
        work.record(*found_text(work.membership, BYLAWS.nda_text, content, at=work.at))


def _found_charter(work: Work) -> None:
    """Let the charter date lie ahead: without Charter Members nobody could stand for the Board."""
    if not is_charter_member(BYLAWS, work.at):
        value = (work.at + CHARTER_TERM).date().isoformat()
        work.membership.add_amendment("charter_date", value, ballot=FOUNDING, at=work.at)
        work.record(BylawsAmended(FOUNDING, "charter_date", value))
