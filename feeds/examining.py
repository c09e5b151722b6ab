"""One received object to an examined one, or to the reason why it is refused.

  1  it is valid STIX 2.1                                  `validation`
  2  a marking definition is genuine and honourable        `markings`
  3  every marking on it is known; its effective label     R1
  4  it does not speak for another organisation            STIX 2.1 §3.5 (created_by_ref)
  5  its label and the wishes beside it go together        R2 to R5

Pure: what the contributor can see, and who is registered, come in with `Ground`.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from feeds import timestamps
from feeds.envelope import Received
from feeds.errors import HandlingRefused, InvalidObject, NotTheSource
from feeds.markings import Definitions, Marked, check_definition, read_markings
from feeds.observables import Observable, observables_of
from feeds.personal import Finding, scan
from feeds.reaching import SourceNaming
from feeds.references import Reference, Treatment, references_of
from feeds.titles import title_of, words_of
from feeds.validation import validate
from tlp import Handling, Label, Perimeter, Recipient, TLPError, perimeters_of, reach


@dataclass(frozen=True, slots=True)
class Contributor:
    """Who posts: ids of the organisation and the person, and the organisation's defaults."""

    organisation: str
    person: str
    identity: str
    default_label: Label


@dataclass(frozen=True, slots=True)
class Ground:
    """What the objects of one submission are judged on."""

    contributor: Contributor
    recipients: frozenset[Recipient]
    unmarked: Label | None
    release: Mapping[Perimeter, datetime]
    definition_of: Definitions
    is_registered: Callable[[str], bool]
    possible: set[tuple[Label, Label]] = field(default_factory=set)
    """Labels, of the object itself and with its granular markings, that passed step 5."""


@dataclass(frozen=True, slots=True)
class Examined:
    """An object that may be stored, with what the platform reads from it.

    `version_at` and `created` are microseconds since the epoch; `version_at` is 0 for objects
    without times of their own. `own_label` leaves granular markings aside; `is_explicit` says
    whether the object itself is marked. `findings` are personal data that keep it from the outer
    perimeters until a person has looked. `note` is what the status says about a success.
    """

    id: str
    type: str
    version: str
    version_at: int
    created: int | None
    revoked: bool
    by_creator: bool
    label: Label
    own_label: Label
    is_explicit: bool
    source_naming: SourceNaming
    findings: tuple[Finding, ...]
    digest: bytes
    title: str
    words: str
    content: bytes
    value: Mapping[str, object]
    references: tuple[Reference, ...]
    observables: frozenset[Observable]
    note: str


def examine(received: Received, ground: Ground) -> Examined:
    """Judge one object by the five steps above; raises a kind of Refused."""
    value = received.value
    if not isinstance(value, dict):
        raise InvalidObject("", "Each item of “objects” must be a JSON object")
    if value.get("type") == "marking-definition" and isinstance(value.get("id"), str):
        check_definition(value)
    validate(value)
    marked = read_markings(value, ground.definition_of)
    unmarked = ground.unmarked or ground.contributor.default_label
    _check_creator(value, ground)
    _check_reach(marked, unmarked, ground)
    return _examined(received, value, marked, unmarked, ground)


def _check_creator(value: Mapping[str, object], ground: Ground) -> None:
    """Step 4: a contributor speaks for itself, or relays what no registered organisation made."""
    creator = value.get("created_by_ref")
    if creator == ground.contributor.identity or not isinstance(creator, str):
        return
    if ground.is_registered(creator):
        raise NotTheSource(
            f"`created_by_ref` names {creator}, which is another organisation here; "
            f"only that organisation may post in its name."
        )


def _check_reach(marked: Marked, unmarked: Label, ground: Ground) -> None:
    """Step 5: RED has recipients, and each release time is for a perimeter that is open."""
    own, label = marked.own or unmarked, marked.effective(unmarked)
    if (own, label) in ground.possible:
        return
    contributor = ground.contributor
    try:
        reach(
            Handling(
                own,
                contributor.organisation,
                contributor.person,
                ground.recipients,
                ground.release,
            )
        )
        reach(Handling(label, contributor.organisation, contributor.person, ground.recipients))
    except TLPError as error:
        raise HandlingRefused(str(error)) from error
    ground.possible.add((own, label))


def _examined(
    received: Received,
    value: Mapping[str, object],
    marked: Marked,
    unmarked: Label,
    ground: Ground,
) -> Examined:
    version = str(value.get("modified") or value.get("created") or "")
    created = value.get("created")
    label, references = marked.effective(unmarked), references_of(value)
    return Examined(
        id=str(value["id"]),
        type=str(value["type"]),
        version=version,
        version_at=timestamps.parse(version) if version else 0,
        created=timestamps.parse(created) if isinstance(created, str) else None,
        revoked=value.get("revoked") is True,
        by_creator=value.get("created_by_ref") == ground.contributor.identity,
        label=label,
        own_label=marked.own or unmarked,
        is_explicit=marked.own is not None,
        source_naming=_source_naming(value, references, ground.contributor.identity),
        findings=_findings(value, marked.own or unmarked),
        digest=digest_of(value),
        title=title_of(value),
        words=words_of(value),
        content=received.text.encode(),
        value=value,
        references=references,
        observables=observables_of(value),
        note=f"Unmarked: treated as {label}." if marked.own is None else "",
    )


def _source_naming(
    value: Mapping[str, object], references: Sequence[Reference], identity: str
) -> SourceNaming:
    """How an object names its own contributor (R6)."""
    if value.get("id") == identity:
        return SourceNaming.ESSENTIAL
    naming = [item for item in references if item.target == identity]
    if any(item.treatment is Treatment.BOUNDS for item in naming):
        return SourceNaming.ESSENTIAL
    return SourceNaming.PRUNABLE if naming else SourceNaming.NOT_AT_ALL


def _findings(value: Mapping[str, object], own_label: Label) -> tuple[Finding, ...]:
    """Personal and financial data, looked for where an outer perimeter is open at all."""
    is_outward = bool(perimeters_of(own_label) - {Perimeter.MEMBERS})
    return scan(value) if is_outward else ()


def digest_of(value: Mapping[str, object]) -> bytes:
    """SHA-256 over the value with sorted keys: equal for exact copies, however written."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).digest()


def claimed_version(value: object) -> str:
    """The version that a refused object claims, for its line in the status (§4.3.1)."""
    if isinstance(value, dict):
        for name in ("modified", "created"):
            if isinstance(value.get(name), str):
                return str(value[name])[:64]
    return timestamps.show(0)


def claimed_id(value: object) -> str:
    """The id that a refused object claims, for its line in the status (§4.3.1)."""
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return str(value["id"])[:300]
    return "unknown"
