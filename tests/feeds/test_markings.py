"""R1: which STIX markings count as TLP, what is forged, and what nobody can honour."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import ForgedMarking, InvalidObject, UnknownMarking
from feeds.markings import (
    IEP_2_EXTENSION,
    MARKING_OF,
    OPENCTI_AMBER_STRICT,
    REGISTRY,
    TLP_1,
    TLP_2,
    TLP_2_EXTENSION,
    check_definition,
    marking_ids,
    read_markings,
)
from feeds.validation import validate
from tests import objects
from tlp import Label, strictest

FOREIGN = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ee"
STATEMENT = objects.statement()
NOTHING: dict[str, dict[str, Any]] = {}
# The ids as the standards print them: STIX 2.1 §7.2.1.4, and OASIS' TLP 2.0 extension.
PRINTED = {
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": Label.CLEAR,
    "34098fce-860f-48ae-8e50-ebd3cc5e41da": Label.GREEN,
    "f88d31f6-486f-44da-b317-01333bde0b82": Label.AMBER,
    "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Label.RED,
    "94868c89-83c2-464b-929b-a1a8aa3c8487": Label.CLEAR,
    "bab4a63c-aed9-4cf5-a766-dfca5abac2bb": Label.GREEN,
    "55d920b0-5e8b-4f79-9ee9-91f868d9b421": Label.AMBER,
    "939a9414-2ddd-4d32-a0cd-375ea402b003": Label.AMBER_STRICT,
    "e828b379-4e03-4974-9ac4-e53a884c97c1": Label.RED,
    "826578e1-40ad-459f-bc73-ede076f81f37": Label.AMBER_STRICT,
}


def tlp_1(id_: str, level: str, **more: Any) -> dict[str, Any]:
    """A definition in the form of STIX 2.1 §7.2.1.4."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": id_,
        "created": "2017-01-20T00:00:00.000Z",
        "definition_type": "tlp",
        "name": f"TLP:{level.upper()}",
        "definition": {"tlp": level},
        **more,
    }


def tlp_2(id_: str, level: str, **more: Any) -> dict[str, Any]:
    """A definition in the form of the TLP 2.0 extension."""
    extension = {"extension_type": "property-extension", "tlp_2_0": level}
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": id_,
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{level.upper()}",
        "extensions": {TLP_2_EXTENSION: extension},
        **more,
    }


def iep(**policy: Any) -> dict[str, Any]:
    """An IEP 2.0 policy."""
    return {
        **STATEMENT,
        "id": FOREIGN,
        "extensions": {IEP_2_EXTENSION: {"extension_type": "property-extension", **policy}},
    }


def read(value: Mapping[str, Any], *definitions: Mapping[str, Any]) -> tuple[Any, ...]:
    """`own`, `parts` and `others` of an object's markings, with these definitions known."""
    known = {definition["id"]: definition for definition in definitions}
    found = read_markings(value, known.get)
    return found.own, found.parts, found.others


# the registry


def test_the_registry_holds_both_families_and_the_one_of_opencti() -> None:
    """Every id that means TLP, and no other; CloudSIRT itself marks with TLP 2.0's."""
    assert {f"marking-definition--{uuid}": label for uuid, label in PRINTED.items()} == REGISTRY
    assert {id_: label for label, id_ in MARKING_OF.items()} == TLP_2
    assert set(MARKING_OF) == set(Label)
    assert REGISTRY[OPENCTI_AMBER_STRICT] is Label.AMBER_STRICT


@pytest.mark.parametrize("id_", REGISTRY)
def test_a_registered_id_means_its_label_without_its_definition(id_: str) -> None:
    """On the whole object and on a part of it."""
    assert read({"object_marking_refs": [id_]}) == (REGISTRY[id_], None, ())
    granular = [{"marking_ref": id_, "selectors": ["name"]}]
    assert read({"granular_markings": granular}) == (None, REGISTRY[id_], ())


