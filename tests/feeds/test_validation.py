"""Validation of STIX 2.1 objects: vectors one by one, and no way past the one error."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.constraints import class_of
from feeds.errors import InvalidObject
from feeds.limits import MAX_DEPTH, MAX_ITEMS
from feeds.patterns import MAX_PATTERN
from feeds.selectors import hits
from feeds.strictness import first_offence
from feeds.validation import validate

VECTORS = Path(__file__).parent.parent / "vectors" / "stix"
ACCEPTED = sorted(path.name for path in VECTORS.iterdir() if not path.name.endswith("_fail"))
REFUSED = sorted(path.name for path in VECTORS.iterdir() if path.name.endswith("_fail"))


def vector(name: str) -> Any:
    """The object of a vector, fresh each time."""
    return json.loads((VECTORS / name / "object.json").read_text())


def refusal_of(value: Any) -> str:
    """The sentence with which an object is refused."""
    with pytest.raises(InvalidObject) as refused:
        validate(value)
    return str(refused.value)


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_valid_object_is_accepted_and_not_touched(name: str) -> None:
    """What the vector's README says is valid passes, and is the same object afterwards."""
    value = vector(name)
    validate(value)
    assert value == vector(name)


@pytest.mark.parametrize("name", REFUSED)
def test_an_invalid_object_is_refused_with_one_sentence(name: str) -> None:
    """What the vector's README says is wrong is refused with the sentence that it quotes."""
    readme = (VECTORS / name / "README.md").read_text()
    assert refusal_of(vector(name)) == readme.rpartition("\n> ")[2].removesuffix("\n")


@pytest.mark.parametrize("value", [None, True, 7, 1.5, "indicator", [], [{"type": "identity"}]])
def test_what_is_no_object_is_refused(value: Any) -> None:
    """Only a JSON object can be a STIX object."""
    assert refusal_of(value) == "A STIX object must be a JSON object."


def nested(levels: int) -> dict[str, Any]:
    """An object of this many levels, itself included."""
    inner: Any = 1
    for _ in range(levels - 1):
        inner = [inner]
    deep: dict[str, Any] = vector("identity") | {"x_example": inner}
    return deep


def test_nesting_is_limited() -> None:
    """The deepest object allowed is accepted; one level more is refused."""
    validate(nested(MAX_DEPTH))
    assert "nested deeper than 32 levels" in refusal_of(nested(MAX_DEPTH + 1))


def test_nesting_far_beyond_the_stack_is_refused_all_the_same() -> None:
    """Depth that would exhaust the stack is an error of the sender, not of ours."""
    assert "nested deeper than 32 levels" in refusal_of(nested(100_000))


def test_the_number_of_items_is_limited() -> None:
    """Items and keys are counted over the whole object."""
    base = vector("identity")
    base["x_example"] = [0]
    spare = MAX_ITEMS - 2 - len(base) - sum(len(base[k]) for k in base if type(base[k]) is list)
    base["x_example"] = [0] * (spare + 2)
    validate(base)
    base["x_example"].append(0)
    assert refusal_of(base) == "This object has more than 100,000 items and keys."


@pytest.mark.parametrize("number", [2**53 - 1, 1 - 2**53, 1e300, 0.0])
def test_numbers_that_every_reader_keeps_are_accepted(number: float) -> None:
    """Integers up to 2^53−1 and finite floats pass, wherever they stand (RFC 7493 §2.2)."""
    validate(vector("identity") | {"x_example": [number]})


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**400, float("nan"), float("-inf")])
def test_numbers_that_some_reader_loses_are_refused(number: float) -> None:
    """Larger integers and what JSON has no number for are refused, with their place."""
    assert refusal_of(vector("identity") | {"x_example": [number]}).startswith("`x_example.[0]` is")


@pytest.mark.parametrize("value", [b"x", (1,), {1}, object(), {1: 2}])
def test_what_json_does_not_have_is_refused(value: Any) -> None:
    """A caller's slip is an InvalidObject as well."""
    refusal_of(vector("identity") | {"x_example": value})


