"""What an import would do, without doing it: what would be stored, and how far it would reach.

Each batch goes through the same preview as the form of the portal. One batch knows nothing of
another, because nothing is stored: marking definitions go along with each, and what an object
names in another batch is taken as unknown.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

from cloudsirt.house import House
from cloudsirt.importing.bringing import Errand, Tally, current, texts_of
from cloudsirt.importing.items import Item, Left, Sent
from cloudsirt.previewing import Foreseen, Preview, preview
from feeds.errors import BadEnvelope
from feeds.statuses import Line
from tlp import Perimeter

BATCH: Final = 5_000
"""Objects that are previewed together, unless the caller says otherwise."""

_TRAVELLING: Final = ("marking-definition", "extension-definition")


@dataclass(slots=True)
class Rehearsal:
    """What an import would do: the counts, and by perimeter how many objects get there and how."""

    tally: Tally = field(default_factory=Tally)
    reach: dict[Perimeter, Counter[str]] = field(
        default_factory=lambda: {perimeter: Counter() for perimeter in Perimeter}
    )
    sizes: dict[Perimeter, int] = field(default_factory=dict)
    labels: Counter[str] = field(default_factory=Counter)
    batches: int = 0
    carried: list[str] = field(default_factory=list)
    """Definitions of earlier batches, which are posted again with each."""


def rehearse(house: House, errand: Errand, batch: Sequence[Item], so_far: Rehearsal) -> None:
    """Preview one batch, and add what it would do; raises what posting raises."""
    principal = current(house, errand.person)
    tally = so_far.tally
    for item in batch:
        if isinstance(item, Left):
            tally.refuse(Line(item.what, "", item.reason))
    texts = texts_of(house, principal, batch)
    for previewed, skipped in _previews(house, errand, texts, so_far):
        _count(previewed, skipped, so_far)
    so_far.carried.extend(_definitions(batch))
    tally.read += len(batch)
    so_far.batches += 1


def _previews(
    house: House, errand: Errand, texts: Sequence[str], so_far: Rehearsal
) -> Iterator[tuple[Preview, frozenset[str]]]:
    if not texts:
        return
    principal = current(house, errand.person)
    known = frozenset(str(orjson.loads(text)["id"]) for text in so_far.carried)
    try:
        body = errand.body([*so_far.carried, *texts])
        yield preview(house, principal, errand.topic, body), known
    except BadEnvelope as error:
        if len(texts) == 1:
            so_far.tally.refuse(Line("unknown", "", str(error)))
            return
        half = len(texts) // 2
        yield from _previews(house, errand, texts[:half], so_far)
        yield from _previews(house, errand, texts[half:], so_far)


def _count(previewed: Preview, skipped: frozenset[str], so_far: Rehearsal) -> None:
    so_far.sizes.update(previewed.sizes)
    for line in previewed.refused:
        if line.id not in skipped:
            so_far.tally.refuse(line)
    so_far.tally.repeated += sum(line.id not in skipped for line in previewed.repeated)
    for foreseen in previewed.new:
        if foreseen.examined.id in skipped:
            continue
        so_far.tally.stored += 1
        so_far.labels[str(foreseen.examined.label)] += 1
        for perimeter in Perimeter:
            so_far.reach[perimeter][_way(previewed, foreseen, perimeter)] += 1


def _way(previewed: Preview, foreseen: Foreseen, perimeter: Perimeter) -> str:
    """How an object gets to a perimeter, in a few words."""
    steps = previewed.perimeter_steps(foreseen, perimeter)
    if not steps:
        return f"never: {previewed.why_absent(foreseen, perimeter).value}"
    first = steps[0]
    form = "as a derivative" if first.shape.is_derivative else "as it is"
    if first.after_check:
        return f"{form}, once somebody has looked at the personal data in it"
    return f"{form}, later" if first.since is not None else f"{form}, at once"


def _definitions(batch: Sequence[Item]) -> Iterator[str]:
    for item in batch:
        if isinstance(item, Sent) and any(f'"{name}"' in item.text for name in _TRAVELLING):
            value = orjson.loads(item.text)
            if isinstance(value, dict) and value.get("type") in _TRAVELLING:
                yield item.text
