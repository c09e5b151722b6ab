"""Every event of the membership is told of, or silent for a reason; every letter can be written."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, meta, nodes

import cloudsirt.mail
import membership
from cloudsirt.mail import occasions
from cloudsirt.mail.composing import Recipient, rendered
from cloudsirt.mail.occasion import Occasion
from membership.events import MembershipEvent

FOLDER = f"{next(iter(cloudsirt.mail.__path__))}/letters"
SITE = "https://share.example.org"
LINK = f"{SITE}/welcome/{'x' * 64}"
READER = Recipient("Ann Example", "ann@example.org", "Europe/Berlin")
FORBIDDEN = re.compile(r"\b(RED|AMBER|GREEN)\b")


class Anything(str):
    """Stands for a value of any kind: a text, a time, a number, a list of things with parts."""

    __slots__ = ()

    def __getattr__(self, name: str) -> "Anything":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> "Anything":
        return self

    def __iter__(self) -> Iterator["Anything"]:
        return iter((Anything("2026-03-01T12:00:00+00:00"),) * 2)

    def __gt__(self, other: object) -> bool:
        return True

    __lt__ = __ge__ = __le__ = __gt__


SAMPLE = Anything("2026-03-01T12:00:00+00:00")

ALL = [
    pytest.param(event, occasion, id=f"{event.__name__}-{occasion.letter}")
    for event, several in occasions.all_occasions().items()
    for occasion in several
]


def membership_events() -> set[type[MembershipEvent]]:
    """Every class of event that a module of the membership defines."""
    for module in pkgutil.walk_packages(membership.__path__, "membership."):
        importlib.import_module(module.name)
    # A dataclass with slots takes the place of the class that was written.
    return {
        event
        for event in _below(MembershipEvent)
        if event.tag and getattr(sys.modules[event.__module__], event.__name__) is event
    }


def _below(kind: type[MembershipEvent]) -> Iterator[type[MembershipEvent]]:
    for found in kind.__subclasses__():
        yield found
        yield from _below(found)


def test_every_event_of_the_membership_is_told_of_or_silent() -> None:
    """Nothing happens to a member that nobody thought of telling them."""
    told = set(occasions.all_occasions())
    missing = membership_events() - told - occasions.SILENT
    assert not missing, (
        "Decide who is written to about these events: add each to the OCCASIONS of its subject's "
        "module in cloudsirt/mail/occasions/, with a template in cloudsirt/mail/letters/; or, if "
        "nobody is, to SILENT in cloudsirt/mail/occasions/__init__.py with the reason: "
        + ", ".join(sorted(f"{event.__module__}.{event.__name__}" for event in missing))
    )


def test_no_event_is_silent_and_told_of() -> None:
    """One list or the other."""
    assert occasions.SILENT & set(occasions.all_occasions()) == set()


def test_a_letter_of_an_event_has_one_occasion() -> None:
    """A queued letter is found again by the event's tag and its own name."""
    pairs = [
        (event.tag, occasion.letter)
        for event, several in occasions.all_occasions().items()
        for occasion in several
    ]
    assert len(pairs) == len(set(pairs))
    for tag, letter in pairs:
        assert occasions.occasion_of(tag, letter) is not None


def test_no_template_is_left_over() -> None:
    """Each file of the folder is the letter of some occasion."""
    used = {
        occasion.letter for several in occasions.all_occasions().values() for occasion in several
    }
    there = Environment(loader=FileSystemLoader(FOLDER), autoescape=True).list_templates()
    assert {name.removesuffix(".txt") for name in there if not name.startswith("_")} == used


@pytest.mark.parametrize(("event", "occasion"), ALL)
def test_a_template_asks_for_nothing_that_it_does_not_get(
    event: type[Any], occasion: Occasion
) -> None:
    """Fields that the event has, facts where there are any, a link where one is made."""
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)
    environment.filters |= {"moment": str, "day": str}
    source, _, _ = environment.loader.get_source(environment, f"{occasion.letter}.txt")  # type: ignore[union-attr]
    tree = environment.parse(source)
    names = meta.find_undeclared_variables(tree)
    assert names <= {"event", "facts", "name", "site", "link", "zone"}
    assert ("link" in names) == (occasion.link is not None)
    assert "facts" not in names or occasion.facts is not None
    asked = {
        found.attr
        for found in tree.find_all(nodes.Getattr)
        if isinstance(found.node, nodes.Name) and found.node.name == "event"
    }
    assert asked <= {field.name for field in fields(event)}


@pytest.mark.parametrize(("event", "occasion"), ALL)
def test_every_letter_can_be_written(event: type[Any], occasion: Occasion) -> None:
    """A subject, lines that fit, and no word that belongs to a label."""
    subject, text = rendered(
        occasion,
        event={field.name: SAMPLE for field in fields(event)},
        facts=_AnyFacts(),
        recipient=READER,
        site=SITE,
        link=LINK if occasion.link is not None else None,
    )
    assert 5 <= len(subject) <= 90
    assert not subject.endswith(".")
    assert not FORBIDDEN.search(text)
    long = [line for line in text.splitlines() if len(line) > 72 and "://" not in line]
    assert long == []
    assert (LINK in text.splitlines()) == (occasion.link is not None)
    assert "\n\n\n" not in text
    assert "{" not in text


class _AnyFacts(dict[str, object]):
    """Facts of any name."""

    def __missing__(self, name: str) -> Anything:
        return SAMPLE
