"""What all pages share: who is signed in, the navigation, moments in time, labels."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request, url_for
from markupsafe import Markup

from cloudsirt.auth import gate
from tlp import Label, Perimeter

_PERIMETERS = {
    Perimeter.MEMBERS: "Members",
    Perimeter.RESEARCH: "CSA working groups",
    Perimeter.PUBLIC: "Public",
}


@dataclass(frozen=True, slots=True)
class Me:
    """Who is signed in, as the head of a page shows it."""

    name: str
    organisation: str
    standing: str
    in_good_standing: bool
    perimeter_text: str


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the navigation."""

    url: str
    text: str
    current: bool


@dataclass(frozen=True, slots=True)
class Banner:
    """A label as a page shows it: its text and the class of its colour."""

    label: str
    label_class: str


def context() -> dict[str, object]:
    """What every template may use."""
    return {"me": _me(), "nav": _navigation(), "csrf_token": _lazy_token()}


def banner(label: Label) -> Banner:
    """The banner of a label."""
    return Banner(str(label), label_class(label))


def label_class(label: Label) -> str:
    """The class that carries a label's colour."""
    return label.value.replace("+", "-")


def perimeter_text(perimeter: Perimeter) -> str:
    """A perimeter as people read it."""
    return _PERIMETERS[perimeter]


def moment(when: datetime) -> Markup:
    """A moment as a time element, in UTC to the minute."""
    utc = when.astimezone(UTC)
    return _time(utc.isoformat(), f"{utc.day} {utc:%b %Y, %H:%M} UTC")


def day(when: datetime) -> Markup:
    """A day as a time element, in UTC."""
    utc = when.astimezone(UTC)
    return _time(utc.date().isoformat(), f"{utc.day} {utc:%b %Y}")


def _time(machine: str, human: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, human)


def _me() -> Me | None:
    found = gate.principal()
    if found is None:
        return None
    return Me(
        name=found.person.name,
        organisation=found.organisation.name,
        standing=found.standing.verdict.reason,
        in_good_standing=bool(found.standing.verdict),
        perimeter_text=perimeter_text(found.reader.perimeter),
    )


def _navigation() -> list[NavigationItem]:
    items = [("portal.advisories.index", "Advisories"), ("portal.home.index", "About")]
    principal = gate.principal()
    if principal is not None:
        may_share = principal.standing.may_contribute
        items = [
            ("portal.feed.index", "Feed"),
            *([("portal.posting.index", "Share")] if may_share else []),
            ("portal.desk.index", "Desk"),
            ("portal.advisories.index", "Advisories"),
            ("portal.account.index", "Account"),
        ]
    return [
        NavigationItem(url_for(endpoint), text, current=_is_current(endpoint))
        for endpoint, text in items
    ]


def _is_current(endpoint: str) -> bool:
    """What a form is answered with counts as the page that the form is on."""
    here = request.endpoint or ""
    is_answer = request.method == "POST" and _subject(here) == _subject(endpoint)
    is_on_desk = endpoint == "portal.desk.index" and (
        _subject(here) in _ON_DESK or here == "portal.withdrawn.index"
    )
    return here == endpoint or is_answer or is_on_desk


def _subject(endpoint: str) -> str:
    return endpoint.rpartition(".")[0]


_ON_DESK = frozenset(f"portal.{name}" for name in ("releases", "held", "requests", "editing"))


class _LazyToken:
    """The form token, made only where a template writes it: most pages have no form."""

    def __str__(self) -> str:
        return gate.csrf_token()

    def __html__(self) -> str:
        return gate.csrf_token()


def _lazy_token() -> _LazyToken:
    return _LazyToken()
