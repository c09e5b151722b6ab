"""`cloudsirt application …`: what the secretariat does with applications, and the clock.

Whoever decides is named with `--person` and gives the password, since four eyes are worth nothing
when one pair borrows another's name: the command does no more than that person may do in the
portal. It decides about the application as it is when the command runs, or, with `--revision`,
refuses unless it is still the one that was looked at.
"""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from cloudsirt import reviewing
from cloudsirt.audit.history import subjects_of
from cloudsirt.auth.presence import prove_presence
from cloudsirt.auth.principal import Principal
from cloudsirt.balloting import person_at_console
from cloudsirt.cli.printing import Command, house, json_option, show, table
from cloudsirt.house import House
from membership.applications.application import AWAITED, Application, State, lapses_at
from membership.applications.events import ApplicationSubmitted
from membership.applications.reviewing import assessed
from membership.applications.store import ApplicationStore
from membership.eligibility.judgement import Finding
from membership.record import to_document

Decision = Callable[[House, Principal, str, int], object]

_STATES = click.Choice([state.value for state in State])
_FINDINGS = click.Choice([finding.value for finding in Finding])


@click.group()
def application() -> None:
    """Applications: list, review, decide, withdraw, lapse."""


def _deciding(command: Command) -> Command:
    """The argument and options of every command by which somebody decides."""
    for option in (
        click.argument("id_", metavar="ID"),
        click.option("--person", "email", required=True, metavar="EMAIL", help="Who decides."),
        click.option(
            "--password-stdin",
            is_flag=True,
            required=True,
            expose_value=False,
            help="Read the password from standard input.",
        ),
        click.option("--revision", type=click.IntRange(min=1), help="Only if it is still this."),
        json_option,
    ):
        command = option(command)
    return command


@application.command("list")
@click.option("--state", "states", type=_STATES, multiple=True, help="All unless given.")
@json_option
def list_(states: tuple[str, ...], as_json: bool) -> None:
    """List applications, whoever has waited longest first."""
    wanted = [State(state) for state in states] or list(State)
    with house().reading() as db:
        found = ApplicationStore(db).applications(wanted)
        submitted = subjects_of(db, ApplicationSubmitted.tag)
    rows = [_line(item, is_said=item.id in submitted) for item in found]
    show(as_json, rows, table(rows))


@application.command("show")
@click.argument("id_", metavar="ID")
@json_option
def show_(id_: str, as_json: bool) -> None:
    """Show one application, its criteria, and what was judged."""
    opened = house()
    with opened.reading() as db:
        is_said = id_ in subjects_of(db, ApplicationSubmitted.tag)
        document = _document(ApplicationStore(db), id_, opened.now(), is_said=is_said)
    lines = [f"{name}: {value}" for name, value in document.items() if name not in _STRUCTURED]
    lines += [f"  {item['criterion']}: {item['state']}" for item in document["criteria"]]
    show(as_json, document, "\n".join(lines))


@application.command("take-up")
@_deciding
def take_up(id_: str, email: str, revision: int | None, as_json: bool) -> None:
    """Begin the review of a submitted application."""
    _decide(id_, email, revision, as_json, reviewing.take_up)


@application.command("judge")
@click.option("--criterion", required=True, metavar="ID")
@click.option("--finding", required=True, type=_FINDINGS)
@click.option("--reason", required=True)
@_deciding
def judge(
    id_: str,
    email: str,
    revision: int | None,
    criterion: str,
    finding: str,
    reason: str,
    as_json: bool,
) -> None:
    """Say what one person finds about one criterion."""

    def act(house: House, principal: Principal, id_: str, revision: int) -> None:
        reviewing.judge(
            house,
            principal,
            id_,
            revision,
            criterion=criterion,
            finding=Finding(finding),
            reason=reason,
        )

    _decide(id_, email, revision, as_json, act)


@application.command("ask")
@click.option("--question", required=True)
@_deciding
def ask(id_: str, email: str, revision: int | None, question: str, as_json: bool) -> None:
    """Ask the applicant for more."""
    _decide(id_, email, revision, as_json, _with_text(reviewing.ask_more, question))


@application.command("find")
@_deciding
def find(id_: str, email: str, revision: int | None, as_json: bool) -> None:
    """Find it eligible or not, as its reviewers judged."""
    _decide(id_, email, revision, as_json, reviewing.find)


