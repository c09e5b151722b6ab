"""What follows from judgements: against the plainest way to say it, and by its laws."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.eligibility.criteria import (
    CRITERIA,
    REQUIREMENTS,
    AllOf,
    AnyOf,
    Criterion,
    Requirement,
    alternatives_in,
    criteria_in,
    criteria_of,
)
from membership.eligibility.judgement import Finding, Judgement, LineState, Outcome, assess
from membership.organisation import Category

AT = datetime(2026, 3, 1, tzinfo=UTC)
REVIEWERS = ("ann", "bob", "cid")
LETTERS = "abcd"
MET, NOT_MET, NOT_SHOWN = Finding


def criterion(id_: str) -> Criterion:
    """A criterion without more than its id."""
    return Criterion(id_, f"Shows {id_}", "", "")


def judgement(about: str, reviewer: str, finding: Finding, minute: int = 0) -> Judgement:
    """One opinion."""
    return Judgement(about, reviewer, finding, "Because.", AT + timedelta(minutes=minute))


requirements: st.SearchStrategy[Requirement] = st.recursive(
    st.sampled_from([criterion(id_) for id_ in LETTERS]),
    lambda inner: (
        st.builds(lambda parts: AllOf(tuple(parts)), st.lists(inner, max_size=3))
        | st.builds(lambda parts: AnyOf(tuple(parts)), st.lists(inner, max_size=3))
    ),
    max_leaves=6,
)
judgements = st.dictionaries(
    st.tuples(st.sampled_from(LETTERS), st.sampled_from(REVIEWERS)), st.sampled_from(Finding)
).map(lambda found: [judgement(*key, finding) for key, finding in found.items()])
numbers = st.integers(1, 3)


def is_met(requirement: Requirement, met: dict[str, bool]) -> bool:
    """Whether a requirement is met where everything is known."""
    if isinstance(requirement, Criterion):
        return met[requirement.id]
    parts = [is_met(part, met) for part in requirement.of]
    return all(parts) if isinstance(requirement, AllOf) else any(parts)


def known(found: Iterable[Judgement], reviewers: int) -> dict[str, bool]:
    """What is settled: nobody disagrees, and there are enough of them."""
    settled = {}
    for id_ in LETTERS:
        findings = [item.finding for item in found if item.criterion == id_]
        if len(findings) >= reviewers and len(set(findings)) == 1:
            settled[id_] = findings[0] is MET
    return settled


def by_brute_force(requirement: Requirement, settled: dict[str, bool]) -> frozenset[bool]:
    """Every outcome that some way to settle what is open leads to."""
    open_ = [id_ for id_ in LETTERS if id_ not in settled]
    return frozenset(
        is_met(requirement, {**settled, **dict(zip(open_, filled, strict=True))})
        for filled in product((True, False), repeat=len(open_))
    )


@given(requirements, judgements, numbers)
def test_an_outcome_is_what_every_way_to_go_on_leads_to(
    requirement: Requirement, found: list[Judgement], reviewers: int
) -> None:
    """Open only while the open criteria can still make a difference."""
    possible = by_brute_force(requirement, known(found, reviewers))
    expected = {
        frozenset({True}): Outcome.ELIGIBLE,
        frozenset({False}): Outcome.NOT_ELIGIBLE,
        frozenset({True, False}): Outcome.OPEN,
    }[possible]
    assert assess(requirement, found, reviewers).outcome is expected


@given(requirements, st.lists(st.sampled_from(Finding), min_size=4, max_size=4))
def test_with_everything_judged_it_is_plain_logic(
    requirement: Requirement, findings: list[Finding]
) -> None:
    """What is not shown counts as not met."""
    found = [judgement(id_, "ann", item) for id_, item in zip(LETTERS, findings, strict=True)]
    met = {id_: item is MET for id_, item in zip(LETTERS, findings, strict=True)}
    outcome = assess(requirement, found, 1).outcome
    assert outcome is (Outcome.ELIGIBLE if is_met(requirement, met) else Outcome.NOT_ELIGIBLE)


@given(requirements, judgements, st.sampled_from(LETTERS))
def test_finding_more_met_never_makes_less_eligible(
    requirement: Requirement, found: list[Judgement], better: str
) -> None:
    """Monotonic in the findings: one reviewer, one criterion moved to met."""
    ranks = {Outcome.NOT_ELIGIBLE: 0, Outcome.OPEN: 1, Outcome.ELIGIBLE: 2}
    own = [item for item in found if item.reviewer == "ann"]
    improved = [item for item in own if item.criterion != better]
    improved.append(judgement(better, "ann", MET))
    before, after = (assess(requirement, items, 1).outcome for items in (own, improved))
    if any(item.criterion == better for item in own) or before is not Outcome.NOT_ELIGIBLE:
        assert ranks[after] >= ranks[before]


@given(requirements, judgements, numbers, st.sampled_from(LETTERS), st.sampled_from(Finding))
def test_more_judgements_on_what_is_open_never_turn_what_is_decided(
    requirement: Requirement,
    found: list[Judgement],
    reviewers: int,
    about: str,
    finding: Finding,
) -> None:
    """Monotonic in knowledge: a decided outcome stays while no settled criterion is touched."""
    if about in known(found, reviewers):
        return
    before = assess(requirement, found, reviewers).outcome
    others = [item for item in found if item.criterion != about]
    settled = [judgement(about, name, finding) for name in REVIEWERS]
    if before is not Outcome.OPEN:
        assert assess(requirement, [*others, *settled], reviewers).outcome is before


@given(requirements, judgements)
def test_asking_for_more_eyes_only_opens(requirement: Requirement, found: list[Judgement]) -> None:
    """With a higher number of reviewers an outcome stays, or is open."""
    lax, strict = (assess(requirement, found, number).outcome for number in (1, 3))
    assert strict in (lax, Outcome.OPEN)


@given(requirements, judgements, numbers)
def test_every_assessment_explains_itself(
    requirement: Requirement, found: list[Judgement], reviewers: int
) -> None:
    """A line for each criterion; the sentence begins with the outcome and says why."""
    assessment = assess(requirement, found, reviewers)
    assert [line.criterion for line in assessment.lines] == list(criteria_in(requirement))
    begins = {
        Outcome.ELIGIBLE: "Eligible: ",
        Outcome.NOT_ELIGIBLE: "Not eligible",
        Outcome.OPEN: "Still open: “",
    }[assessment.outcome]
    assert assessment.sentence.startswith(begins)
    assert assessment.sentence.endswith(".")


@given(requirements, judgements, numbers)
def test_what_is_awaited_is_what_can_make_a_difference(
    requirement: Requirement, found: list[Judgement], reviewers: int
) -> None:
    """Settled as met wherever it is awaited, it is eligible; as not met, it is not."""
    assessment = assess(requirement, found, reviewers)
    awaited = {line.criterion.id for line in assessment.awaited}
    assert bool(awaited) == (assessment.outcome is Outcome.OPEN)
    assert not awaited & set(known(found, reviewers))
    for finding, outcome in ((MET, Outcome.ELIGIBLE), (NOT_MET, Outcome.NOT_ELIGIBLE)):
        others = [item for item in found if item.criterion not in awaited]
        settled = [judgement(id_, name, finding) for id_ in awaited for name in REVIEWERS]
        if awaited:
            assert assess(requirement, [*others, *settled], reviewers).outcome is outcome


def test_the_states_of_one_criterion() -> None:
    """Not judged, one pair of eyes, two that agree, two that do not."""
    one = criterion("a")
    steps = [
        ([], LineState.UNJUDGED),
        ([judgement("a", "ann", MET)], LineState.WAITING),
        ([judgement("a", "ann", MET), judgement("a", "bob", MET)], LineState.MET),
        ([judgement("a", "ann", NOT_MET), judgement("a", "bob", NOT_MET)], LineState.NOT_MET),
        ([judgement("a", "ann", NOT_SHOWN), judgement("a", "bob", NOT_SHOWN)], LineState.NOT_SHOWN),
        ([judgement("a", "ann", MET), judgement("a", "bob", NOT_MET)], LineState.DISPUTED),
        ([judgement("a", name, MET) for name in REVIEWERS], LineState.MET),
        (
            [*(judgement("a", name, MET) for name in "xy"), judgement("a", "ann", NOT_SHOWN)],
            LineState.DISPUTED,
        ),
    ]
    for found, state in steps:
        assert assess(one, found, 2).lines[0].state is state


def test_the_same_person_twice_is_one_pair_of_eyes() -> None:
    """Four eyes are those of two people; the later opinion of one replaces the earlier."""
    one = criterion("a")
    twice = [judgement("a", "ann", NOT_MET), judgement("a", "ann", MET, minute=1)]
    assert assess(one, twice, 2).lines[0].state is LineState.WAITING
    assert assess(one, reversed(twice), 1).outcome is Outcome.ELIGIBLE


def test_a_refusal_names_what_is_not_met_and_what_is_not_shown() -> None:
    """The applicant and the Board read why."""
    both = AllOf((criterion("a"), criterion("b"), criterion("c")))
    found = [judgement("a", "ann", MET), judgement("b", "ann", NOT_MET)]
    found.append(judgement("c", "ann", NOT_SHOWN))
    sentence = assess(both, found, 1).sentence
    assert sentence == "Not eligible: “Shows b” is not met; “Shows c” is not shown."


def test_somebody_must_judge() -> None:
    """No reviewers at all is a fault, not an admission."""
    with pytest.raises(ValueError, match="somebody"):
        assess(criterion("a"), [], 0)


# the bylaws' own requirements


def outcome_of(category: Category, met: set[str]) -> Outcome:
    """What follows when exactly these criteria are found met by two people."""
    found = [
        judgement(item.id, name, MET if item.id in met else NOT_SHOWN)
        for item in criteria_of(category)
        for name in ("ann", "bob")
    ]
    return assess(REQUIREMENTS[category], found, 2).outcome


@pytest.mark.parametrize(
    ("category", "met", "expected"),
    [
        ("cloud-provider", "infrastructure iaas team customers", Outcome.ELIGIBLE),
        ("cloud-provider", "infrastructure paas team customers", Outcome.ELIGIBLE),
        ("cloud-provider", "infrastructure saas team customers", Outcome.ELIGIBLE),
        ("cloud-provider", "infrastructure team customers", Outcome.NOT_ELIGIBLE),
        ("cloud-provider", "iaas paas saas team customers", Outcome.NOT_ELIGIBLE),
        ("cloud-provider", "infrastructure iaas customers", Outcome.NOT_ELIGIBLE),
        ("cloud-provider", "infrastructure iaas team", Outcome.NOT_ELIGIBLE),
        ("telco", "backbone peering team", Outcome.ELIGIBLE),
        ("telco", "peering team", Outcome.NOT_ELIGIBLE),
        ("telco", "backbone team", Outcome.NOT_ELIGIBLE),
        ("telco", "backbone peering", Outcome.NOT_ELIGIBLE),
        ("csirt", "statute", Outcome.ELIGIBLE),
        ("csirt", "designated", Outcome.ELIGIBLE),
        ("csirt", "recognised", Outcome.ELIGIBLE),
        ("csirt", "", Outcome.NOT_ELIGIBLE),
        ("other", "why", Outcome.NOT_ELIGIBLE),
    ],
)
def test_the_categories_are_as_the_bylaws_say(category: str, met: str, expected: Outcome) -> None:
    """Conjunctions for providers, alternatives for response teams, nobody else as of right."""
    prefix = category.partition("-")[0]
    ids = {f"{prefix}-{word}" for word in met.split()}
    assert ids <= set(CRITERIA)
    assert outcome_of(Category(category), ids) is expected


def test_alternatives_are_named_with_what_they_are_for() -> None:
    """One of three services, one of three grounds; nothing else is an alternative."""
    names = {
        category: set(alternatives_in(requirement))
        for category, requirement in REQUIREMENTS.items()
    }
    assert names == {
        Category.CLOUD_PROVIDER: {"cloud-iaas", "cloud-paas", "cloud-saas"},
        Category.TELCO: set(),
        Category.CSIRT: {"csirt-statute", "csirt-designated", "csirt-recognised"},
        Category.OTHER: set(),
    }


def test_every_member_category_can_be_applied_for_and_no_other() -> None:
    """Working groups and partners do not apply; ids of criteria are unique."""
    assert set(REQUIREMENTS) == {item for item in Category if item.is_member_category}
    ids = [item.id for category in REQUIREMENTS for item in criteria_of(category)]
    assert len(ids) == len(set(ids)) == len(CRITERIA)
