"""When pulls and pushes run by themselves, what the operator commands, what the page tells."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from cloudsirt import worker
from cloudsirt.cli import cloudsirt
from cloudsirt.errors import NotConfigured, PeerRefused
from cloudsirt.house import OPERATOR
from cloudsirt.peers import arranging, running
from cloudsirt.peers.running import run_due_peers, run_peer
from cloudsirt.peers.store import KEPT, PeerStore
from tests.cloudsirt.peers.arrange import (
    error,
    mark,
    numbers,
    pull_of,
    push_of,
    runs,
    secret,
    trust,
)
from tests.objects import indicator
from tests.plumbing.pages import Portal
from tests.plumbing.peers import HOST, Odd, Served
from tests.world import START, World
from tlp import Label, Perimeter


@pytest.fixture
def stranger(stranger: Odd) -> Odd:
    """With an empty collection."""
    stranger.collection()
    stranger.page({})
    return stranger


def test_each_is_due_after_its_interval(world: World, stranger: Odd) -> None:
    """One in each round, the longest due first; a worker round is one of them."""
    first = pull_of(world, stranger.url, name="first", every=60)
    world.advance(minutes=1)
    second = pull_of(world, stranger.url, name="second", every=30)
    assert [run_due_peers(world.house) for _ in range(3)] == [1, 1, 0]
    assert mark(world, first).due == world.now + timedelta(minutes=60)
    assert mark(world, second).due == world.now + timedelta(minutes=30)
    world.advance(minutes=30)
    world.work()
    assert [len(runs(world, peer)) for peer in (first, second)] == [1, 2]


def test_one_that_ended_early_is_due_after_its_interval_too(world: World, stranger: Odd) -> None:
    """A peer that is down is not hammered."""
    pull = pull_of(world, stranger.url)
    stranger.answers.clear()
    assert "404" in error(world, pull)
    assert run_due_peers(world.house) == 0
    assert mark(world, pull).due == START + timedelta(hours=1)


def test_a_round_is_short_and_the_next_goes_on(
    world: World, other: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Releases must not wait for a peer: what is left is due at once."""
    monkeypatch.setattr(running, "ROUND", 0.0)
    items = [indicator("TLP:GREEN") for _ in range(7)]
    other.world.share("pia", *items)
    pull = pull_of(world, other.url(), credentials=trust(world, other))
    assert [run_due_peers(world.house) for _ in range(4)] == [1, 1, 1, 0]
    assert world.read("bob") == items
    assert sorted(numbers(item) for item in runs(world, pull)) == [
        (1, 1, 0, 0),
        (3, 3, 0, 0),
        (3, 3, 0, 0),
    ]


