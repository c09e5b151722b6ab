"""From a story's words to STIX 2.1 at one instant: ids, times, references and markings.

Ids are hashes of keys in the shape of version 4, those of observables are version 5 over their
contributing properties (STIX 2.1 §2.9), so the same instant gives the same objects. A label here
is what the platform will conclude (R1); an object is marked no milder than those it names (R8).
Validates nothing: the tests do.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import stix2

from cloudsirt.demo.building import AMBER, Draft, Post
from cloudsirt.demo.consortium import ORGANISATIONS, organisation_of
from feeds.markings import MARKING_OF, TLP_1
from tlp import Label, strictest

StixObject = dict[str, Any]

OBSERVABLES = frozenset(stix2.registry.STIX2_OBJ_MAPS["2.1"]["observables"])
# Members' tooling writes both families, so both are written here; 1.0 knows no AMBER+STRICT.
_TLP_1: Mapping[Label, str] = {**MARKING_OF, **{label: id_ for id_, label in TLP_1.items()}}
_WRITES_TLP_1 = frozenset({"meridian"})
_ORGANISATION_KEYS = frozenset(organisation.key for organisation in ORGANISATIONS)
_BETWEEN_OBJECTS = timedelta(seconds=41, milliseconds=373)  # how long a draft took to write


@dataclass(frozen=True, slots=True)
class Rendering:
    """The stories so far, at `at` (aware, whole milliseconds): what each key has become."""

    at: datetime
    identity_of: Callable[[str], str]
    person_identity_of: Callable[[str], str]
    latest: dict[str, StixObject] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)

    def objects(self, post: Post) -> tuple[StixObject, ...]:
        """The objects of a post, created in the minutes before it."""
        found: list[StixObject] = []
        for index, draft in enumerate(post.drafts):
            written = self.at - post.age - (len(post.drafts) - index) * _BETWEEN_OBJECTS
            found.append(self._object(post, draft, self.moment(written)))
            if draft.kind == "report":
                report = found[-1]
                before = [thing["id"] for thing in found[:-1]]
                report["object_refs"] = before + report["object_refs"]
        return tuple(found)

    def handling(self, post: Post) -> dict[str, Any]:
        """What the envelope says of the post, in the words of `x_cloudsirt_handling`."""
        said: dict[str, Any] = {}
        if post.to:
            said["recipients"] = [self._recipient(key) for key in post.to]
        if post.unmarked is not None:
            said["unmarked"] = str(post.unmarked)
        if post.attribution is not None:
            said["attribution"] = post.attribution
        if post.release:
            said["release"] = {
                perimeter: self.moment(self.at - before)
                for perimeter, before in post.release.items()
            }
        return said

    def moment(self, when: datetime) -> str:
        """A time as STIX writes it, with milliseconds."""
        return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"

    def _recipient(self, key: str) -> str:
        known = key in _ORGANISATION_KEYS
        return self.identity_of(key) if known else self.person_identity_of(key)

    def _object(self, post: Post, draft: Draft, written: str) -> StixObject:
        """One object; remembered by its key, so that what comes later can refer to it."""
        if draft.revision != (draft.key in self.latest):
            raise ValueError(f"The stories tell “{draft.key}” anew, or revise what is not told.")
        label = self._label(post, draft)
        told = {name: self._value(name, value) for name, value in draft.properties.items()}
        marks = self._markings(post, draft, label)
        if draft.revision:
            made = {**self.latest[draft.key], **told, "modified": written, **marks}
        elif draft.kind in OBSERVABLES:
            made = _observable(draft.kind, {**told, **marks})
        else:
            made = self._created(post, draft, written, {**told, **marks})
        self.latest[draft.key] = made
        self.labels[draft.key] = strictest((label, *(guard for guard, _ in draft.guards)))
        return made

    def _created(self, post: Post, draft: Draft, written: str, told: StixObject) -> StixObject:
        creator = self.identity_of(organisation_of(post.contributor))
        made: StixObject = {
            "type": draft.kind,
            "spec_version": "2.1",
            "id": f"{draft.kind}--{_uuid4_of(f'{draft.kind} {draft.key}')}",
            "created_by_ref": creator,
            "created": written,
        }
        if draft.kind != "marking-definition":  # §7.2.1: never versioned
            made["modified"] = written
        if draft.kind == "indicator":
            made["valid_from"] = written
        if draft.kind == "report":
            made["published"] = written
        return {**made, **told}

    def _label(self, post: Post, draft: Draft) -> Label:
        """R1: what the object is marked with, else what the post names, else AMBER."""
        if not draft.marked:
            return post.unmarked or AMBER
        named = (self.labels[key] for key in _named(draft))
        return strictest((draft.label or post.label, *named))

    def _markings(self, post: Post, draft: Draft, label: Label) -> StixObject:
        if not draft.marked:
            return {}
        tlp_1 = organisation_of(post.contributor) in _WRITES_TLP_1
        ids = _TLP_1 if tlp_1 else MARKING_OF
        marks: StixObject = {"object_marking_refs": [ids[label]]}
        if post.terms is not None and post.terms != draft.key:
            marks["object_marking_refs"].append(self.latest[post.terms]["id"])
        if draft.guards:
            marks["granular_markings"] = [
                {"marking_ref": ids[guard], "selectors": [selector]}
                for guard, selector in draft.guards
            ]
        return marks

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, timedelta):
            return self.moment(self.at - value)
        if name.endswith("_refs"):
            return [self.latest[key]["id"] for key in value]
        if name.endswith("_ref"):
            return self.latest[value]["id"]
        return value


def _named(draft: Draft) -> Iterator[str]:
    """The keys of the objects that a draft names."""
    for name, value in draft.properties.items():
        if name.endswith("_refs"):
            yield from value
        elif name.endswith("_ref"):
            yield value


def _observable(kind: str, told: StixObject) -> StixObject:
    """An observable under its deterministic id (§2.9)."""
    named = stix2.parse({"type": kind, "spec_version": "2.1", **told}, version="2.1")
    return {"type": kind, "spec_version": "2.1", "id": str(named.id), **told}


def _uuid4_of(key: str) -> uuid.UUID:
    """A UUID in the shape of version 4 that depends on the key alone."""
    return uuid.UUID(
        bytes=hashlib.sha256(f"cloudsirt demo {key}".encode()).digest()[:16], version=4
    )
