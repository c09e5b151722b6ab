"""Loads stored objects as the subjects of the rules: facts of rows, no decisions.

A change concerns the versions of the ids that changed, and everything that names them, directly
or through others. What those name in turn is loaded too, with the place where it stands: it does
not depend on the change.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, Connection, Text, bindparam, func, select

from feeds import tables as t
from feeds import timestamps
from feeds.columns import opened, recipients_in, seen_in
from feeds.concerned import concerned_ids, travelling_ids
from feeds.placing import chunks
from feeds.reaching import SourceNaming, Subject
from feeds.tables import AnyRow
from feeds.timetable import STOPPED
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
_OUTER = frozenset(Channel.perimeter(item) for item in (Perimeter.RESEARCH, Perimeter.PUBLIC))


@dataclass(frozen=True, slots=True)
class Loaded:
    """Subjects, the rows behind them, where the fixed ones stand, and homes.

    `beyond` are the channels to which definitions among them travelled, or may have to.
    """

    subjects: list[Subject]
    rows: Mapping[int, AnyRow]
    fixed: Mapping[int, Reach]
    homes: Mapping[str, Home]
    beyond: Reach = frozenset()


def load(db: Connection, changed: Iterable[str], at: datetime) -> Loaded:
    """The subjects that a change of these ids concerns, and what they name, at an instant."""
    concerned = concerned_ids(db, sorted(set(changed)))
    ids = sorted(concerned | travelling_ids(db, sorted(concerned)))
    rows = {row.key: row for row in _rows(db, ids)}
    links = _links(db, sorted(rows))
    targets = {target for named in links.values() for target in named} - set(ids)
    beside = {row.key: row for row in _rows(db, sorted(targets))}
    fixed = _standing(db, sorted(beside))
    everything = {**rows, **beside}
    subjects = [subject_of(row, links.get(key, {}), at) for key, row in everything.items()]
    beyond = _beyond(db, [row for row in rows.values() if row.type in DEFINITIONS], concerned)
    homes = _with_homes_in(db, beyond.union(*fixed.values()), homes_of(everything.values()))
    return Loaded(subjects, everything, fixed, homes, beyond)


def load_all(db: Connection, at: datetime) -> Loaded:
    """Every subject there is, none of them fixed: for verification."""
    rows = {row.key: row for row in db.execute(_QUERY)}
    links: dict[int, dict[str, str]] = {}
    for link in db.execute(select(t.link)):
        links.setdefault(link.object, {})[link.target] = link.treatment
    subjects = [subject_of(row, links.get(key, {}), at) for key, row in rows.items()]
    return Loaded(subjects, rows, {}, homes_of(rows.values()))


def seen_by(
    db: Connection, ids: Sequence[str], contributor: str, reader: Reader
) -> list[tuple[str, str]]:
    """Those of these ids that a poster may read of others, each with its contributor (R8)."""
    names = [channel.name for channel in reader.channels]
    found: set[tuple[str, str]] = set()
    for chunk in chunks(ids):
        given = {"channels": names, "ids": chunk, "contributor": contributor}
        found.update((row.stix_id, row.contributor) for row in db.execute(_SEEN, given))
    return sorted(found)


def handling_of(row: AnyRow, label: Label) -> Handling:
    """What decides the reach of a stored object under a label, release times aside."""
    return Handling(label, row.contributor, row.poster, recipients_in(row.recipients))


def homes_of(rows: Iterable[AnyRow]) -> dict[str, Home]:
    """Where the contributors, their people, the named recipients and their organisations belong."""
    homes: dict[str, Home] = {}
    before = None
    for row in rows:
        if before == (before := (row.recipients, row.contributor, row.poster)):
            continue  # the objects of a submission stand together
        for _, id_, organisation, perimeter in orjson.loads(row.recipients):
            home = Home(organisation, Perimeter(perimeter))
            homes.setdefault(id_, home)
            homes.setdefault(organisation, home)
        home = Home(row.contributor, Perimeter.MEMBERS)
        homes[row.contributor] = homes[row.poster] = home
    return homes


def subject_of(row: AnyRow, links: Mapping[str, str], at: datetime) -> Subject:
    """One row as a subject; `links` maps the ids that it names to their treatment."""
    label, own_label = Label.of_rank(row.label), Label.of_rank(row.own_label)
    release: Mapping[str, Any] = orjson.loads(row.release)
    whole_ever = _ever(row, label, release)
    rest_ever = whole_ever if label is own_label else _ever(row, own_label, release)
    open_now = _open_now(release, at)
    whole, rest = whole_ever & open_now(whole_ever), rest_ever & open_now(rest_ever)
    if row.findings != "[]" and row.cleared is None:
        whole = whole - _OUTER
        rest = whole if label is own_label else rest
    own = (
        Channel.person(row.poster) if label is Label.RED else Channel.organisation(row.contributor)
    )
    return Subject(
        key=row.key,
        stix_id=row.stix_id,
        version_at=row.version_at,
        organisation=row.contributor,
        whole=whole,
        whole_ever=whole_ever,
        rest=rest,
        rest_ever=rest_ever,
        own=own,
        keeps_own=Perimeter.MEMBERS.value in release,
        seen=seen_in(row.seen),
        attribution=row.attribution,
        source_naming=SourceNaming(row.source_naming),
        is_explicit=row.is_explicit,
        is_definition=row.type in DEFINITIONS,
        is_withdrawn=row.withdrawn is not None,
        bounds=_named(links, "bounds"),
        prunes=_named(links, "pruned"),
        creators=_named(links, "attribution"),
        travels=_named(links, "travels"),
    )


def _ever(row: AnyRow, label: Label, release: Mapping[str, Any]) -> Reach:
    """What the label opens once all times have passed; a stop closes the wider ones too."""
    reached = opened(label, row.contributor, row.poster, row.recipients)
    stops = [Perimeter(name).width for name, due in release.items() if due == STOPPED]
    if not stops:
        return reached
    closed = {Channel.perimeter(item) for item in Perimeter if item.width >= min(stops)}
    return reached - closed


def _open_now(release: Mapping[str, Any], at: datetime) -> Any:
    """Which channels are open by their release times: a wider one never before a narrower."""
    now = timestamps.from_datetime(at)
    waiting = [
        Perimeter(name).width for name, due in release.items() if due != STOPPED and due > now
    ]
    if not waiting:
        return lambda opened: opened
    closed = {Channel.perimeter(item) for item in Perimeter if item.width >= min(waiting)}
    return lambda opened: opened - closed


def _named(links: Mapping[str, str], treatment: str) -> frozenset[str]:
    return frozenset(target for target, found in links.items() if found == treatment)


def _beyond(db: Connection, definitions: Sequence[AnyRow], concerned: Collection[str]) -> Reach:
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
        homes = {**homes_of(rows), **homes}
    return homes


def _rows(db: Connection, ids: Sequence[str]) -> Iterable[AnyRow]:
    for chunk in chunks(ids):
        yield from db.execute(_BY_ID, {"ids": chunk})


def _links(db: Connection, keys: Sequence[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for chunk in chunks(keys):
        for link in db.execute(_LINKS, {"keys": chunk}):
            found.setdefault(link.object, {})[link.target] = link.treatment
    return found


def _standing(db: Connection, keys: Sequence[int]) -> dict[int, Reach]:
    """Where these objects stand now."""
    found: dict[int, set[Channel]] = {key: set() for key in keys}
    for chunk in chunks(keys):
        for key, name in db.execute(_STANDING, {"keys": chunk}):
            found[key].add(Channel.parse(name))
    return {key: frozenset(channels) for key, channels in found.items()}


_o, _s = t.object_.c, t.submission.c
_QUERY = (
    select(
        *(_o.key, _o.stix_id, _o.type, _o.version, _o.version_at, _o.contributor, _o.label),
        *(_o.own_label, _o.is_explicit, _o.topics, _o.by_creator, _o.attribution),
        *(_o.source_naming, _o.release, _o.findings, _o.cleared, _o.withdrawn, _o.received),
        *(_s.poster, _s.recipients, _s.seen),
    )
    .join_from(t.object_, t.submission, _o.submission == _s.id)
    .where(_o.derived_from.is_(None))
    .order_by(_o.key)
)
_IDS = bindparam("ids", None, Text(), expanding=True)
_KEYS = bindparam("keys", None, BigInteger(), expanding=True)
_p = t.placement.c
_BY_ID = _QUERY.where(_o.stix_id.in_(_IDS))
_LINKS = select(t.link).where(t.link.c.object.in_(_KEYS))
_STANDING = select(_p.object, _p.channel).where(_p.object.in_(_KEYS)).distinct()
_SEEN = (
    select(_o.stix_id, _o.contributor)
    .join_from(t.placement, t.object_, _p.object == _o.key)
    .where(_p.channel.in_(bindparam("channels", expanding=True)), _p.stix_id.in_(_IDS))
    .where(_o.contributor != bindparam("contributor"), _o.derived_from.is_(None))
    .distinct()
)
