"""Loads stored objects as the subjects of the rules: facts of rows, no decisions.

A change concerns the versions of the ids that changed, and everything that names them, directly
or through others. What those name in turn is loaded too, with the place where it stands: it does
not depend on the change.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

import orjson
from sqlalchemy import Connection, bindparam, func, select

from feeds import tables as t
from feeds.columns import recipients_in
from feeds.concerned import INVOLVED, Part
from feeds.listed import among, in_channels
from feeds.openings import Opened, Openings
from feeds.placing import chunks
from feeds.reaching import SourceNaming, Subject
from feeds.submitted import Submitted
from feeds.tables import AnyRow
from tlp import (
    Channel,
    ChannelKind,
    Handling,
    Label,
    Perimeter,
    Reader,
)
from tlp.overlap import Home, Reach

DEFINITIONS = ("marking-definition", "extension-definition")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Subjects, the rows behind them, where the fixed ones stand, and homes.

    `beyond` are the channels to which definitions among them travelled, or may have to.
    """

    subjects: list[Subject]
    rows: Mapping[int, Submitted]
    fixed: Mapping[int, Reach]
    homes: Mapping[str, Home]
    beyond: Reach = frozenset()


def load(db: Connection, changed: Iterable[str], at: datetime) -> Loaded:
    """The subjects that a change of these ids concerns, and what they name, at an instant."""
    involved = _involved(db, sorted(set(changed)))
    rows, beside = involved.near, involved.beside
    fixed = _standing(db, sorted(beside))
    everything = {**rows, **beside}
    named = db.execute(_LINKS, {"keys": list(rows)}) if rows else ()
    subjects = _subjects(everything, named, at)
    definitions = [row for row in rows.values() if row.type in DEFINITIONS]
    beyond = _beyond(db, definitions, involved.concerned)
    homes = _with_homes_in(db, beyond.union(*fixed.values()), homes_of(everything.values()))
    return Loaded(subjects, everything, fixed, homes, beyond)


def load_only(
    db: Connection,
    keys: Sequence[int],
    fixed: Mapping[int, Reach],
    homes: Mapping[str, Home],
    at: datetime,
) -> Loaded:
    """The subjects with these keys, and the fixed ones, at an instant: for verification."""
    found = db.execute(_BY_KEY, {"keys": [*keys, *fixed]})
    rows = {row.key: row for row in map(Submitted._make, found)}
    subjects = _subjects(rows, db.execute(_LINKS, {"keys": keys}), at)
    return Loaded(subjects, rows, fixed, homes)


def seen_by(
    db: Connection, ids: Sequence[str], contributor: str, reader: Reader
) -> list[tuple[str, str]]:
    """Those of these ids that a poster may read of others, each with its contributor (R8)."""
    if not ids:
        return []
    names = [channel.name for channel in reader.channels]
    given = {"channels": names, "ids": ids, "contributor": contributor}
    return sorted((row.stix_id, row.contributor) for row in db.execute(_SEEN, given))


def handling_of(row: Submitted | AnyRow, label: Label) -> Handling:
    """What decides the reach of a stored object under a label, release times aside."""
    return Handling(label, row.contributor, row.poster, recipients_in(row.recipients))


def homes_of(rows: Iterable[Submitted | AnyRow]) -> dict[str, Home]:
    """Where the contributors, their people, the named recipients and their organisations belong."""
    homes: dict[str, Home] = {}
    before = None
    for row in rows:
        if row.submission == before:
            continue  # the objects of a submission stand together
        before = row.submission
        for _, id_, organisation, perimeter in orjson.loads(row.recipients):
            home = Home(organisation, Perimeter(perimeter))
            homes.setdefault(id_, home)
            homes.setdefault(organisation, home)
        home = Home(row.contributor, Perimeter.MEMBERS)
        homes[row.contributor] = homes[row.poster] = home
    return homes


def _subjects(
    rows: Mapping[int, Submitted], named: Iterable[AnyRow], at: datetime
) -> list[Subject]:
    """The rows as subjects, with what they name, at an instant."""
    openings = Openings(at)
    links: dict[int, dict[str, set[str]]] = {}
    for link in named:
        links.setdefault(link.object, {}).setdefault(link.treatment, set()).add(link.target)
    return [_subject(row, openings.of(row), links.get(key, {})) for key, row in rows.items()]


def _subject(row: Submitted, opened: Opened, links: Mapping[str, Iterable[str]]) -> Subject:
    """One row as a subject; `links` are the ids that it names, by treatment."""
    return Subject(
        key=row.key,
        stix_id=row.stix_id,
        version_at=row.version_at,
        organisation=row.contributor,
        whole=opened.whole,
        whole_ever=opened.whole_ever,
        rest=opened.rest,
        rest_ever=opened.rest_ever,
        own=opened.own,
        keeps_own=opened.keeps_own,
        seen=opened.seen,
        attribution=row.attribution,
        source_naming=SourceNaming(row.source_naming),
        is_explicit=row.is_explicit,
        is_definition=row.type in DEFINITIONS,
        is_withdrawn=row.withdrawn is not None,
        bounds=frozenset(links.get("bounds", ())),
        prunes=frozenset(links.get("pruned", ())),
        creators=frozenset(links.get("attribution", ())),
        travels=frozenset(links.get("travels", ())),
    )


