"""What somebody could read at each moment of a history, and what they may be said not to know.

A reader is a set of channels, so what stands in those channels, flags and notices included, is all
that any page could show them (`surfaces` proves that pages show no more). A witness notes it after
every action.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from cloudsirt.auth.principal import principal_of
from feeds import tables as t
from tests.proofs.histories import History, Post
from tests.proofs.replaying import Answer, Run
from tests.proofs.things import Item, id_of, type_of
from tests.world import World
from tlp import Reader

ANYONE = "anyone"

Version = tuple[str, str, int]
"""The organisation whose it is, the STIX id, and the version in microseconds."""


@dataclass
class Witness:
    """Notes what each person of a history finds in their channels; `anyone` is the public."""

    people: tuple[str, ...]
    found: list[dict[str, tuple[Any, ...]]] = field(default_factory=list)
    readable: dict[str, set[Version]] = field(default_factory=dict)

    def note(self, at: int, world: World) -> None:
        """Note the state of the world after an action."""
        with world.house.reading() as db:
            places, notices = db.execute(_PLACES).all(), db.execute(select(t.notice)).all()
            readers = {name: _reader(db, world, name) for name in self.people}
        names = {id_: name for name, id_ in world.organisations.items()}
        state: dict[str, tuple[Any, ...]] = {}
        for person, reader in readers.items():
            channels = {channel.name for channel in reader.channels}
            mine = [row for row in places if row.channel in channels]
            # Whose an object is and from what it was derived are the platform's own knowledge.
            state[person] = (
                *(tuple(row)[:-_SOURCE] for row in mine),
                *sorted(tuple(row) for row in notices if row.channel in channels),
            )
            self.readable.setdefault(person, set()).update(
                (names[row.contributor], row.source or row.stix_id, row.source_at or row.version_at)
                for row in mine
                if row.contributor in names
            )
        self.found.append(state)

    def can_read(self, organisation: str, history: History) -> set[Version]:
        """What anybody of an organisation could read at some time."""
        people = history.consortium.people
        return set[Version]().union(
            *(self.readable[one.name] for one in people if one.organisation == organisation)
        )


def _reader(db: Any, world: World, name: str) -> Reader:
    if name == ANYONE:
        return Reader()
    found = principal_of(db, world.people[name], world.now)
    return found.reader if found is not None else Reader()


_SOURCE = 4
_p, _o, _original = t.placement.c, t.object_.c, t.object_.alias("original")
_PLACES = (
    select(
        *(_p.channel, _p.added, _p.topic, _p.stix_id, _p.type, _p.version_at, _p.rank),
        *(_p.first, _p.copy, _p.superseded, _o.title, _o.words, _o.label, _o.content),
        *(_o.version, _o.attribution, _o.revoked, _o.contributor),
        _original.c.stix_id.label("source"),
        _original.c.version_at.label("source_at"),
        _o.key,
    )
    .join_from(t.placement, t.object_, _p.object == _o.key)
    .outerjoin(_original, _original.c.key == _o.derived_from)
    .order_by(_p.channel, _p.added)
)


# what differs between two histories, and for whom


@dataclass(frozen=True, slots=True)
class Pair:
    """A history with and without one submission; both were witnessed."""

    history: History
    at: int
    whole: Witness
    less: Witness

    @property
    def post(self) -> Post:
        """The submission that makes the difference."""
        found = self.history.actions[self.at]
        assert isinstance(found, Post)
        return found

    def uninvolved(self) -> Iterator[str]:
        """Those who can read nothing of the difference, at no time, on either side, and nothing
        that a rule of sharing lets it shape."""
        versions = {self._version(self.post, item) for item in self.post.items}
        shaped = {self._version(post, item) for post, item in self._shaped()}
        for person in self.whole.people:
            readable = self.whole.readable[person] | self.less.readable[person]
            if person != self.post.by and not readable & (versions | shaped):
                yield person

    def _shaped(self) -> set[tuple[Post, Item]]:
        """The items of other submissions that the difference may shape, directly or through one
        another, by R8, R9 or R10."""
        others = [
            (post, item)
            for at, post in self.history.posts()
            if at != self.at
            for item in post.items
        ]
        causes = [(self.post, item) for item in self.post.items]
        found: set[tuple[Post, Item]] = set()
        while causes:
            cause = causes.pop()
            new = [other for other in others if other not in found and self._shapes(cause, other)]
            found.update(new)
            causes.extend(new)
        return found

    def _shapes(self, cause: tuple[Post, Item], effect: tuple[Post, Item]) -> bool:
        """Whether one item may shape another: R8, R9, R10."""
        (post, item), (later_post, later) = cause, effect
        own, other = self._organisation(later_post), self._organisation(post)
        version = self._version(post, item)
        sees = self.whole.can_read(own, self.history) | self.less.can_read(own, self.history)
        if own != other and version not in sees:
            return False  # what others have hidden never changes what happens to your object
        if item.thing in named_by(later):
            return True  # R8: an object goes no further than what it names
        if item.thing != later.thing:
            return False
        if own != other:
            return True  # R10: a copy of what they can read goes no further than that
        # R9: a later version binds earlier ones; nothing follows a revoked one (STIX 3.6)
        return item_version(later) <= version[2] or item.is_revoked

    def _version(self, post: Post, item: Item) -> Version:
        return (self._organisation(post), id_of(item.thing), item_version(item))

    def _organisation(self, post: Post) -> str:
        return self.history.consortium.person(post.by).organisation


def named_by(item: Item) -> set[int]:
    """The things that an item names in any way."""
    creator = {item.creator} if isinstance(item.creator, int) else set()
    definition = {item.definition} if item.definition is not None else set()
    return {*item.names, *creator, *definition}


def item_version(item: Item) -> int:
    """The version in microseconds, as the platform counts it."""
    kind = type_of(item.thing)
    if kind in ("ipv4-addr", "file"):
        return 0
    day = 0 if kind == "marking-definition" else item.version
    return (1_769_932_800 + day * 86_400) * 1_000_000


def own_answers(run: Run, person: str) -> dict[int, Answer]:
    """What somebody was told about their own actions."""
    return {at: answer for at, answer in run.answers.items() if answer.by == person}
