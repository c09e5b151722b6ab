"""Which stored objects a change concerns, by id: those that name them, and what these name.

Both are followed over any number of steps in one statement each. Decides nothing.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Text, bindparam, select

from feeds import tables as t
from feeds.placing import chunks

_BINDING = ("bounds", "pruned", "attribution")


def concerned_ids(db: Connection, ids: Sequence[str]) -> set[str]:
    """These ids, and all that name them, directly or through others."""
    found: set[str] = set(ids)
    for chunk in chunks(sorted(found)):
        found.update(db.execute(_UPWARD, {"ids": chunk}).scalars())
    return found


def travelling_ids(db: Connection, ids: Sequence[str]) -> set[str]:
    """The definitions held here that these objects name, directly or through definitions."""
    found: set[str] = set()
    for chunk in chunks(ids):
        found.update(db.execute(_DOWNWARD, {"ids": chunk}).scalars())
    return found


_o, _link = t.object_.c, t.link.c
_IDS = bindparam("ids", None, Text(), expanding=True)
_TRAVELS = _link.treatment == "travels"

_upward = select(_o.stix_id).where(_o.stix_id.in_(_IDS)).cte("upward", recursive=True)
_naming = (
    select(_o.stix_id)
    .join_from(_upward, t.link, _link.target == _upward.c.stix_id)
    .join(t.object_, _o.key == _link.object)
    .where(_link.treatment.in_(_BINDING), _o.derived_from.is_(None))
)
_UPWARD = select(_upward.union(_naming).c.stix_id)

# These objects first, whatever an engine that knows nothing of the tables yet would rather do.
_these = select(_o.key).where(_o.stix_id.in_(_IDS)).offset(0).subquery("these")
_downward = (
    select(_link.target)
    .join_from(_these, t.link, _these.c.key == _link.object)
    .where(_TRAVELS)
    .cte("downward", recursive=True)
)
_named = (
    select(_link.target)
    .join_from(_downward, t.object_, _o.stix_id == _downward.c.target)
    .join(t.link, _o.key == _link.object)
    .where(_TRAVELS)
)
_DOWNWARD = (
    select(_o.stix_id).where(_o.stix_id.in_(select(_downward.union(_named).c.target))).distinct()
)
