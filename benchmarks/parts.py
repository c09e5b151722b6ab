"""The parts of a run: each starts its servers, measures, and prints its tables."""

from dataclasses import dataclass

from sqlalchemy import make_url

from benchmarks import bulk
from benchmarks import crawling as _crawling
from benchmarks import growth as _growth
from benchmarks import posting as _posting
from benchmarks import reading as _reading
from benchmarks import scale as _scale
from benchmarks.house import POSTGRES, House
from benchmarks.report import table
from benchmarks.rounds import Measured
from benchmarks.servers import ours


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything; see the options of the command."""

    objects: int
    memory: int
    crawl: int
    grown: int
    placements: int
    rounds: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """One part on one engine."""

    house: House
    engine: str
    sizes: Sizes


def reading(run: Run) -> list[Measured]:
    """Pages, polls, filters and manifests."""
    house, sizes = run.house, run.sizes
    server = house.cloudsirt(run.engine, sizes.objects)
    peers = [house.opentaxii(run.engine, sizes.objects), house.medallion(sizes.memory)]
    found = _reading.measure(
        server, peers, house.place("bare"), rounds=sizes.rounds, seconds=sizes.seconds
    )
    title = f"Reading, {run.engine}, {sizes.objects:,} objects (medallion: {sizes.memory:,})"
    print(f"\n### {title}\n")
    print(table(found, server.name, [peer.name for peer in peers], _reading.BARE), flush=True)
    return found


def posting(run: Run) -> list[Measured]:
    """Envelopes of a thousand, a hundred and one."""
    house, sizes = run.house, run.sizes
    installation, people = house.installation(run.engine)
    name = f"CloudSIRT, {run.engine}"
    server = house.stack.enter_context(ours.serving(name, installation, people))
    ours.load(server, ours.ENVELOPE)
    peers = [house.opentaxii(run.engine, ours.ENVELOPE)]
    target = _bulk_target(house, run.engine, installation)
    found = _posting.measure(server, peers, target, sizes.rounds)
    print(f"\n### Posting, {run.engine}\n")
    print(table(found, name, [peer.name for peer in peers], _posting.BULK), flush=True)
    return found


def _bulk_target(house: House, engine: str, source: ours.Installation) -> bulk.Target:
    """A second installation, that gets the rows of the first by the database's own ways."""
    material = bulk.sample(source.database_url)
    target, _ = house.installation(engine, "bulk")
    database = make_url(target.database_url).database
    if engine == POSTGRES:
        return bulk.Copying(house.postgres.conninfo(str(database)), material)
    return bulk.Inserting(str(database), material)


def crawling(run: Run) -> list[Measured]:
    """Everything, page by page, by taxii2-client."""
    house, sizes = run.house, run.sizes
    server = house.cloudsirt(run.engine, sizes.crawl)
    peers = [house.opentaxii(run.engine, sizes.crawl)]
    found = _crawling.measure(server, peers, house.place("bare"), sizes.crawl, sizes.rounds)
    print(f"\n### A full crawl by taxii2-client, {run.engine}\n")
    print(table(found, server.name, [peer.name for peer in peers], _crawling.BARE), flush=True)
    return found


def growth(run: Run) -> list[Measured]:
    """The same questions to a small collection and to one that grew."""
    house, sizes = run.house, run.sizes
    found = _growth.measure(house, run.engine, sizes.grown, sizes.rounds, sizes.seconds)
    print(f"\n### Cost at {sizes.grown:,} objects, at {_growth.SMALL:,} it is 1: {run.engine}\n")
    print(_growth.table(found), flush=True)
    return found


def scale(run: Run) -> list[Measured]:
    """Millions of placements: their room, and what answers, posting and memory cost beside them."""
    house, sizes = run.house, run.sizes
    large = _scale.load(house, sizes.placements)
    return _scale.measure(house, large, sizes.placements, sizes.rounds, sizes.seconds)
