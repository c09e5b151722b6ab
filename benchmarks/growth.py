"""Does the cost grow? A small installation and a grown one, asked in turn, every time something
else: what is remembered (`cloudsirt/remembering.py`) costs the same at every size."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sqlalchemy import create_engine

from benchmarks import client
from benchmarks.growing import analyze, grow, last_entry
from benchmarks.house import House
from benchmarks.material import object_id
from benchmarks.report import line
from benchmarks.rounds import Measured, in_turn
from benchmarks.servers import ours
from benchmarks.servers.running import Server
from feeds import timestamps

PART = "growth"
SMALL = 1_000
CONNECTIONS = 2
BEFORE, AFTER = "small", "grown"
QUESTIONS: Mapping[str, str] = {
    "page of 1,000": "objects/?limit=1000",
    "page of 100": "objects/?limit=100",
    "nothing new": "objects/?added_after=2100-01-01T00:00:00.000000Z",
    "match[id]": f"objects/?match[id]={object_id(100)}",
    "match[type], page of 100": "objects/?match[type]=malware&limit=100",
    "match[version]=all, page of 100": "objects/?match[version]=all&limit=100",
    "match[version]=first, page of 100": "objects/?match[version]=first&limit=100",
    "match[version]=all and match[type]": "objects/?match[version]=all&match[type]=malware"
    "&limit=100",
    "match[version]=first and match[type]": "objects/?match[version]=first&match[type]=malware"
    "&limit=100",
    "manifest, page of 1,000": "manifest/?limit=1000",
}


def measure(house: House, engine: str, count: int, rounds: int, seconds: float) -> list[Measured]:
    """Ask the small one and the grown one, in turn."""
    small, _, _ = _serve(house, engine, SMALL)
    grown, research, near_end = _serve(house, engine, count)
    asked = partial(ask, engine, rounds, seconds)
    found = [
        asked(question, (small, small.read + query), (grown, grown.read + query))
        for question, query in QUESTIONS.items()
    ]
    early, last = later_page(grown), grown.objects(f"limit=1000&added_after={near_end}")
    found.append(asked("last page, to an early one", (grown, early), (grown, last)))
    sparse = (research, later_page(research))
    found.append(asked("a reader of 1 %, to one of all", (grown, early), sparse))
    return found


def _serve(house: House, engine: str, count: int) -> tuple[Server, Server, str]:
    """An installation with so many objects, as a member and as a researcher read it, and a time
    about a thousand objects before its end."""
    near_end = ""
    installation, people = house.installation(engine)
    name = f"CloudSIRT with {count:,}"
    server = house.stack.enter_context(ours.serving(name, installation, people))
    ours.load(server, SMALL)
    if count > SMALL:
        database = create_engine(installation.database_url)
        for _ in grow(database, count):
            pass
        analyze(database)
        with database.connect() as db:
            near_end = timestamps.show((last_entry(db) - 4 * 1_200) // 1_000_000 * 1_000_000)
        database.dispose()
    return server, ours.as_researcher(server, installation, people), near_end


def ask(
    engine: str,
    rounds: int,
    seconds: float,
    question: str,
    before: tuple[Server, str],
    after: tuple[Server, str],
) -> Measured:
    """Ask two servers what two paths say, in turn, in other words each time."""
    contenders: dict[str, Callable[[], float]] = {
        name: partial(
            client.rate_of_many, server.port, partial(fresh, server, path), CONNECTIONS, seconds
        )
        for name, (server, path) in ((BEFORE, before), (AFTER, after))
    }
    return in_turn(f"{PART} on {engine}", question, contenders, rounds)


def fresh(server: Server, path: str, number: int) -> bytes:
    """The same question in other words each time, so that no remembered page answers it."""
    day, rest = divmod(number, 1_000_000)
    if "added_after" in path:  # of another turn, another part of the second
        path = path.replace("000000Z", f"{(rest + day * 20_011) % 1_000_000:06}Z")
    else:
        path += f"&added_after=2001-01-{day % 28 + 1:02}T00:00:00.{rest:06}Z"
    return client.get(path, server.headers)


def later_page(server: Server) -> str:
    """The page after the first thousand, where the collection begins to have been grown."""
    request = client.get(server.manifest("limit=1000"), server.headers)
    last = json.loads(client.ask_once(server.port, request).body)["objects"][-1]["date_added"]
    return server.objects(f"limit=1000&added_after={last[:19]}.000000Z")


def table(found: Sequence[Measured]) -> str:
    """How many times dearer each question has become, as Markdown."""
    lines = [line(["", "small", "grown", "cost, small = 1"]), line(["---", "---:", "---:", "---:"])]
    for item in found:
        rates = [f"{item.rate(name):,.0f} requests/s" for name in (BEFORE, AFTER)]
        lines.append(line([item.question, *rates, f"{item.ratio(BEFORE, AFTER):.2f}"]))
    return "\n".join(lines)
