"""The four topics of the bylaws, and the collections of each API root (TAXII 2.1 §5).

Ids are fixed for ever and the same in every installation, so clients can be configured before
the first object is there. Titles are unique, stable and hold no dots and no commas, at which
several clients take them apart; an alias is unique within its root.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache

from tlp import Perimeter


class Topic(Enum):
    """What members share; the value is stored and serves as alias."""

    ATTACKS = "attacks"
    MALICIOUS_ACTIVITY = "malicious-activity"
    COMPROMISES = "compromises"
    SOURCES = "sources"

    @property
    def bit(self) -> int:
        """A power of two, for a set of topics in one stored number."""
        return _BITS[self]

    @property
    def text(self) -> str:
        """As people read it."""
        return _TEXTS[self]


_TEXTS = {
    Topic.ATTACKS: "Attacks against infrastructure",
    Topic.MALICIOUS_ACTIVITY: "Malicious activity detected",
    Topic.COMPROMISES: "Evidence of compromise of another member",
    Topic.SOURCES: "Sources of attacks, signatures, patterns, account names",
}


_BITS = {topic: 1 << place for place, topic in enumerate(Topic)}


@cache
def topics_of(bits: int) -> tuple[Topic, ...]:
    """The topics in a stored set."""
    return tuple(topic for topic in Topic if topic.bit & bits)


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of one root; `topic` is None for the one that holds everything."""

    id: str
    root: Perimeter
    topic: Topic | None

    @property
    def alias(self) -> str:
        """Usable in place of the id (§5.2.1)."""
        return self.topic.value if self.topic is not None else "everything"

    @property
    def title(self) -> str:
        """Unique over all roots."""
        what = self.topic.text.partition(",")[0] if self.topic is not None else "Everything"
        return f"{self.root.value.capitalize()}: {what[0].lower()}{what[1:]}"


_IDS = {
    (Perimeter.MEMBERS, None): "4666b280-0d64-48bd-a4db-7aa4fcd5793d",
    (Perimeter.MEMBERS, Topic.ATTACKS): "6f602097-96ba-4504-bc0b-76eecbf37a89",
    (Perimeter.MEMBERS, Topic.MALICIOUS_ACTIVITY): "f2b3e74b-4524-48cc-a910-61ecabb32e38",
    (Perimeter.MEMBERS, Topic.COMPROMISES): "e92eec19-d0a8-4290-bd56-d3783abfa658",
    (Perimeter.MEMBERS, Topic.SOURCES): "bde7f492-697f-4196-b3d0-7532e9c9a289",
    (Perimeter.RESEARCH, None): "d02da744-d305-4ba3-82e2-b74786a1172a",
    (Perimeter.RESEARCH, Topic.ATTACKS): "9e7a974e-50fa-4ab0-963e-1efb461aa131",
    (Perimeter.RESEARCH, Topic.MALICIOUS_ACTIVITY): "59489492-73d7-4689-a7b0-85f7cb54b074",
    (Perimeter.RESEARCH, Topic.COMPROMISES): "97290f3c-7688-4362-8498-1d49910b67a7",
    (Perimeter.RESEARCH, Topic.SOURCES): "8927a172-1c1d-4e8b-90c7-ac46d9158953",
    (Perimeter.PUBLIC, None): "06edb643-ee60-43c0-a2e4-ff9debbe7188",
    (Perimeter.PUBLIC, Topic.ATTACKS): "6c275da6-da6d-40ab-a52b-31e8ab0ddfc6",
    (Perimeter.PUBLIC, Topic.MALICIOUS_ACTIVITY): "f8b5bbc1-5f41-4c07-abe5-761b6cc3344d",
    (Perimeter.PUBLIC, Topic.COMPROMISES): "f7001416-4979-496a-8fda-ce1584120707",
    (Perimeter.PUBLIC, Topic.SOURCES): "03f9ff6f-36d2-4d4e-a2cf-91df79a94f64",
}

COLLECTIONS: tuple[Collection, ...] = tuple(
    sorted(
        (Collection(id_, root, topic) for (root, topic), id_ in _IDS.items()),
        key=lambda collection: collection.id,
    )
)
"""All collections, ascending by id (TAXII 2.1 §3.3 and its interoperability tests)."""


def collections_of(root: Perimeter) -> tuple[Collection, ...]:
    """The collections of one root, ascending by id."""
    return tuple(collection for collection in COLLECTIONS if collection.root is root)


def collection_named(root: Perimeter, name: str) -> Collection | None:
    """The collection with this id or alias in this root."""
    for collection in collections_of(root):
        if name in (collection.id, collection.alias):
            return collection
    return None
