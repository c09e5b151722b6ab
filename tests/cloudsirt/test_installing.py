"""Founding an installation: in any year, and as often as one likes."""

from datetime import UTC, datetime
from pathlib import Path

from cloudsirt.installing import CHARTER_TERM, ensure_identity
from membership.bylaws import BYLAWS
from membership.store import MembershipStore
from tests.world import START, World


def test_the_charter_date_stays_where_it_lies_ahead(world: World) -> None:
    """Founded before it, a consortium begins with the bylaws as they are written."""
    with world.house.reading() as db:
        assert MembershipStore(db).bylaws(START) == BYLAWS


def test_founded_later_it_lies_ahead_as_well(database_url: str, tmp_path: Path) -> None:
    """Without Charter Members nobody could stand for the Board, and nobody move the date."""
    founded = datetime(2031, 5, 1, tzinfo=UTC)
    world = World(database_url, tmp_path, now=founded)
    with world.house.reading() as db:
        bylaws = MembershipStore(db).bylaws(founded)
    assert bylaws.charter_date == (founded + CHARTER_TERM).date()
    world.member("Alpha", "ann", "board")
    before = ensure_identity(world.house)
    assert ensure_identity(world.house) == before
    world.close()
