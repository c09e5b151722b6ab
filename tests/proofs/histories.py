"""Random consortia and what happens in them, as data: generated, printed, shrunk and replayed.

A history knows nothing of the code under test beyond the words of the rules; `replaying` performs
it. The pool of things is small (`things`), so that versions, copies, guessed ids and references to
what somebody else hides come up in nearly every history.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from hypothesis import strategies as st

from tests.proofs.things import DEFINITIONS, IDENTITIES, OWN, THINGS, UNKNOWN, Item, Part

T = TypeVar("T")

LABELS = ("clear", "green", "amber", "amber+strict", "red", None)
TOPICS = ("attacks", "malicious-activity", "compromises", "sources")


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation by its name: a member, a working group (`research`) or a `partner`."""

    name: str
    category: str = "csirt"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of an organisation; an incident contact reads what is RED for it."""

    name: str
    organisation: str
    is_contact: bool = False


@dataclass(frozen=True, slots=True)
class Consortium:
    """Who takes part."""

    organisations: tuple[Organisation, ...]
    people: tuple[Person, ...]

    def members(self) -> tuple[str, ...]:
        """The people who may post."""
        members = {item.name for item in self.organisations if item.category == "csirt"}
        return tuple(one.name for one in self.people if one.organisation in members)

    def person(self, name: str) -> Person:
        """One person."""
        return next(one for one in self.people if one.name == name)


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody posts some items at once; `release` holds hours from the start, by perimeter."""

    by: str
    items: tuple[Item, ...]
    topic: str = "attacks"
    recipients: tuple[str, ...] = ()
    release: tuple[tuple[str, int], ...] = ()
    attribution: str | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Somebody deletes a thing."""

    by: str
    thing: int


@dataclass(frozen=True, slots=True)
class Advance:
    """Time passes; the worker makes its round or does not."""

    hours: int
    works: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """The standing of an organisation or a person changes: a verb of the world, and its name."""

    verb: str
    name: str


Action = Post | Withdraw | Advance | Change


@dataclass(frozen=True, slots=True)
class History:
    """Who takes part, and what they do, in order."""

    consortium: Consortium
    actions: tuple[Action, ...]

    def posts(self) -> tuple[tuple[int, Post], ...]:
        """The submissions, with their place in the history."""
        return tuple((at, one) for at, one in enumerate(self.actions) if isinstance(one, Post))

    def __repr__(self) -> str:
        lines = [f"  {at:2} {action}" for at, action in enumerate(self.actions)]
        return "\n".join(["", f"  {self.consortium}", *lines])


# consortia

_OPTIONAL = (
    Organisation("gamma"),
    Organisation("labs", "research"),
    Organisation("agency", "partner"),
)


@st.composite
def consortia(draw: st.DrawFn) -> Consortium:
    """Two members always; a third, a working group and a partner at will; one or two people each,
    of whom some are incident contacts."""
    others = draw(st.lists(st.sampled_from(_OPTIONAL), min_size=1, max_size=3, unique=True))
    organisations = (Organisation("alpha"), Organisation("beta"), *sorted(others, key=_by_name))
    people: list[Person] = []
    for organisation in organisations:
        is_contact, has_second = draw(st.booleans()), draw(st.booleans())
        people.append(Person(f"{organisation.name}1", organisation.name, is_contact))
        if has_second:
            people.append(Person(f"{organisation.name}2", organisation.name, not is_contact))
    return Consortium(organisations, tuple(people))


def _by_name(organisation: Organisation) -> str:
    return organisation.name


# items

parts = st.none() | st.builds(
    Part,
    st.sampled_from(("red", "amber", "green")),
    st.sampled_from(("text", "text", "reference", "essence")),
)

items = st.builds(
    Item,
    thing=st.sampled_from(THINGS),
    version=st.integers(0, 2),
    text=st.integers(0, 1),
    label=st.sampled_from(("green", "amber", "clear", "red", "amber+strict", None)),
    part=st.none() | parts,
    names=st.lists(st.sampled_from((*THINGS, *UNKNOWN)), max_size=3, unique=True).map(tuple),
    definition=st.none() | st.none() | st.sampled_from(DEFINITIONS),
    creator=st.none() | st.just(OWN) | st.sampled_from(IDENTITIES),
    is_revoked=st.sampled_from((False,) * 7 + (True,)),
)

definition_labels = st.sampled_from(("amber", "green", "red", None, ""))

releases = st.just(()) | st.lists(
    st.tuples(st.sampled_from(("members", "research", "public")), st.integers(-1, 6)),
    max_size=2,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: tuple(sorted(pairs)))


@st.composite
def posts(draw: st.DrawFn, consortium: Consortium, earlier: Sequence[Post]) -> Post:
    """A submission: of its own, or a repetition, by anybody, of some of an earlier one."""
    by = draw(st.sampled_from(consortium.members()))
    chosen: tuple[Item, ...]
    if earlier and draw(st.integers(0, 2)) == 0:
        chosen = draw(st.sampled_from(earlier)).items
        changes = draw(st.sampled_from(("none", "text", "version", "label")))
        chosen = tuple(_changed(item, changes, draw(st.sampled_from(LABELS))) for item in chosen)
    else:
        chosen = tuple(draw(st.lists(items, min_size=1, max_size=3)))
        chosen = (*_definitions_of(chosen, draw(definition_labels)), *chosen)
    names = [one.name for one in consortium.organisations]
    names.extend(one.name for one in consortium.people)
    needs_names = any(_is_red(item) for item in chosen)
    recipients: tuple[str, ...] = ()
    if needs_names or draw(st.integers(0, 3)) == 0:
        named = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
        recipients = tuple(draw(named))
    return Post(
        by=by,
        items=chosen,
        topic=draw(st.sampled_from(TOPICS)),
        recipients=recipients,
        release=() if recipients else draw(releases),
        attribution=draw(st.sampled_from((None, "named", "members", "none"))),
    )


def _definitions_of(chosen: Sequence[Item], label: str | None) -> list[Item]:
    """The definitions that items refer to, sent along under a label; or, for "", not sent."""
    named = {item.definition for item in chosen if item.definition is not None}
    posted = {item.thing for item in chosen}
    return [Item(thing, label=label) for thing in sorted(named - posted) if label != ""]


def _changed(item: Item, change: str, label: str | None) -> Item:
    if change == "text":
        return replace(item, text=1 - item.text)
    if change == "version":
        return replace(item, version=item.version + 1, label=label)
    if change == "label":
        return replace(item, label=label)
    return item


def _is_red(item: Item) -> bool:
    return item.label == "red" or (item.part is not None and item.part.label == "red")


# histories


@st.composite
def histories(
    draw: st.DrawFn, min_size: int = 3, max_size: int = 9, *, may_change: bool = True
) -> History:
    """A consortium and what happens in it."""
    consortium = draw(consortia())
    actions: list[Action] = []
    earlier: list[Post] = []
    for _ in range(draw(st.integers(min_size, max_size))):
        kind = draw(st.integers(0, 9))
        if kind < 7 or not earlier:
            earlier.append(draw(posts(consortium, tuple(earlier))))
            actions.append(earlier[-1])
        elif kind == 7:
            actions.append(draw(_withdrawals(earlier)))
        elif kind == 8 or not may_change:
            actions.append(draw(_advances))
        else:
            actions.append(draw(_changes(consortium)))
    return History(consortium, tuple(actions))


_advances: st.SearchStrategy[Action] = st.builds(Advance, st.integers(1, 4), st.booleans())


def _withdrawals(earlier: Sequence[Post]) -> st.SearchStrategy[Action]:
    """Somebody deletes a thing of theirs."""
    owned = [(post.by, item.thing) for post in earlier for item in post.items]
    return st.sampled_from(owned).map(lambda pair: Withdraw(*pair))


def _changes(consortium: Consortium) -> st.SearchStrategy[Action]:
    names = [item.name for item in consortium.organisations if item.category == "csirt"]
    people = [one.name for one in consortium.people]
    return st.one_of(
        st.builds(Change, st.sampled_from(("end_nda", "sign_nda")), st.sampled_from(names)),
        st.builds(Change, st.just("suspend"), st.sampled_from(names)),
        st.builds(Change, st.just("remove"), st.sampled_from(people)),
    )
