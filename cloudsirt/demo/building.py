"""The words that the demo's stories are told with: objects by key, moments as spans before now.

A story names objects by a key of its own choosing; whatever ends in `_ref` or `_refs` holds keys.
A `timedelta` as a property's value means that long before the instant of the demo (a negative
one lies ahead). Nothing here knows ids, times or STIX libraries: `rendering` does.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from tlp import Label

CLEAR, GREEN, AMBER, STRICT, RED = Label


@dataclass(frozen=True, slots=True)
class Draft:
    """One object as a story tells it; `label` None means the label of its post.

    `guards` are granular markings: a label and the selector that it applies to. `revision` says
    that an object told before gets a new version, in which `properties` changed.
    """

    kind: str
    key: str
    properties: Mapping[str, Any]
    label: Label | None = None
    marked: bool = True
    guards: tuple[tuple[Label, str], ...] = ()
    revision: bool = False


Told = Draft | tuple["Told", ...]


@dataclass(frozen=True, slots=True)
class Post:
    """What one person posts at one time; `to` names keys of persons and organisations.

    `release` holds, per perimeter, how long before now it opens; `terms` is the key of a
    statement that marks every object of the post besides its TLP label.
    """

    contributor: str
    topic: str
    age: timedelta
    label: Label
    drafts: tuple[Draft, ...] = ()
    to: tuple[str, ...] = ()
    unmarked: Label | None = None
    attribution: str | None = None
    release: Mapping[str, timedelta] = field(default_factory=lambda: MappingProxyType({}))
    terms: str | None = None


def by(contributor: str, topic: str, days_ago: float, label: Label, **handling: Any) -> Post:
    """The head of a post: by whom, on which topic, when, under which label."""
    return Post(contributor, topic, days(days_ago), label, **handling)


def post(head: Post, *told: Told) -> Post:
    """A post of what is told, in that order."""
    return replace(head, drafts=tuple(_flat(told)))


def _flat(told: Iterable[Told]) -> Iterator[Draft]:
    for item in told:
        if isinstance(item, Draft):
            yield item
        else:
            yield from _flat(item)


def days(count: float) -> timedelta:
    """So many days before now."""
    return timedelta(days=count)


def prose(text: str) -> str:
    """Paragraphs as a reader gets them: joined lines, a blank line between, lists kept."""
    paragraphs = (
        " ".join(line.strip() for line in part.strip().splitlines()).replace(" - ", "\n- ")
        for part in text.strip().split("\n\n")
    )
    return "\n\n".join(paragraphs)


def digest(of: str) -> str:
    """The SHA-256 that an invented file of this name has in the demo."""
    return hashlib.sha256(f"cloudsirt demo file {of}".encode()).hexdigest()


def thing(kind: str, key: str, text: str = "", **properties: Any) -> Draft:
    """An object of any kind, named by its key unless it brings a name; `text` describes it."""
    described = {"description": prose(text)} if text else {}
    return Draft(kind, key, {"name": key, **described, **properties})


def indicator(
    key: str, pattern: str, text: str = "", *, indicates: str | None = None, **properties: Any
) -> tuple[Draft, ...]:
    """An indicator, and its relationship to what it indicates; a STIX pattern unless it says so."""
    usual = {"indicator_types": ["malicious-activity"], "pattern_type": "stix"}
    told = thing("indicator", key, text, **{**usual, "pattern": pattern, **properties})
    return (told, *links(key, "indicates", *([indicates] if indicates else [])))


def addresses(what: str, *values: str, **properties: Any) -> tuple[Told, ...]:
    """An indicator per address, as a member's tooling writes them."""
    said = f"Reported as: {what}. Addresses change hands, so compare the time of a match."
    return tuple(
        indicator(
            f"{what} {value}",
            f"[{'ipv6' if ':' in value else 'ipv4'}-addr:value = '{value}']",
            **{"text": said, **properties},
        )
        for value in values
    )


def domains(what: str, *values: str, **properties: Any) -> tuple[Told, ...]:
    """An indicator per domain name."""
    said = f"Reported as: {what}. Look for queries of the name as well as for connections."
    return tuple(
        indicator(
            f"{what} {value}", f"[domain-name:value = '{value}']", **{"text": said, **properties}
        )
        for value in values
    )


