"""Which stored objects a change concerns, by id: those that name them, and what these name.

Both are followed over any number of steps, in one statement. Decides nothing.
"""

from enum import IntEnum

from sqlalchemy import Integer, func, literal, select, union_all

from feeds import tables as t
from feeds.listed import among


class Part(IntEnum):
    """How a change concerns an id; of several ways, the first.

    CONCERNED are the ids that changed and are held here, and all that name them, directly or
    through others; TRAVELLING the definitions that those name, directly or through definitions;
    BESIDE what else any of them names.
    """

    CONCERNED = 0
    TRAVELLING = 1
    BESIDE = 2


_BINDING = ("bounds", "pruned", "attribution")
_o, _link = t.object_.c, t.link.c
_TRAVELS = _link.treatment == "travels"

_upward = select(_o.stix_id).where(among(_o.stix_id, "ids")).cte("upward", recursive=True)
_upward = _upward.union(
    select(_o.stix_id)
    .join_from(_upward, t.link, _link.target == _upward.c.stix_id)
    .join(t.object_, _o.key == _link.object)
    .where(_link.treatment.in_(_BINDING), _o.derived_from.is_(None))
)
# These objects first, whatever an engine that knows nothing of the tables yet would rather do.
_these = (
    select(_o.key)
    .join_from(_upward, t.object_, _o.stix_id == _upward.c.stix_id)
    .offset(0)
    .subquery("these")
)
_downward = (
    select(_link.target)
    .join_from(_these, t.link, _these.c.key == _link.object)
    .where(_TRAVELS)
    .cte("downward", recursive=True)
)
_downward = _downward.union(
    select(_link.target)
    .join_from(_downward, t.object_, _o.stix_id == _downward.c.target)
    .join(t.link, _o.key == _link.object)
    .where(_TRAVELS)
)
_near = select(_upward.c.stix_id).union(select(_downward.c.target)).cte("near")
# An outer join goes from left to right, however small an engine takes the tables to be.
_beside = (
    select(_link.target)
    .outerjoin_from(_near, t.object_, (_o.stix_id == _near.c.stix_id) & _o.derived_from.is_(None))
    .outerjoin(t.link, _o.key == _link.object)
)
_ways = union_all(
    select(_upward.c.stix_id, literal(Part.CONCERNED.value, Integer()).label("part")),
    select(_downward.c.target, literal(Part.TRAVELLING.value, Integer())),
    _beside.add_columns(literal(Part.BESIDE.value, Integer())),
).subquery("ways")

INVOLVED = (
    select(_ways.c.stix_id, func.min(_ways.c.part).label("part"))
    .group_by(_ways.c.stix_id)
    .subquery("involved")
)
"""Each id that a change of `ids` involves, with the part that it has; and perhaps none, for those
that name nothing."""
