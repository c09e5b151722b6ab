"""The table of ratios: ours to the fastest peer, and to the limit."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.rounds import Measured


def table(found: Sequence[Measured], ours: str, peers: Sequence[str], limit: str) -> str:
    """What was measured of one kind, as Markdown."""
    peers = [name for name in peers if any(name in item.rates for item in found)]
    has_limit = any(limit in item.rates for item in found)
    head = ["", f"{ours}", "to the fastest peer", *(f"to {name}" for name in peers)]
    head += [f"to {limit}"] if has_limit else []
    lines = [line(head), line(["---"] + ["---:"] * (len(head) - 1))]
    for item in found:
        there = [name for name in peers if name in item.rates]
        ratios = {name: item.ratio(ours, name) for name in there}
        cells = [item.question, f"{_short(item.rate(ours))} {item.unit}"]
        cells.append(_times(min(ratios.values())) if ratios else "")
        cells += [_times(ratios[name]) if name in ratios else "" for name in peers]
        if has_limit:
            cells.append(f"{item.ratio(ours, limit):.2f}" if limit in item.rates else "")
        lines.append(line(cells))
    return "\n".join(lines)


def machine() -> str:
    """What it was measured on, in one line."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load}."


def keep(found: Iterable[Measured], file: Path) -> None:
    """Write every single rate down."""
    document = [
        {
            "part": item.part,
            "question": item.question,
            "unit": item.unit,
            "per": item.per,
            "rates": {name: list(values) for name, values in item.rates.items()},
        }
        for item in found
    ]
    file.write_text(json.dumps(document, indent=1) + "\n")


def line(cells: Iterable[str]) -> str:
    """A line of a table."""
    return "| " + " | ".join(cells) + " |"


def _times(ratio: float) -> str:
    return f"× {ratio:.0f}" if ratio >= 10 else f"× {ratio:.1f}"


def _short(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"