def _beyond(db: Connection, definitions: Sequence[Submitted], concerned: Set[str]) -> Reach:
    """Where these definitions stand, and where anything stands that names a changed one."""
    p, link = t.placement.c, t.link.c
    channels = frozenset[Channel]().union(
        *_standing(db, [definition.key for definition in definitions]).values()
    )
    changed = sorted({item.stix_id for item in definitions if item.stix_id in concerned})
    for chunk in chunks(changed):
        query = select(p.channel).join_from(t.link, t.placement, p.object == link.object)
        names = db.execute(query.where(link.target.in_(chunk)).distinct()).scalars()
        channels |= {Channel.parse(name) for name in names}
    return channels


def _with_homes_in(
    db: Connection, channels: Reach, homes: Mapping[str, Home]
) -> Mapping[str, Home]:
    """Homes with those of the holders of these channels: what stands there, or another version of
    it (R9), or of what it was made from (R7), names them."""
    p, channel = t.placement.c, t.channel.c
    unknown = [
        item.name
        for item in channels
        if item.kind is not ChannelKind.PERIMETER and item.holder not in homes
    ]
    if not unknown:
        return homes
    holder = func.substr(channel.name, func.length(channel.name) - 35)  # a UUID
    is_named = (_o.contributor == holder) | (_s.poster == holder) | _s.recipients.contains(holder)
    first = (
        select(_o.key)
        .join_from(t.placement, t.object_, p.origin == _o.stix_id)
        .join(t.submission, _o.submission == _s.id)
        .where(p.channel == channel.name, _o.derived_from.is_(None), is_named)
        .order_by(p.added)
        .limit(1)
        .correlate(t.channel)
        .scalar_subquery()
    )
    for chunk in chunks(sorted(unknown)):
        keys = db.execute(select(first).where(channel.name.in_(chunk))).scalars()
        rows = db.execute(_QUERY.where(_o.key.in_(sorted(set(keys) - {None}))))
        homes = {**homes_of(map(Submitted._make, rows)), **homes}
    return homes


@dataclass(frozen=True, slots=True)
class _Involved:
    """What a change concerns and what travels with it, and what else these name, by key; and the
    ids that it concerns."""

    near: dict[int, Submitted]
    beside: dict[int, Submitted]
    concerned: set[str]


def _involved(db: Connection, changed: Sequence[str]) -> _Involved:
    found = _Involved({}, {}, set())
    rows = db.execute(_INVOLVED, {"ids": changed}) if changed else ()
    held = [row for row in rows if row.key is not None]
    for part, *facts in sorted(held, key=itemgetter(1)):
        row = Submitted._make(facts)
        (found.beside if part == Part.BESIDE else found.near)[row.key] = row
        if part == Part.CONCERNED:
            found.concerned.add(row.stix_id)
    return found


def _standing(db: Connection, keys: Sequence[int]) -> dict[int, Reach]:
    """Where these objects stand now."""
    if not keys:
        return {}
    found: dict[int, set[Channel]] = {key: set() for key in keys}
    for key, name in db.execute(_STANDING, {"keys": keys}):
        found[key].add(Channel.parse(name))
    return {key: frozenset(channels) for key, channels in found.items()}


_o, _s, _p = t.object_.c, t.submission.c, t.placement.c
_FACTS = [_o[name] if name in _o else _s[name] for name in Submitted._fields]
_QUERY = (
    select(*_FACTS)
    .join_from(t.object_, t.submission, _o.submission == _s.id)
    .where(_o.derived_from.is_(None))
    .order_by(_o.key)
)
_BY_KEY = _QUERY.where(among(_o.key, "keys"))
_INVOLVED = (
    select(INVOLVED.c.part, *_FACTS)
    .outerjoin_from(
        INVOLVED, t.object_, (_o.stix_id == INVOLVED.c.stix_id) & _o.derived_from.is_(None)
    )
    .outerjoin(t.submission, _o.submission == _s.id)
)
_LINKS = select(t.link).where(among(t.link.c.object, "keys"))
_STANDING = select(_p.object, _p.channel).where(among(_p.object, "keys")).distinct()
_readable = select(_p.object).where(in_channels(_p.stix_id)).offset(0).subquery("readable")
_SEEN = (
    select(_o.stix_id, _o.contributor)
    .join_from(_readable, t.object_, _readable.c.object == _o.key)
    .where(_o.contributor != bindparam("contributor"), _o.derived_from.is_(None))
    .distinct()
)