@pytest.mark.parametrize("id_", TLP_1)
def test_the_standard_s_own_definitions_are_genuine(id_: str) -> None:
    """STIX 2.1 §7.2.1.4, WHITE included."""
    level = "white" if TLP_1[id_] is Label.CLEAR else TLP_1[id_].value
    check_definition(tlp_1(id_, level))


@pytest.mark.parametrize("id_", [*TLP_2, OPENCTI_AMBER_STRICT])
def test_the_definitions_of_tlp_2_are_genuine(id_: str) -> None:
    """The OASIS extension, and OpenCTI's definition in either form."""
    check_definition(tlp_2(id_, REGISTRY[id_].value))
    check_definition(tlp_1(id_, REGISTRY[id_].value))


# forged ones

RED, GREEN = MARKING_OF[Label.RED], MARKING_OF[Label.GREEN]
SILENT = {name: value for name, value in STATEMENT.items() if name != "id"}


@pytest.mark.parametrize(
    "definition",
    [
        tlp_1(FOREIGN, "green"),
        tlp_2(FOREIGN, "green"),
        tlp_1(RED, "green"),
        tlp_2(RED, "green"),
        tlp_1(RED, "red", name="TLP:GREEN"),
        tlp_2(RED, "red", name="tlp: green"),
        tlp_1(RED, "red", extensions=tlp_2(RED, "green")["extensions"]),
        tlp_2(RED, "red", definition_type="tlp", definition={"tlp": "green"}),
        tlp_2(GREEN, "green", definition={"tlp": "red"}),
        tlp_2(GREEN, "green", definition_type="statement", definition={"tlp": "red"}),
        tlp_1(RED, "purple"),
        tlp_2(RED, "purple"),
        tlp_1(RED, "red", definition="red"),
        tlp_1(RED, "red", definition={}),
        tlp_1(RED, "red", definition={"tlp": ["red"]}),
        tlp_2(RED, "red", extensions={TLP_2_EXTENSION: {"tlp_2_0": None}}),
        {**SILENT, "id": RED},
        {"type": "marking-definition", "id": RED},
        {**STATEMENT, "name": "TLP:GREEN"},
        {**STATEMENT, "name": "  tlp:whatever"},
        {**STATEMENT, "id": FOREIGN, "extensions": tlp_2(RED, "red")["extensions"]},
        {**iep(), "name": "TLP:CLEAR"},
        {**iep(), "definition": {"tlp": "clear"}},
    ],
)
def test_a_definition_that_imitates_tlp_is_refused(definition: dict[str, Any]) -> None:
    """Id, level, name and extension agree with the registry, or it is a forgery."""
    with pytest.raises(ForgedMarking):
        check_definition(definition)


# what is no TLP


def test_a_statement_is_known_and_restricts_nothing() -> None:
    """It travels with the object and says nothing of TLP."""
    check_definition(STATEMENT)
    check_definition({**STATEMENT, "name": "Our TLP policy"})
    assert read({"object_marking_refs": [STATEMENT["id"]]}, STATEMENT) == (
        *(None, None),
        (STATEMENT["id"],),
    )


@pytest.mark.parametrize("label", Label)
def test_the_tlp_level_of_an_iep_policy_counts(label: Label) -> None:
    """IEP 2.0: as if the TLP marking stood beside it, on the whole and on parts."""
    policy = iep(tlp=label.value)
    check_definition(policy)
    assert read({"object_marking_refs": [FOREIGN]}, policy) == (label, None, (FOREIGN,))
    granular = [{"marking_ref": FOREIGN, "selectors": ["name"]}]
    assert read({"granular_markings": granular}, policy) == (None, label, (FOREIGN,))


def test_an_iep_policy_without_tlp_says_nothing_of_it() -> None:
    """The object counts as unmarked."""
    check_definition(iep())
    assert read({"object_marking_refs": [FOREIGN]}, iep()) == (None, None, (FOREIGN,))