def test_a_fault_of_ours_is_noted_and_raised(
    world: World, stranger: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its kind, without its text; it is not tried again at once."""
    pull = pull_of(world, stranger.url)

    def broken(*args: object) -> bool:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(running, "pull", broken)
    with pytest.raises(ExceptionGroup):
        worker.once(world.house)
    (ended,) = runs(world, pull)
    assert ended.error == "A fault of this installation (ZeroDivisionError)."
    worker.once(world.house)


def test_one_that_is_paused_or_removed_runs_no_more(world: World, stranger: Odd) -> None:
    """And one that is resumed does."""
    pull = pull_of(world, stranger.url)
    with world.house.working(OPERATOR) as work:
        arranging.pause(work, pull)
    assert run_due_peers(world.house) == 0
    with world.house.working(OPERATOR) as work:
        paused = arranging.pull_named(PeerStore(work.db), "other")
        with pytest.raises(PeerRefused, match="already"):
            arranging.pause(work, paused)
        arranging.resume(work, paused)
    assert run_due_peers(world.house) == 1
    with world.house.working(OPERATOR) as work:
        arranging.remove(work, pull)
    assert runs(world, pull) == []
    with pytest.raises(PeerRefused, match="under way"):
        run_peer(world.house, pull)


def test_only_the_last_runs_are_kept(world: World, stranger: Odd) -> None:
    """As many as a page shows."""
    world.suspend("Relay")
    pull = pull_of(world, stranger.url)
    for _ in range(KEPT + 2):
        world.advance(seconds=1)
        error(world, pull)
    kept = runs(world, pull)
    assert len(kept) == KEPT
    assert kept[0].started == world.now


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "Ümlaut"}, "name"),
        ({"every": 0}, "interval"),
        ({"every": 20_000}, "interval"),
        ({"credentials": "sealing.key"}, "peer.isac"),
        ({"credentials": "../peer.a"}, "peer.isac"),
        ({"unmarked": Label.RED}, "RED"),
        ({"url": "http://taxii.example.org/collections/a/"}, "TLS"),
    ],
)
def test_what_cannot_be_as_asked(world: World, changes: dict[str, Any], said: str) -> None:
    """Refused with the reason, and nothing is kept."""
    with pytest.raises(PeerRefused, match=said):
        pull_of(world, **{"url": f"http://{HOST}/collections/a/", **changes})


def test_a_person_or_missing_credentials_make_no_peer(world: World) -> None:
    """It acts as a service account; and what it signs in with is there, and private."""
    url = f"http://{HOST}/collections/a/"
    with pytest.raises(PeerRefused, match="service account"):
        pull_of(world, url, person=world.people["bob"])
    with pytest.raises(NotConfigured, match="missing"):
        pull_of(world, url, credentials="peer.other")
    for line, said in (("Digest a:b", "must hold one line"), ("a\nb", "and nothing else")):
        with pytest.raises(NotConfigured, match=said):
            pull_of(world, url, credentials=secret(world, line))
    with pytest.raises(NotConfigured, match="open to others"):
        pull_of(world, url, credentials=secret(world, "Token a", mode=0o640))
    pull_of(world, url, credentials=secret(world, "Token a"))
    with pytest.raises(PeerRefused, match="already"):
        pull_of(world, url)


@pytest.fixture
def console(world: World, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line of the world."""
    monkeypatch.setenv("CLOUDSIRT_HOME", str(world.house.config.home))
    monkeypatch.setenv("CLOUDSIRT_DATABASE_URL", world.database_url)
    monkeypatch.setenv("CLOUDSIRT_ALLOW_PRIVATE_HOSTS", HOST)
    world.advance(days=-1)
    return CliRunner()


def told(console: CliRunner, *words: str) -> Any:
    """What a command prints as JSON."""
    answer = console.invoke(cloudsirt, ["peer", *words, "--json"], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return orjson.loads(answer.stdout)


def test_the_operator_does_all_of_it_at_the_console(
    world: World, other: Served, console: CliRunner
) -> None:
    """Add, list, run, pause, resume, remove, for both; each prints one JSON document."""
    other.world.share("pia", indicator("TLP:GREEN"))
    credentials = trust(world, other)
    shared = ("--name", "isac", "--person", "relay@example.org", "--credentials", credentials)
    pulled = (*shared, "--url", other.url(), "--topic", "attacks", "--unmarked", "green")
    assert told(console, "pull", "add", *pulled)["name"] == "isac"
    assert told(console, "pull", "run", "isac") == {
        "objects": 1,
        "stored": 1,
        "repeated": 0,
        "refused": 0,
    }
    (row,) = told(console, "pull", "list")
    assert (row["name"], row["stored"], row["error"]) == ("isac", 1, "")
    for action in ("pause", "resume", "remove"):
        assert told(console, "pull", action, "isac")["name"] == "isac"
    assert told(console, "pull", "list") == []

    pushed = (*shared, "--url", other.url("members", "attacks"))
    misused = console.invoke(cloudsirt, ["peer", "push", "add", *pushed, "--channel", "members"])
    assert (misused.exit_code, "--to-a-member" in misused.stderr) == (2, True)
    told(console, "push", "add", *pushed)
    assert told(console, "push", "run", "isac")["objects"] == 0
    other.world.revoke_token("feed")
    with pytest.raises(PeerRefused, match="credentials"):
        console.invoke(cloudsirt, ["peer", "push", "run", "isac"], catch_exceptions=False)
    with pytest.raises(PeerRefused, match="no push called"):
        console.invoke(cloudsirt, ["peer", "push", "run", "isaac"], catch_exceptions=False)


def test_the_secretariat_sees_how_each_peer_fares(world: World, other: Served) -> None:
    """Last run, counts, errors, next run; only the secretariat, and nothing to press."""
    world.member("Office", "sue", "secretariat")
    other.world.share("pia", indicator("TLP:GREEN"))
    pull = pull_of(world, other.url(), name="isac", credentials=trust(world, other))
    push = push_of(world, other.url("members", "attacks"), name="group")
    sue = Portal(world, "sue")
    assert sue.words("/secretariat/peers").count("Never") == 2
    run_due_peers(world.house)
    run_due_peers(world.house)
    words = sue.words("/secretariat/peers")
    assert "1 of 1 taken, 0 known, 0 refused" in words
    assert "HTTP status 401" in words
    page = sue.words(f"/secretariat/peers/{pull.id}")
    assert other.url() in page
    assert "every 60 minutes" in page
    world.suspend("Relay")
    assert "Relay is suspended" in sue.words(f"/secretariat/peers/{push.id}")
    assert "<form" not in sue.page(f"/secretariat/peers/{pull.id}").partition("<main")[2]
    sue.page("/secretariat/peers/nothing", 404)
    Portal(world, "bob").page("/secretariat/peers", 403)


def test_counts_of_what_one_may_not_read_are_not_told(world: World, stranger: Odd) -> None:
    """A secretary outside the members' perimeter sees that it ran, and what was public (R11)."""
    world.organisation("Office", "partner")
    world.person("sue", "Office", "secretariat")
    pull_of(world, stranger.url, name="isac")
    push_of(
        world, stranger.url, name="members", channel=Perimeter.MEMBERS, reason="Relay's platform."
    )
    for _ in range(2):
        run_due_peers(world.house)
    words = Portal(world, "sue").words("/secretariat/peers")
    assert words.count("For members") == 2
    assert "taken" not in words
