"""`cloudsirt peer pull …` and `cloudsirt peer push …`: peers' TAXII 2.1 servers."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click

from cloudsirt import clock
from cloudsirt.cli.printing import house, json_option, show, table
from cloudsirt.errors import PeerRefused
from cloudsirt.house import OPERATOR, House
from cloudsirt.peers import arranging
from cloudsirt.peers.peer import Peer, Pull, Push, Run
from cloudsirt.peers.running import run_peer
from cloudsirt.peers.store import PeerStore
from feeds.topics import Topic
from membership.store import MembershipStore
from tlp import Label, Perimeter

_TOPICS = click.Choice([topic.value for topic in Topic])
_LABELS = click.Choice([label.value for label in Label], case_sensitive=False)
_CHANNELS = click.Choice([perimeter.value for perimeter in Perimeter])
_FIND: dict[str, Callable[[PeerStore, str], Peer]] = {
    "pull": arranging.pull_named,
    "push": arranging.push_named,
}


@click.group()
def peer() -> None:
    """Peers' TAXII 2.1 servers: pull from them, push to them."""


@peer.group()
def pull() -> None:
    """Read a peer's collection on a schedule: add, list, run, pause, resume, remove."""


@peer.group()
def push() -> None:
    """Post what enters a channel to a peer: add, list, run, pause, resume, remove."""


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of both kinds."""
    for option in (
        click.option("--name", required=True, help="Short, such as example-isac."),
        click.option("--url", required=True, help="Of the collection, with its id."),
        click.option("--person", required=True, metavar="EMAIL", help="A service account."),
        click.option("--every", default=60, show_default=True, type=int, metavar="MINUTES"),
        click.option("--credentials", metavar="FILE", help="In the home folder: peer.NAME."),
    ):
        command = option(command)
    return command


@pull.command("add")
@_shared
@click.option("--topic", required=True, type=_TOPICS, help="Under which it is posted.")
@click.option("--unmarked", type=_LABELS, help="For what has no label; else the organisation's.")
@json_option
def add_pull(person: str, topic: str, unmarked: str | None, as_json: bool, **given: Any) -> None:
    """Pull from a peer's collection; a service account posts what is there."""
    opened = house()
    made = Pull(
        id=clock.new_id(),
        person=_person(opened, person),
        topic=Topic(topic),
        unmarked=Label(unmarked) if unmarked is not None else None,
        **given,
    )
    _add(opened, made, as_json)


@push.command("add")
@_shared
@click.option("--channel", default="public", show_default=True, type=_CHANNELS)
@click.option("--topic", type=_TOPICS, help="Only this one.")
@click.option("--to-a-member", is_flag=True, help="The peer is a member; needed for `members`.")
@click.option("--reason", default="", help="Whose server it is, and why it gets this.")
@json_option
def add_push(
    person: str, channel: str, topic: str | None, to_a_member: bool, as_json: bool, **given: Any
) -> None:
    """Push a channel to a peer's collection, as a service account reads it."""
    perimeter = Perimeter(channel)
    if to_a_member is not (perimeter is Perimeter.MEMBERS):
        raise click.UsageError("--channel members and --to-a-member go together.")
    opened = house()
    made = Push(
        id=clock.new_id(),
        person=_person(opened, person),
        channel=perimeter,
        topic=Topic(topic) if topic is not None else None,
        **given,
    )
    _add(opened, made, as_json)


def _person(opened: House, email: str) -> str:
    with opened.reading() as db:
        return MembershipStore(db).person_by_email(email).id


def _add(opened: House, made: Peer, as_json: bool) -> None:
    with opened.working(OPERATOR) as work:
        arranging.add(work, opened.config, made)
    show(as_json, {"id": made.id, "name": made.name}, f"{made.name}: due now")


@click.command("list")
@json_option
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """List them, with how the last run went."""
    with house().reading() as db:
        store = PeerStore(db)
        found: list[Peer] = [*(store.pulls() if _is_pull(context) else store.pushes())]
        marks = store.marks()
        runs = {item.id: store.runs(item.id, 1) for item in found}
    rows = [
        {
            **_row(item),
            "due": marks[item.id].due.isoformat(timespec="seconds"),
            **(_run_row(runs[item.id][0]) if runs[item.id] else _NEVER),
        }
        for item in found
    ]
    show(as_json, rows, table(rows))


@click.command("run")
@click.argument("name")
@json_option
@click.pass_context
def run(context: click.Context, name: str, as_json: bool) -> None:
    """Run one now, to its end."""
    opened = house()
    ended = run_peer(opened, _named(opened, context, name))
    if ended.error is not None:
        raise PeerRefused(ended.error)
    counts = asdict(ended.counts)
    show(as_json, counts, ", ".join(f"{number} {what}" for what, number in counts.items()))


def _changing(name: str, change: Callable[..., None], text: str) -> click.Command:
    """A command that changes one of them, by name."""

    @click.command(name, help=text)
    @click.argument("name")
    @json_option
    @click.pass_context
    def command(context: click.Context, name: str, as_json: bool) -> None:
        opened = house()
        with opened.working(OPERATOR) as work:
            found = _FIND[_kind(context)](PeerStore(work.db), name)
            change(work, found)
        show(as_json, {"id": found.id, "name": name}, f"{name}: {context.info_name}d")

    return command


def _named(opened: House, context: click.Context, name: str) -> Peer:
    with opened.reading() as db:
        return _FIND[_kind(context)](PeerStore(db), name)


def _kind(context: click.Context) -> str:
    """Which group the command was called in."""
    return str(context.parent.info_name) if context.parent is not None else ""


def _is_pull(context: click.Context) -> bool:
    return _kind(context) == "pull"


def _row(item: Peer) -> dict[str, object]:
    row = {key: getattr(value, "value", value) for key, value in asdict(item).items()}
    return {key: "" if value is None else value for key, value in row.items()}


def _run_row(last: Run) -> dict[str, object]:
    return {
        "last": last.started.isoformat(timespec="seconds"),
        **asdict(last.counts),
        "error": last.error or "",
    }


_NEVER: dict[str, object] = {
    **{"last": "", "objects": 0, "stored": 0, "repeated": 0, "refused": 0},
    "error": "",
}

for _group in (pull, push):
    for _command in (
        *(list_, run),
        _changing("pause", arranging.pause, "Let it run no more by itself."),
        _changing("resume", arranging.resume, "Let it run by itself again, from where it was."),
        _changing("remove", arranging.remove, "Forget it; what it brought or sent stays."),
    ):
        _group.add_command(_command)

COMMANDS = (peer,)