@application.command("decline")
@click.option("--reason", required=True, help="The applicant reads it.")
@_deciding
def decline(id_: str, email: str, revision: int | None, reason: str, as_json: bool) -> None:
    """Decline an application that was found not eligible."""
    _decide(id_, email, revision, as_json, _with_text(reviewing.decline, reason))


@application.command("ballot")
@_deciding
def ballot(id_: str, email: str, revision: int | None, as_json: bool) -> None:
    """Put the admission to the Board."""
    _decide(id_, email, revision, as_json, reviewing.put_to_ballot)


@application.command("withdraw")
@click.argument("id_", metavar="ID")
@json_option
def withdraw(id_: str, as_json: bool) -> None:
    """Withdraw an application for an applicant who asked for it in another way."""
    opened = house()
    reviewing.withdraw_at_console(opened, id_)
    _print(opened, id_, as_json)


@application.command("lapse")
@json_option
def lapse(as_json: bool) -> None:
    """Let lapse what is due, as the worker does by itself."""
    lapsed = reviewing.lapse_applications(house())
    show(as_json, {"lapsed": lapsed}, f"{lapsed} lapsed")


_STRUCTURED = ("criteria", "record", "answers", "checks", "sponsors")


def _with_text(decide: Callable[[House, Principal, str, int, str], object], text: str) -> Decision:
    return lambda house, principal, id_, revision: decide(house, principal, id_, revision, text)


def _decide(
    id_: str,
    email: str,
    revision: int | None,
    as_json: bool,
    act: Decision,
) -> None:
    opened = house()
    principal = person_at_console(opened, email)
    password = sys.stdin.readline().rstrip("\r\n")
    prove_presence(opened, principal.person.id, password)
    if revision is None:
        with opened.reading() as db:
            revision = ApplicationStore(db).application(id_).revision
    act(opened, principal, id_, revision)
    _print(opened, id_, as_json)


def _print(opened: House, id_: str, as_json: bool) -> None:
    with opened.reading() as db:
        found = ApplicationStore(db).application(id_)
        is_said = id_ in subjects_of(db, ApplicationSubmitted.tag)
    show(as_json, _line(found, is_said=is_said), f"The application is {found.state.text}.")


def _line(item: Application, *, is_said: bool) -> dict[str, Any]:
    """One application; its name once it was submitted: until then it is its applicant's own."""
    return {
        "id": item.id,
        "state": item.state.value,
        "revision": item.revision,
        "since": item.entered.isoformat(),
        "category": item.category.value if item.category is not None else None,
        "name": item.record.name if is_said else "",
        "email": item.email,
    }


def _document(store: ApplicationStore, id_: str, at: datetime, *, is_said: bool) -> dict[str, Any]:
    """One application; of one that never was submitted, what is its applicant's own is left out."""
    item = store.application(id_)
    lapses = lapses_at(item, store.register.bylaws(at))
    has_criteria = is_said and item.category is not None
    return {
        **_line(item, is_said=is_said),
        "awaited": AWAITED[item.state].text,
        "lapses": lapses.isoformat() if lapses is not None else None,
        "question": item.question,
        "reason": item.reason,
        "organisation": item.organisation,
        "ballot": item.ballot,
        "criteria": _criteria(store, item, at) if has_criteria else [],
        "record": to_document(item.record) if is_said else None,
        "answers": {
            name: {"text": answer.text, "links": list(answer.links)}
            for name, answer in item.answers.items()
            if is_said
        },
        "checks": [
            {
                "kind": check.kind,
                "subject": check.subject,
                "outcome": check.outcome,
                "detail": check.detail,
                "checked": check.checked.isoformat(),
                "by": check.by,
            }
            for check in store.checks(id_)
            if is_said
        ],
        "sponsors": [
            {"organisation": found.organisation, "stance": found.stance.value}
            for found in store.sponsorships(id_)
        ],
    }


def _criteria(store: ApplicationStore, item: Application, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "criterion": line.criterion.id,
            "state": line.state.value,
            "judgements": [
                {
                    "reviewer": found.reviewer,
                    "finding": found.finding.value,
                    "reason": found.reason,
                    "at": found.at.isoformat(),
                }
                for found in line.judgements
            ],
        }
        for line in assessed(store, item, at).lines
    ]


COMMANDS = (application,)
