"""The directory of an installation: who is listed for whom at one instant.

The platform's own identity is an organisation on the register, and no member: it is in no list.
"""

from datetime import datetime

from sqlalchemy import Connection

from cloudsirt.identity import own_organisation
from membership.directory import Entry, Onlooker, directory
from membership.records.store import RecordStore
from membership.store import MembershipStore


def listed(db: Connection, onlooker: Onlooker, at: datetime) -> tuple[Entry, ...]:
    """Everybody whom they see, by name."""
    platform = own_organisation(db)
    organisations = [one for one in MembershipStore(db).organisations() if one.id != platform]
    return directory(organisations, RecordStore(db).records(), onlooker, at)
