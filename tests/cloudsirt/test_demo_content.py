"""What the demo consortium shares is valid, coherent, harmless, and the same at every run."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid5

import pytest
import stix2

from cloudsirt.demo.consortium import ORGANISATIONS, PERSONS, organisation_of
from cloudsirt.demo.content import DemoSubmission, submissions
from cloudsirt.demo.rendering import OBSERVABLES
from feeds.handling import read_wishes
from feeds.markings import TLP_1, TLP_2, marking_ids, read_markings
from feeds.topics import Topic
from feeds.validation import validate
from tlp import Channel, ChannelKind, Handling, Label, Perimeter, Recipient, RecipientKind, reach

AT = datetime(2026, 11, 21, 14, 30, 5, 123456, tzinfo=UTC)
MEMBERS = {organisation.key for organisation in ORGANISATIONS if organisation.nda == "in-force"}
KINDS = """
    attack-pattern campaign course-of-action identity indicator infrastructure intrusion-set
    location malware marking-definition note observed-data opinion relationship report sighting
    threat-actor tool vulnerability autonomous-system domain-name email-addr email-message file
    ipv4-addr ipv6-addr network-traffic url user-account
"""


def identity(key: str) -> str:
    """The identity of an organisation or a person in these tests."""
    namespace = UUID("7a1c2f5e-8d0b-4c37-9f6e-2b5d4a8e9c10")
    return f"identity--{UUID(bytes=uuid5(namespace, key).bytes, version=4)}"


KEYS = (*(item.key for item in ORGANISATIONS), *(item.key for item in PERSONS))
IDENTITIES = {identity(key): key for key in KEYS}
POSTED = submissions(AT, identity, identity)


@dataclass(frozen=True, slots=True)
class Shared:
    """One version of one object as the platform will see it."""

    post: DemoSubmission
    value: Mapping[str, Any]
    label: Label
    reach: Mapping[Channel, datetime | None]


def definition_of(id_: str) -> Mapping[str, object] | None:
    """A marking definition that some submission brings along."""
    found = (value for post in POSTED for value in post.objects if value["id"] == id_)
    return next(found, None)


def recipient(id_: str) -> Recipient:
    """The recipient behind an identity, by key."""
    key = IDENTITIES[id_]
    organisations = {organisation.key for organisation in ORGANISATIONS}
    kind = RecipientKind.ORGANISATION if key in organisations else RecipientKind.PERSON
    return Recipient(kind, key)


def shared() -> Iterator[Shared]:
    """Every object in the order of posting, with the label and the reach that it will have."""
    for post in POSTED:
        wishes = read_wishes(dict(post.handling))
        for value in post.objects:
            handling = Handling(
                label=read_markings(value, definition_of).effective(wishes.unmarked or Label.AMBER),
                organisation=organisation_of(post.contributor),
                person=post.contributor,
                recipients=frozenset(map(recipient, wishes.recipients)),
                release=wishes.release,
            )
            yield Shared(post, value, handling.label, reach(handling))


SHARED = tuple(shared())


def versions() -> dict[str, list[Shared]]:
    """Everything shared, by id, in the order of posting."""
    found: dict[str, list[Shared]] = {}
    for item in SHARED:
        found.setdefault(item.value["id"], []).append(item)
    return found


def references(value: Mapping[str, Any]) -> Iterator[str]:
    """The ids of objects that an object names; markings and its creator follow other rules."""
    for name, found in value.items():
        if name in ("created_by_ref", "object_marking_refs"):
            continue
        if name.endswith("_ref"):
            yield found
        elif name.endswith("_refs"):
            yield from found


def read_besides(channel: Channel) -> set[Channel]:
    """The channel, and those that everybody who reads it reads too."""
    if channel.kind is ChannelKind.PERIMETER:
        return {channel}
    is_person = channel.kind is ChannelKind.PERSON
    organisation = organisation_of(channel.holder) if is_person else channel.holder
    perimeter = Perimeter.MEMBERS if organisation in MEMBERS else Perimeter.PUBLIC
    return {channel, Channel.organisation(organisation), Channel.perimeter(perimeter)}


def test_every_object_is_valid_stix() -> None:
    """Every object parses as STIX 2.1, patterns included, and none of it is lost on the way."""
    for item in SHARED:
        parsed = stix2.parse(dict(item.value), allow_custom=True, version="2.1")
        assert set(item.value) <= set(json.loads(parsed.serialize()))


def test_the_platform_takes_every_object() -> None:
    """What the demo posts passes the same examination as what a member posts."""
    for item in SHARED:
        validate(item.value)


def test_the_same_instant_gives_the_same_content() -> None:
    """Content depends on the instant and the identities alone, not on how the zone is written."""
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    assert submissions(elsewhere, identity, identity) == POSTED


def test_ids_do_not_depend_on_the_instant() -> None:
    """The same objects are told at every instant, so links to them keep working."""
    later = submissions(AT + timedelta(days=40), identity, identity)
    assert [value["id"] for post in later for value in post.objects] == [
        item.value["id"] for item in SHARED
    ]


def test_a_naive_instant_is_refused() -> None:
    """An instant without a time zone is nobody's instant."""
    with pytest.raises(ValueError, match="time zone"):
        submissions(AT.replace(tzinfo=None), identity, identity)


def test_there_is_enough_to_look_at() -> None:
    """Some hundreds of objects of every kind in some forty submissions, oldest first."""
    assert 350 <= len(SHARED) <= 500
    assert 40 <= len(POSTED) <= 50
    assert [post.age for post in POSTED] == sorted((post.age for post in POSTED), reverse=True)
    assert {item.value["type"] for item in SHARED} == set(KINDS.split())
    kinds = {i.value["pattern_type"] for i in SHARED if i.value["type"] == "indicator"}
    assert kinds == {"stix", "sigma", "snort", "yara"}