@pytest.mark.parametrize(
    "definition",
    [
        {**STATEMENT, "definition_type": "x-eyes-only"},
        {**STATEMENT, "definition": {"statement": "a", "eyes": "only"}},
        {**STATEMENT, "definition": {"eyes": "only"}},
        {**STATEMENT, "definition": "a"},
        {**STATEMENT, "definition": None},
        {**STATEMENT, "extensions": {FOREIGN: {"extension_type": "property-extension"}}},
        {**iep(), "extensions": {**iep()["extensions"], FOREIGN: {}}},
        {"type": "marking-definition", "id": FOREIGN},
        iep(tlp="purple"),
        iep(tlp=None),
    ],
)
def test_a_restriction_that_nobody_can_honour_is_refused_by_name(
    definition: dict[str, Any],
) -> None:
    """Neither TLP nor statement nor IEP: never ignored."""
    with pytest.raises(UnknownMarking, match=definition["id"]):
        check_definition(definition)


@pytest.mark.parametrize("id_", [FOREIGN, "\ud800" * 500])
def test_a_refusal_can_be_sent_whatever_the_id(id_: str) -> None:
    """Forged or unknown: the sentence is short, and text."""
    for definition, error in (
        (tlp_1(id_, "red"), ForgedMarking),
        ({"type": "marking-definition", "id": id_}, UnknownMarking),
        ({**iep(tlp="x"), "id": id_}, UnknownMarking),
    ):
        with pytest.raises(error) as refusal:
            check_definition(definition)
        assert len(str(refusal.value).encode()) < 1_000


@pytest.mark.parametrize("place", ["whole", "part"])
def test_a_marking_without_a_known_definition_is_refused_by_name(place: str) -> None:
    """The message names it and says what to do."""
    value: dict[str, Any] = {"object_marking_refs": [GREEN, FOREIGN]}
    if place == "part":
        value = {"granular_markings": [{"marking_ref": FOREIGN, "selectors": ["name"]}]}
    with pytest.raises(UnknownMarking, match=f"{FOREIGN} is not known here: send its definition"):
        read(value)


@pytest.mark.parametrize("definition", [{"eyes": "only"}, {"statement": "a", "eyes": "only"}])
def test_an_iep_policy_hides_no_other_restriction(definition: dict[str, Any]) -> None:
    """What stands in `definition` beside the policy is looked at, too."""
    policy = {**iep(), "definition_type": "x-eyes-only", "definition": definition}
    with pytest.raises((UnknownMarking, InvalidObject)):
        check_and_validate(policy)


def check_and_validate(definition: dict[str, Any]) -> None:
    """Both judgements that a definition passes on its way in."""
    check_definition(definition)
    validate(definition)


# the effective label

registered = st.sampled_from(sorted(REGISTRY))


@given(
    st.lists(registered, max_size=4),
    st.lists(registered, max_size=4),
    st.sampled_from(Label),
)
def test_the_effective_label_is_the_strictest_of_all(
    refs: list[str], granular: list[str], unmarked: Label
) -> None:
    """R1: of the object's markings, else the label for the unmarked, and of its parts."""
    value = {
        "object_marking_refs": refs,
        "granular_markings": [{"lang": "en", "selectors": ["name"]}]
        + [{"marking_ref": ref, "selectors": ["name"]} for ref in granular],
    }
    found = read_markings(value, NOTHING.get)
    own = [REGISTRY[ref] for ref in refs] or [unmarked]
    assert found.effective(unmarked) is strictest([*own, *(REGISTRY[ref] for ref in granular)])
    assert (found.own is None) == (not refs)
    assert marking_ids(value) == {*refs, *granular}


def test_granular_markings_alone_do_not_mark_the_object() -> None:
    """The rest of it is unmarked: a GREEN part of an unmarked object does not open the whole."""
    value = {"granular_markings": [{"marking_ref": GREEN, "selectors": ["name"]}]}
    found = read_markings(value, NOTHING.get)
    assert found.own is None
    assert found.effective(Label.AMBER) is Label.AMBER
    assert found.effective(Label.CLEAR) is Label.GREEN
    assert read_markings({}, NOTHING.get).effective(Label.RED) is Label.RED
