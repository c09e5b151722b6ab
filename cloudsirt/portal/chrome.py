"""What all pages share: who is signed in, the navigation, moments in time, labels."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request, url_for
from markupsafe import Markup

from cloudsirt.auth import gate
from cloudsirt.auth.principal import Principal
from membership.organisation import Attribution
from membership.person import Role
from tlp import Label, Perimeter

_PERIMETERS = {
    Perimeter.MEMBERS: "Members",
    Perimeter.RESEARCH: "CSA working groups",
    Perimeter.PUBLIC: "Public",
}

_ATTRIBUTIONS = {
    Attribution.NAMED: "By name everywhere",
    Attribution.MEMBERS: "By name among members only",
    Attribution.NONE: "By name to nobody",
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


def site() -> str:
    """The address at which this installation is reached, without a slash at its end."""
    return gate.house().config.base_url or request.host_url.rstrip("/")


def banner(label: Label) -> Banner:
    """The banner of a label."""
    return Banner(str(label), label_class(label))


def label_class(label: Label) -> str:
    """The class that carries a label's colour."""
    return label.value.replace("+", "-")


def attribution_text(attribution: Attribution) -> str:
    """How a contributor is named (R6), as people read it."""
    return _ATTRIBUTIONS[attribution]


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


def day_text(when: datetime) -> str:
    """A day inside a sentence, in UTC."""
    utc = when.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y}"


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
    principal = gate.principal()
    items = _VISITORS if principal is None else _of_somebody(principal)
    return [
        NavigationItem(url_for(endpoint), text, current=_is_current(endpoint))
        for endpoint, text in items
    ]


_VISITORS = (
    ("portal.advisories.index", "Advisories"),
    ("portal.directory.public", "Members"),
    ("portal.home.index", "About"),
)


def _of_somebody(principal: Principal) -> list[tuple[str, str]]:
    """What somebody works with, by what they may do."""
    roles = principal.person.roles
    may_share, is_good = principal.standing.may_contribute, bool(principal.standing.verdict)
    return [
        ("portal.feed.index", "Feed"),
        *([("portal.posting.index", "Share")] if may_share else []),
        ("portal.desk.index", "Desk"),
        *([("portal.secretariat.index", "Secretariat")] if Role.SECRETARIAT in roles else []),
        *([("portal.board.index", "Board")] if Role.BOARD in roles else []),
        ("portal.organisation.index", "Organisation"),
        *([("portal.directory.index", "Directory")] if is_good else []),
        ("portal.advisories.index", "Advisories"),
        ("portal.account.index", "Account"),
    ]


def _is_current(endpoint: str) -> bool:
    """A page of the same subject as an entry, or of one that is found below it, counts as it."""
    subject = _subject(request.endpoint or "")
    return subject == _subject(endpoint) or _ENTRY_OF.get(subject) == endpoint


def _subject(endpoint: str) -> str:
    return endpoint.rpartition(".")[0]


_ENTRY_OF = {
    f"portal.{subject}": f"portal.{entry}.index"
    for entry, subjects in {
        "desk": "releases held requests editing withdrawn",
        "organisation": "organisation_people organisation_services organisation_record "
        "organisation_settings nda nda_texts sponsorships",
        "secretariat": "review secretariat_records secretariat_peers nda_desk moving",
        "account": "tokens passwords connecting",
    }.items()
    for subject in subjects.split()
}
"""Subjects that have no entry of their own, and below which they are found."""


class _LazyToken:
    """The form token, made only where a template writes it: most pages have no form."""

    def __str__(self) -> str:
        return gate.csrf_token()

    def __html__(self) -> str:
        return gate.csrf_token()


def _lazy_token() -> _LazyToken:
    return _LazyToken()
