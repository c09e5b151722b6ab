"""Redaction (rules R7 and R8): what is left of an object, and when nothing is."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st

from feeds.paths import Path, covers, render, resolve, value_at
from feeds.redaction import redact
from feeds.validation import validate

AT = "2026-01-31T12:00:00.000Z"
IDENTITY = "identity--6f1c2c1e-62f8-4f0d-8a8e-3f0f3f4ad001"
EXTENSION = "extension-definition--9b0e5f6a-2f6d-4d0e-8a3e-1c2d3e4f5003"
STATEMENT = "marking-definition--5c3f0a2e-7f44-4a0f-9f68-4bb8f2e0d002"


def an_id(kind: str, number: int = 1) -> str:
    """An id of this type, the same for the same number."""
    return f"{kind}--0b5a4d5e-3a1c-4d59-9d3d-{number:012x}"


def an_object(kind: str, **properties: object) -> dict[str, Any]:
    """A domain or relationship object with what every one has."""
    base = {"type": kind, "spec_version": "2.1", "id": an_id(kind), "created": AT, "modified": AT}
    return {**base, **properties}


def an_observable(kind: str, **properties: object) -> dict[str, Any]:
    """An observable with what every one has."""
    return {"type": kind, "spec_version": "2.1", "id": an_id(kind), **properties}


def is_stix(value: Mapping[str, object]) -> bool:
    """Whether the OASIS library and our own stricter check accept the object."""
    try:
        validate(value)
        stix2.parse(json.dumps(value), allow_custom=True)
    except Exception:
        return False
    return True


def anything(_value: Mapping[str, object]) -> bool:
    """Accepts every object: for laws that hold whatever is valid."""
    return True


def left(
    value: Mapping[str, object], hidden: list[Path] | None = None, pruned: list[Path] | None = None
) -> dict[str, Any] | None:
    """What redaction leaves, valid by the OASIS library, which accepts the original as well."""
    assert is_stix(value)
    return redact(value, hidden=hidden or [], pruned=pruned or [], is_valid=is_stix)


INDICATOR = an_object(
    "indicator",
    name="Beacons of a botnet",
    description="Seen at the pumping station of Exampleville",
    indicator_types=["malicious-activity", "anomalous-activity"],
    pattern="[ipv4-addr:value = '192.0.2.7']",
    pattern_type="stix",
    valid_from=AT,
)
FILE = an_observable(
    "file",
    name="setup.bin",
    size=31337,
    hashes={"MD5": "0" * 31 + "1", "SHA-256": "a" * 63 + "b"},
    parent_directory_ref=an_id("directory"),
    extensions={
        "archive-ext": {"contains_refs": [an_id("file", 2)], "comment": "packed twice"},
    },
)


def test_a_hidden_property_is_gone() -> None:
    """An optional property that is hidden is left out, and nothing else changes."""
    expected = {name: member for name, member in INDICATOR.items() if name != "description"}

    assert left(INDICATOR, [("description",)]) == expected


def test_a_hidden_item_leaves_the_others() -> None:
    """Hiding one item of a list keeps the rest in order."""
    kept = left(INDICATOR, [("indicator_types", 0)])

    assert kept is not None
    assert kept["indicator_types"] == ["anomalous-activity"]


def test_an_emptied_list_goes() -> None:
    """STIX knows no empty lists (section 3.2), so the property goes with its last item."""
    kept = left(INDICATOR, [("indicator_types", 0), ("indicator_types", 1)])

    assert kept is not None
    assert "indicator_types" not in kept


def test_a_hidden_hash_leaves_the_others() -> None:
    """A dictionary loses one key and keeps the rest; with its last key it goes."""
    one = left(FILE, [("hashes", "MD5")])
    none = left(FILE, [("hashes", "MD5"), ("hashes", "SHA-256")])

    assert one is not None
    assert one["hashes"] == {"SHA-256": "a" * 63 + "b"}
    assert none is not None
    assert "hashes" not in none


def test_emptied_dictionaries_go_up_to_the_first_that_keeps_something() -> None:
    """An extension without content goes, and with it the dictionary of extensions."""
    value = an_observable(
        "file", name="setup.bin", extensions={"ntfs-ext": {"sid": "S-1-5-21-1234"}}
    )

    kept = left(value, [("extensions", "ntfs-ext", "sid")])

    assert kept == an_observable("file", name="setup.bin")


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("id",),
        ("type",),
        ("spec_version",),
        ("created",),
        ("modified",),
        ("revoked",),
        ("pattern",),
        ("pattern_type",),
        ("valid_from",),
        ("object_marking_refs",),
        ("object_marking_refs", 0),
        ("granular_markings",),
        ("granular_markings", 0),
        ("granular_markings", 0, "selectors", 0),
    ],
)
def test_some_parts_cannot_be_hidden_alone(path: Path) -> None:
    """Hiding what the object is, whether it holds or how it is marked hides the object."""
    value = {
        **INDICATOR,
        "revoked": False,
        "object_marking_refs": [STATEMENT],
        "granular_markings": [{"marking_ref": STATEMENT, "selectors": ["name"]}],
    }

    assert left(value, [path]) is None


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (an_object("malware", is_family=False, name="m"), ("is_family",)),
        (an_observable("mutex", name="lock"), ("name",)),
        (
            an_object(
                "relationship",
                relationship_type="uses",
                source_ref=an_id("campaign"),
                target_ref=an_id("malware"),
            ),
            ("target_ref",),
        ),
        (an_object("note", content="text", object_refs=[an_id("tool")]), ("content",)),
    ],
)
def test_without_a_required_property_nothing_is_left(value: dict[str, Any], path: Path) -> None:
    """What is left must be valid STIX by itself."""
    assert left(value, [path]) is None


@pytest.mark.parametrize("kind", ["report", "note", "opinion", "grouping", "observed-data"])
def test_a_carrier_loses_references_and_is_withheld_without_any(kind: str) -> None:
    """R8: a report and its like keep what may be seen, and go nowhere with nothing to carry."""
    special: dict[str, dict[str, object]] = {
        "report": {"name": "r", "published": AT},
        "note": {"content": "c"},
        "opinion": {"opinion": "agree"},
        "grouping": {"context": "unspecified"},
        "observed-data": {"first_observed": AT, "last_observed": AT, "number_observed": 1},
    }
    refs = [an_id("domain-name", number) for number in (1, 2, 3)]
    value = an_object(kind, object_refs=refs, **special[kind])

    kept = left(value, pruned=[("object_refs", 0), ("object_refs", 2)])

    assert kept == {**value, "object_refs": [refs[1]]}
    every = [("object_refs", index) for index in range(3)]
    assert redact(value, hidden=[], pruned=every, is_valid=anything) is None


def test_a_sighting_loses_who_saw_it_and_what_was_seen() -> None:
    """R8: where a sighting was made and its observed data are pruned."""
    value = an_object(
        "sighting",
        sighting_of_ref=an_id("indicator"),
        observed_data_refs=[an_id("observed-data")],
        where_sighted_refs=[IDENTITY],
    )

    kept = left(value, pruned=[("observed_data_refs", 0), ("where_sighted_refs", 0)])

    assert kept == an_object("sighting", sighting_of_ref=an_id("indicator"))


def test_network_traffic_needs_one_end() -> None:
    """Traffic may lose one end, and is withheld without both (section 6.12)."""
    value = an_observable(
        "network-traffic",
        protocols=["tcp"],
        src_ref=an_id("ipv4-addr", 1),
        dst_ref=an_id("ipv4-addr", 2),
    )

    kept = left(value, pruned=[("src_ref",)])

    assert kept is not None
    assert "src_ref" not in kept
    assert left(value, pruned=[("src_ref",), ("dst_ref",)]) is None


def test_an_archive_without_content_loses_the_extension() -> None:
    """`contains_refs` is required of an archive (section 6.7.2): what is left is a file."""
    kept = left(FILE, pruned=[("extensions", "archive-ext", "contains_refs", 0)])

    assert kept == {name: member for name, member in FILE.items() if name != "extensions"}


def test_a_mail_part_without_its_body_withholds_the_mail() -> None:
    """A part needs a body or a reference to one (section 6.6.2)."""
    value = an_observable(
        "email-message",
        is_multipart=True,
        body_multipart=[{"content_type": "image/png", "body_raw_ref": an_id("artifact")}],
    )
    bare = ("body_multipart", 0, "body_raw_ref")

    assert left(value, pruned=[bare]) is None


def test_selectors_follow_their_facts() -> None:
    """Indices shift; selectors of what is gone go, and entries without selectors with them."""
    value = {
        **INDICATOR,
        "labels": ["first", "second", "third"],
        "granular_markings": [
            {"marking_ref": STATEMENT, "selectors": ["labels.[0]", "labels.[2]"]},
            {"lang": "en", "selectors": ["labels.[0]"]},
            {"lang": "fr", "selectors": ["labels"]},
        ],
    }

    kept = left(value, [("labels", 0)])

    assert kept is not None
    assert kept["granular_markings"] == [
        {"marking_ref": STATEMENT, "selectors": ["labels.[1]"]},
        {"lang": "fr", "selectors": ["labels"]},
    ]


def test_selectors_follow_over_many_gaps() -> None:
    """An index falls by the number of items that are gone before it, in whatever order."""
    labels = [f"label{number:02}" for number in range(40)]
    selectors = [f"labels.[{index}]" for index in range(40)]
    value = {
        **INDICATOR,
        "labels": labels,
        "granular_markings": [{"lang": "en", "selectors": selectors}],
    }
    hidden: list[Path] = [("labels", index) for index in range(38, -1, -2)]

    kept = left(value, hidden)

    assert kept is not None
    assert kept["granular_markings"][0]["selectors"] == selectors[:20]
    assert kept["labels"] == labels[1::2]


@pytest.mark.parametrize(
    "markings",
    [
        [{"lang": "en", "selectors": ["nothing"]}],
        [{"lang": "en", "selectors": ["granular_markings"]}],
        [{"lang": "en", "selectors": [1]}],
        [{"lang": "en", "selectors": "labels"}],
        ["labels"],
        "labels",
    ],
)
def test_a_marking_that_cannot_be_followed_withholds(markings: object) -> None:
    """A restriction that cannot be understood is not dropped."""
    value = {**INDICATOR, "granular_markings": markings}

    assert redact(value, hidden=[("name",)], pruned=[], is_valid=anything) is None


@pytest.mark.parametrize(
    "repeated",
    [
        {"name": "Visit http://Secret.example/login now"},
        {"name": "hxxp://secret[.]example/LOGIN"},
        {"labels": ["ｈｔｔｐ://secret.example/login"]},
        {"external_references": [{"source_name": "s", "url": "http://secret.example/login"}]},
        {"x_map": {"http://secret.example/login": 1}},
        {"pattern": r"[url:value = 'http:\/\/secret.example\/login']"},
    ],
)
def test_the_same_secret_in_two_places_withholds(repeated: dict[str, object]) -> None:
    """A hidden text that can still be read elsewhere is not hidden."""
    value = {**INDICATOR, "description": "http://secret.example/login", **repeated}

    assert redact(value, hidden=[("description",)], pruned=[], is_valid=anything) is None


def test_a_secret_of_marks_only_is_found_as_it_stands() -> None:
    """A text of which folding leaves nothing is still looked for letter by letter."""
    value = {**INDICATOR, "description": "\\" * 4, "name": "\\" * 5}

    assert redact(value, hidden=[("description",)], pruned=[], is_valid=anything) is None


def test_a_further_secret_withholds() -> None:
    """The caller can name texts that may occur nowhere, hidden or not."""
    for secret, kept in (("pumping", None), ("dumping", INDICATOR)):
        assert redact(INDICATOR, hidden=[], pruned=[], is_valid=anything, secrets=[secret]) == kept


def test_the_key_of_a_hidden_dictionary_is_a_secret_too() -> None:
    """Data used as a key is hidden with its dictionary."""
    value = {**INDICATOR, "name": "Attack on Ex Corp", "x_victims": {"Ex Corp": 1}}

    assert redact(value, hidden=[("x_victims",)], pruned=[], is_valid=anything) is None


@pytest.mark.parametrize(
    "hidden",
    [
        {"labels": ["malware"]},
        {"labels": ["stix"]},
        {"labels": ["indicator"]},
        {"labels": ["IP"]},
        {"labels": ["property-extension"]},
        {"x_number": 4444},
        {"x_flag": True},
    ],
)
def test_what_the_object_is_by_type_gives_nothing_away(hidden: dict[str, object]) -> None:
    """Types, the types within ids, short texts and numbers are not searched for."""
    shown = {
        **INDICATOR,
        "pattern": "4444 IP",
        "x_seen_ref": an_id("malware"),
        "extensions": {EXTENSION: {"extension_type": "property-extension"}},
    }
    path = (next(iter(hidden)),)

    assert redact({**shown, **hidden}, hidden=[path], pruned=[], is_valid=anything) == shown


@pytest.mark.parametrize(
    "again",
    [
        {"description": f"cf. {an_id('malware')}"},
        {"description": f"cf. {an_id('malware').upper()}."},
        {"x_seen_ref": an_id("malware")},
        {"external_references": [{"source_name": "s", "external_id": an_id("malware")}]},
    ],
)
def test_a_pruned_id_may_not_remain_elsewhere(again: dict[str, object]) -> None:
    """An id is information: what is pruned in one place may not stand in another."""
    refs = [an_id("malware"), IDENTITY]
    value = an_object("report", name="r", published=AT, object_refs=refs, **again)

    assert left(value, pruned=[("object_refs", 0)]) is None


def test_an_id_of_another_type_with_the_same_number_may_remain() -> None:
    """Some producers use one number for an indicator and what it is based on."""
    refs = [an_id("observed-data"), an_id("indicator")]
    value = an_object("report", name="r", published=AT, object_refs=refs)

    kept = left(value, pruned=[("object_refs", 0)])

    assert kept is not None
    assert kept["object_refs"] == [an_id("indicator")]


@pytest.mark.parametrize("path", [("nothing",), ("name", 0), ("indicator_types", 5)])
def test_a_path_that_leads_nowhere_is_an_error(path: Path) -> None:
    """A hidden part that is not there is a mistake, and is not ignored."""
    with pytest.raises(LookupError):
        redact(INDICATOR, hidden=[path], pruned=[], is_valid=anything)


def test_a_member_of_the_deprecated_objects_cannot_go_alone() -> None:
    """Members of `objects` refer to each other by key, so hiding one hides the observation."""
    value = an_object(
        "observed-data",
        objects={
            "0": {"type": "ipv4-addr", "value": "192.0.2.7"},
            "1": {"type": "domain-name", "value": "c2.example", "resolves_to_refs": ["0"]},
        },
    )

    assert redact(value, hidden=[("objects", "0")], pruned=[], is_valid=anything) is None


# Laws, over objects whose every text is unlike every other.

trees: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.just("text"),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4)
        | st.dictionaries(
            st.sampled_from(["alpha", "beta", "SHA-256", "d.t", "[0]"]),
            inner,
            min_size=1,
            max_size=3,
        )
    ),
    max_leaves=12,
)


def numbered(node: Any, counter: Iterator[int]) -> Any:
    """The same tree with each text made unlike every other."""
    if isinstance(node, dict):
        return {key: numbered(member, counter) for key, member in node.items()}
    if isinstance(node, list):
        return [numbered(member, counter) for member in node]
    return f"text{next(counter):05}" if node == "text" else node


def paths_of(node: Any, path: Path = ()) -> Iterator[Path]:
    """Each part of a value."""
    yield path
    if isinstance(node, (dict, list)):
        for step, member in node.items() if isinstance(node, dict) else enumerate(node):
            yield from paths_of(member, (*path, step))


def texts_of(node: Any) -> set[str]:
    """Each text of a value."""
    parts = (value_at({"v": node}, ("v", *path)) for path in paths_of(node))
    return {part for part in parts if isinstance(part, str)}


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], list[Path], list[Path]]:
    """A marked object, and what is hidden and pruned of it."""
    own = draw(st.dictionaries(st.sampled_from(["x_one", "x_two", "x_three"]), trees, min_size=1))
    value = an_object("tool", name="n", **numbered(own, iter(range(100_000))))
    parts = [path for path in paths_of(value) if path and str(path[0]).startswith("x_")]
    expressible = [path for path in parts if not {"d.t", "[0]"} & set(path)]
    chosen = draw(st.lists(st.sampled_from(expressible), max_size=6, unique=True))
    if chosen:
        value["granular_markings"] = [
            {"marking_ref": an_id("marking-definition", number), "selectors": [render(path)]}
            for number, path in enumerate(chosen)
        ]
    some = st.lists(st.sampled_from(parts), max_size=4)
    return value, draw(some), draw(some)


Case = tuple[dict[str, Any], list[Path], list[Path]]


@given(cases())
def test_with_nothing_hidden_redaction_is_the_identity(case: Case) -> None:
    """The copy equals the original, and shares nothing that can change with it."""
    value, _, _ = case

    kept = redact(value, hidden=[], pruned=[], is_valid=anything)

    assert kept == value
    assert kept is not None
    kept["granular_markings"] = kept["x_new"] = None
    for path in paths_of(value):
        part = value_at(value, path)
        if isinstance(part, (dict, list)) and path and path[0] != "granular_markings":
            assert value_at(kept, path) is not part


@given(cases())
def test_redaction_never_leaves_a_hidden_text_and_drops_no_other(case: Case) -> None:
    """The texts that are left are those of the original without the hidden ones."""
    value, hidden, pruned = case
    before = copy.deepcopy(value)

    kept = redact(value, hidden=hidden, pruned=pruned, is_valid=anything)

    assert value == before
    assert kept is not None
    gone = {t for path in hidden + pruned for t in texts_of(value_at(value, path))}
    marks = texts_of(value.pop("granular_markings", []))
    kept.pop("granular_markings", None)
    assert texts_of(kept) == texts_of(value) - gone
    assert not gone & marks


@given(cases())
def test_redaction_leaves_nothing_empty(case: Case) -> None:
    """No list or dictionary is left empty, since none was."""
    value, hidden, pruned = case

    kept = redact(value, hidden=hidden, pruned=pruned, is_valid=anything)

    assert kept is not None
    parts = [value_at(kept, path) for path in paths_of(kept) if path]
    assert [] not in parts
    assert {} not in parts


@given(cases())
def test_selectors_still_hit_the_same_facts(case: Case) -> None:
    """Each marking that is left covers the texts it covered, but for those gone."""
    value, hidden, pruned = case

    kept = redact(value, hidden=hidden, pruned=pruned, is_valid=anything)

    assert kept is not None
    gone = {t for path in hidden + pruned for t in texts_of(value_at(value, path))}
    before, after = marked_texts(value), marked_texts(kept)
    assert after.keys() <= before.keys()
    assert {ref: texts - gone for ref, texts in before.items() if texts - gone} == {
        ref: texts for ref, texts in after.items() if texts
    }


def marked_texts(value: dict[str, Any]) -> dict[str, set[str]]:
    """The texts that each granular marking covers."""
    return {
        entry["marking_ref"]: {
            text
            for selector in entry["selectors"]
            for text in texts_of(value_at(value, resolve(value, selector) or ("nowhere",)))
        }
        for entry in value.get("granular_markings", [])
    }


@given(cases(), st.data())
def test_hiding_more_never_shows_more(case: Case, data: st.DataObject) -> None:
    """What is left with more hidden is part of what is left with less hidden."""
    value, hidden, pruned = case
    fewer = data.draw(st.lists(st.sampled_from(hidden))) if hidden else []

    much = redact(value, hidden=fewer, pruned=[], is_valid=anything)
    little = redact(value, hidden=hidden, pruned=pruned, is_valid=anything)

    assert much is not None
    assert little is not None
    little.pop("granular_markings", None)
    much.pop("granular_markings", None)
    assert texts_of(little) <= texts_of(much)


@given(cases(), st.data())
def test_a_repeated_hidden_text_always_withholds(case: Case, data: st.DataObject) -> None:
    """Whatever the object and wherever the second place is, the same secret is found."""
    value, hidden, _ = case
    secret = data.draw(st.text("abcXYZ .\\/'é[]", min_size=4))
    value["x_secret"] = secret
    around = data.draw(st.text("ab ", max_size=3))
    value["x_again"] = [{"deep": around + secret + around}]

    kept = redact(value, hidden=[*hidden, ("x_secret",)], pruned=[], is_valid=anything)

    assert kept is None or covers_any(hidden, ("x_again", 0, "deep"))


def covers_any(paths: list[Path], path: Path) -> bool:
    """Whether a part lies in one of several."""
    return any(covers(selected, path) for selected in paths)