def test_a_pattern_is_limited() -> None:
    """A pattern beyond its limit is refused by name."""
    pattern = f"[file:name = '{'x' * MAX_PATTERN}']"
    assert refusal_of(vector("indicator") | {"pattern": pattern}) == (
        "`pattern` is not a STIX pattern: it is longer than 65,536 characters."
    )


def test_what_was_sent_is_never_repeated_at_length() -> None:
    """A name as long as the object is quoted in part, and without control characters."""
    sentence = refusal_of(vector("identity") | {"X\n\u202e" + "y" * 10_000: 1})
    assert len(sentence) < 300
    assert sentence.isprintable()


@pytest.mark.parametrize("name", [n for n in ACCEPTED if class_of(vector(n)["type"])])
def test_no_property_of_the_standard_accepts_another_json_type(name: str) -> None:
    """Each property of each vector is refused as soon as its JSON type is another one."""
    value = vector(name)
    stix_class = class_of(value["type"])
    assert stix_class is not None
    for key in value.keys() & stix_class._properties.keys():
        # A number with a fraction may be written without one.
        alike = (int, float) if isinstance(value[key], float) else (type(value[key]),)
        for other in (None, True, 7, "x", [None], {"x": None}):
            if type(other) not in alike:
                assert first_offence(stix_class, value | {key: other}) is not None, (key, other)


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("name", True),
        ("size", True),
        ("hashes.SHA-256", True),
        ("extensions.ntfs-ext.alternate_data_streams.[0].name", True),
        ("extensions.ntfs-ext.alternate_data_streams.[1]", False),
        ("extensions.ntfs-ext.alternate_data_streams.[00]", False),
        ("extensions.ntfs-ext.alternate_data_streams.0", False),
        ("extensions.ntfs-ext.alternate_data_streams.[99999999999999999999]", False),
        ("extensions.[0]", False),
        ("name.[0]", False),
        ("", False),
        ("name.", False),
        ("hashes..MD5", False),
    ],
)
def test_a_selector_hits_what_is_present(selector: str, found: bool) -> None:
    """Selectors follow properties, keys and indexes, and nothing else (§7.2.3)."""
    assert hits(vector("file"), selector) is found


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf"]), max_size=3),
    st.sampled_from(
        "2.0 2.1 tlp statement stix identity file observed-data bundle x-example true 2026-01-01 "
        "2026-01-01T00:00:00Z 2026-01-01T00:00:00.1234567Z [a:b=1] marking-definition--1 name "
        "identity--0d3a1c5e-7b2f-4e6a-9c8d-00000000aaaa".split()
    ),
)
keys = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        "allow_custom self custom_properties interoperability _valid_refs type id spec_version "
        "created modified definition definition_type objects object_refs extensions hashes "
        "pattern granular_markings object_marking_refs pattern_type labels confidence lang "
        "revoked defanged name extension_type x_example items get".split()
    ),
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)


def judge(value: Any) -> None:
    """Validate; a refusal must be one printable sentence that can be sent."""
    try:
        validate(value)
    except InvalidObject as error:
        sentence = str(error)
        assert sentence.isprintable()
        assert sentence.encode().endswith(b".")
        assert len(sentence) < 1000


@given(anything)
def test_no_json_value_raises_anything_else(value: Any) -> None:
    """Whatever JSON holds, it is accepted or refused with a sentence."""
    judge(value)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a value, with each of its keys or indexes."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


@given(st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_damaged_object_raises_anything_else(data: st.DataObject) -> None:
    """Nor does a valid object with something replaced, removed or added."""
    value = vector(data.draw(st.sampled_from(ACCEPTED)))
    for _ in range(data.draw(st.integers(1, 3))):
        found = list(places(value))
        if not found:
            break
        container, key = found[data.draw(st.integers(0, len(found) - 1))]
        change = data.draw(st.sampled_from(["replace", "remove", "add"]))
        if change == "replace":
            container[key] = data.draw(anything)
        elif change == "remove":
            del container[key]
        elif isinstance(container, dict):
            container[data.draw(keys)] = data.draw(anything)
    judge(value)