def files(what: str, *names: str, **properties: Any) -> tuple[Told, ...]:
    """An indicator per invented file, by its hash."""
    said = f"Reported as: {what}. Match by hash; the name is changed freely."
    return tuple(
        indicator(
            f"{what} {name}",
            f"[file:hashes.'SHA-256' = '{digest(name)}']",
            **{"text": said, **properties},
        )
        for name in names
    )


def values(kind: str, *found: str, **properties: Any) -> tuple[Draft, ...]:
    """Observables that consist of a value, which is their key."""
    return tuple(Draft(kind, value, {"value": value, **properties}) for value in found)


def observable(kind: str, key: str, **properties: Any) -> Draft:
    """An observable with properties of its own."""
    return Draft(kind, key, properties)


def accounts(*logins: str, kind: str = "ldap") -> tuple[Draft, ...]:
    """Observed account names."""
    return tuple(
        Draft("user-account", login, {"account_login": login, "account_type": kind})
        for login in logins
    )


def observed(key: str, first: float, last: float, count: int, *objects: str) -> Draft:
    """An observation of observables, so many times between two moments, in days before now."""
    told = {
        "first_observed": days(first),
        "last_observed": days(last),
        "number_observed": count,
        "object_refs": list(objects),
    }
    return Draft("observed-data", key, told)


def sighting(of: str, first: float, last: float, count: int) -> Draft:
    """A sighting of an object told before, so many times between two moments."""
    told = {
        "sighting_of_ref": of,
        "first_seen": days(first),
        "last_seen": days(last),
        "count": count,
    }
    return Draft("sighting", f"{of} seen {first} days ago", told)


def note(key: str, text: str, *about: str) -> Draft:
    """A note, whose key is its abstract."""
    told = {"abstract": key, "content": prose(text), "object_refs": list(about)}
    return Draft("note", key, told)


def opinion(verdict: str, text: str, *about: str) -> Draft:
    """An opinion on objects told before."""
    told = {"opinion": verdict, "explanation": prose(text), "object_refs": list(about)}
    return Draft("opinion", f"{verdict}: {about[0]}", told)


def links(source: str, how: str, *targets: str, **properties: Any) -> tuple[Draft, ...]:
    """A relationship to each target, marked as strictly as its ends demand."""
    return tuple(
        Draft(
            "relationship",
            f"{source} {how} {target}",
            {"source_ref": source, "relationship_type": how, "target_ref": target, **properties},
        )
        for target in targets
    )


def report(key: str, text: str, kinds: str, *also: str, see: tuple[str, ...]) -> Draft:
    """A report, titled by its key, on everything told before it in its post and on `also`.

    `see` holds addresses of pages for further reading, without their scheme.
    """
    pages = [{"source_name": page.split("/")[0], "url": f"https://{page}"} for page in see]
    told = {"report_types": kinds.split(), "object_refs": list(also), "external_references": pages}
    return thing("report", key, text, **told)


def statement(key: str, text: str) -> Draft:
    """A statement marking."""
    told = {"definition_type": "statement", "definition": {"statement": text}}
    return Draft("marking-definition", key, told, label=CLEAR)


def revised(kind: str, key: str, **changes: Any) -> Draft:
    """A new version of the contributor's own object."""
    if "description" in changes:
        changes["description"] = prose(changes["description"])
    return Draft(kind, key, changes, revision=True)


def at(label: Label, *told: Told) -> tuple[Draft, ...]:
    """What is told under a label of its own."""
    return tuple(replace(draft, label=label) for draft in _flat(told))


def unmarked(*told: Told) -> tuple[Draft, ...]:
    """What is told without any marking of its own."""
    return tuple(replace(draft, marked=False) for draft in _flat(told))


def guarded(label: Label, selector: str, *told: Told) -> tuple[Draft, ...]:
    """What is told with one property marked more strictly than the rest."""
    return tuple(replace(draft, guards=((label, selector),)) for draft in _flat(told))


campaign = partial(thing, "campaign")
infrastructure = partial(thing, "infrastructure")
intrusion_set = partial(thing, "intrusion-set")
malware = partial(thing, "malware")
measure = partial(thing, "course-of-action")
threat_actor = partial(thing, "threat-actor")
tool = partial(thing, "tool")
vulnerability = partial(thing, "vulnerability")
