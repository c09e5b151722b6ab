"""`python -m benchmarks [reading] [posting] [crawling] [growth]`: all four by default.

`scale` takes long and much disk, and is measured only where it is named; on PostgreSQL alone.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import parts
from benchmarks.house import ENGINES, POSTGRES, opened
from benchmarks.report import keep, machine
from benchmarks.rounds import Measured

PARTS: Mapping[str, Callable[[parts.Run], list[Measured]]] = {
    "reading": parts.reading,
    "posting": parts.posting,
    "crawling": parts.crawling,
    "growth": parts.growth,
    "scale": parts.scale,
}
USUAL = ("reading", "posting", "crawling", "growth")
ONLY = {"scale": (POSTGRES,)}
"""The engines of a part, where these are not all."""


def main(arguments: Sequence[str]) -> None:
    """Measure what was asked for, and print its tables."""
    options = _parser().parse_args(arguments)
    sizes = parts.Sizes(
        objects=options.objects,
        memory=min(options.memory, options.objects),
        crawl=options.crawl,
        grown=options.grown,
        placements=options.placements,
        rounds=options.rounds,
        seconds=options.seconds,
    )
    found: list[Measured] = []
    print(machine())
    for name in options.parts or USUAL:
        for engine in options.engines or ENGINES:
            if engine not in ONLY.get(name, ENGINES):
                continue
            with opened() as house:
                found += PARTS[name](parts.Run(house, engine, sizes))
    if options.keep is not None:
        keep(found, options.keep)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("parts", nargs="*", choices=[*PARTS, []], help="what to measure (default: all but scale)")
    add("--engine", action="append", dest="engines", choices=ENGINES, help="one engine only")
    add("--objects", type=int, default=10_000, help="in each server that is read")
    add("--memory", type=int, default=1_000, help="in medallion, whose cost grows as the square")
    add("--crawl", type=int, default=20_000, help="objects of a full crawl")
    add("--grown", type=int, default=100_000, help="objects of the grown collection")
    add("--placements", type=int, default=10_000_000, help="of scale")
    add("--rounds", type=int, default=3, help="how often each server has its turn")
    add("--seconds", type=float, default=1.0, help="of one turn, at least")
    add("--keep", type=Path, help="file for every single rate, as JSON")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