def test_a_version_is_told_once() -> None:
    """No id appears twice in the same version (STIX 2.1 §3.6)."""
    told = Counter((item.value["id"], item.value.get("modified")) for item in SHARED)
    assert [version for version, count in told.items() if count > 1] == []


def test_ids_have_the_shape_that_the_standard_asks_for() -> None:
    """Observables have version 5 over their properties, everything else version 4 (§2.9)."""
    for item in SHARED:
        value = dict(item.value)
        id_ = value.pop("id")
        if value["type"] in OBSERVABLES:
            assert stix2.parse(value, version="2.1").id == id_
        else:
            assert UUID(id_.partition("--")[2]).version == 4


def test_every_object_is_written_before_it_is_posted() -> None:
    """Times are in whole milliseconds, in the past, and never modified before created (§3.6.1)."""
    stamp = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
    for item in (item for item in SHARED if item.value["type"] not in OBSERVABLES):
        created = item.value["created"]
        modified = item.value.get("modified", created)
        assert stamp.fullmatch(created)
        assert stamp.fullmatch(modified)
        assert created <= modified
        assert datetime.fromisoformat(modified) < AT - item.post.age < AT


def test_every_label_family_and_topic_is_there() -> None:
    """All five labels, both families of TLP ids, a statement, granular and absent markings."""
    marks = frozenset().union(*(marking_ids(item.value) for item in SHARED))
    unmarked = [item for item in SHARED if "object_marking_refs" not in item.value]
    assert {item.label for item in SHARED} == set(Label)
    assert marks >= set(TLP_1) | set(TLP_2)
    assert len(marks - set(TLP_1) - set(TLP_2)) == 1
    assert {"unmarked" in item.post.handling for item in unmarked} == {True, False}
    assert any("granular_markings" in item.value for item in SHARED)
    assert {post.topic for post in POSTED} == {topic.value for topic in Topic}


def test_techniques_are_those_of_attack() -> None:
    """Each attack pattern carries its ATT&CK id."""
    for item in (item for item in SHARED if item.value["type"] == "attack-pattern"):
        source = item.value["external_references"][0]
        assert source["source_name"] == "mitre-attack"
        assert re.fullmatch(r"T\d{4}(\.\d{3})?", source["external_id"])


def test_contributors_are_analysts_in_good_standing() -> None:
    """Only people of members in force who acknowledged the NDA share, in their own name."""
    persons = {person.key: person for person in PERSONS}
    for post in POSTED:
        contributor = persons[post.contributor]
        assert "analyst" in contributor.roles
        assert contributor.acknowledged
        assert contributor.organisation in MEMBERS
        own = identity(contributor.organisation)
        assert {value.get("created_by_ref", own) for value in post.objects} == {own}


def test_references_resolve_for_those_who_make_them() -> None:
    """Whoever names an object can read it, and it was posted before or stands before it."""
    known: dict[str, set[Channel]] = {}
    for item in SHARED:
        known.setdefault(item.value["id"], set()).update(item.reach)
        for id_ in references(item.value):
            readable = read_besides(Channel.person(item.post.contributor))
            assert not readable.isdisjoint(known[id_]), id_


def test_nothing_dangles_in_a_wider_perimeter() -> None:
    """R8: whoever gets an object gets the newest version of whatever it names, no later."""
    latest = {id_: told[-1] for id_, told in versions().items()}
    for item in SHARED:
        for named in (latest[id_] for id_ in references(item.value)):
            for channel, since in item.reach.items():
                times = [named.reach[c] or AT for c in read_besides(channel) if c in named.reach]
                assert times, (item.value, named.value["id"])
                assert min(times) <= (since or AT)


def test_red_names_its_recipients() -> None:
    """R3: there is RED for an organisation and RED for a person of the consortium."""
    red = [item.post.handling["recipients"] for item in SHARED if item.label is Label.RED]
    assert {recipient(id_).kind for ids in red for id_ in ids} == set(RecipientKind)


def test_public_advisories_read_like_advisories() -> None:
    """A CLEAR report says what happened, who is affected and what to do, with public indicators
    and further reading, and names nothing that the public cannot see."""
    clear = {item.value["id"]: item.value for item in SHARED if item.label is Label.CLEAR}
    reports = [item.value for item in SHARED if item.value["type"] == "report"]
    assert len(reports) >= 12
    assert {value["id"] for value in reports} <= set(clear)
    for value in reports:
        told = {part.split(".")[0] for part in value["description"].split("\n\n")}
        assert told >= {"What happened", "Who is affected", "What to do", "Indicators"}
        assert set(value["object_refs"]) <= set(clear)
        assert any(id_.startswith("indicator--") for id_ in value["object_refs"])
        assert value["external_references"]


def test_one_advisory_waits_for_its_day() -> None:
    """R5: one CLEAR submission is with the members now, with research and the public later."""
    waiting = [read_wishes(dict(p.handling)).release for p in POSTED if "release" in p.handling]
    assert len(waiting) == 1
    assert AT < waiting[0][Perimeter.RESEARCH] < waiting[0][Perimeter.PUBLIC]


def test_some_objects_have_a_second_version() -> None:
    """A newer version keeps id, creation time and creator; nothing follows a revocation (§3.6)."""
    revised = [told for told in versions().values() if len(told) > 1]
    assert len(revised) >= 4
    for told in revised:
        assert len({(i.value["created"], i.value["created_by_ref"]) for i in told}) == 1
        assert told[0].value["modified"] < told[-1].value["modified"]
        assert not any(item.value.get("revoked") for item in told[:-1])
    assert sum(told[-1].value.get("revoked", False) for told in revised) == 1
