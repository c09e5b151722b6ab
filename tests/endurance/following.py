"""Writers and pollers as processes of their own, and what each of the pollers must have seen."""

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from feeds.markings import MARKING_OF
from tests.endurance.running import Running
from tlp import Label

Key = tuple[str, str]

MARKINGS = {str(label): MARKING_OF[label] for label in (Label.AMBER, Label.GREEN, Label.CLEAR)}
LABELS = {
    "members": {"TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"},
    "research": {"TLP:GREEN", "TLP:CLEAR"},
    "public": {"TLP:CLEAR"},
}
ALL = (("match[version]", "all"),)


@dataclass(frozen=True, slots=True)
class Way:
    """Who polls what, and how; without `query` only the latest versions."""

    who: str | None
    root: str
    way: str
    query: tuple[tuple[str, str], ...]

    @property
    def collection(self) -> str:
        """What is polled."""
        return f"/taxii2/{self.root}/collections/everything/"


WAYS = (
    Way("cat", "members", "added_after", ALL),
    Way("cat", "members", "next", ALL),
    Way("cat", "members", "both", ()),
    Way("amy", "members", "added_after", ALL),
    Way("ros", "research", "added_after", ALL),
    Way(None, "public", "both", ALL),
)
"""`amy` reads what her own organisation holds back, and later finds it in another channel."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the writers did: versions by id, in order of posting, with their label."""

    posted: dict[str, list[Key]]
    labels: dict[str, str]

    def expected(self, root: str, *, latest: bool) -> set[Key]:
        """What stands at an API root when everything was released."""
        kept = (
            versions[-1:] if latest else versions
            for id_, versions in self.posted.items()
            if self.labels[id_] in LABELS[root]
        )
        return {key for versions in kept for key in versions}


def begin_writers(
    site: Running, folder: Path, objects: int, largest: int, seed: int
) -> dict[Path, subprocess.Popen[bytes]]:
    """Start `ann` and `bob`, who share the work; by the file of what they did."""
    return {
        (result := folder / f"{who}.json"): site.begin(
            "writer",
            {
                "port": site.port,
                "authorization": site.authorization(who),
                "seed": seed + place,
                "objects": objects // 2,
                "largest": largest,
                "markings": MARKINGS,
                "result": str(result),
            },
        )
        for place, who in enumerate(("ann", "bob"))
    }


def begin_pollers(
    site: Running, folder: Path, ways: Sequence[Way], limit: int
) -> dict[Path, subprocess.Popen[bytes]]:
    """Start one poller for each way; by the file of what it saw."""
    return {
        (result := folder / f"poller-{place}.json"): site.begin(
            "poller",
            {
                "port": site.port,
                "authorization": site.authorization(way.who),
                "path": f"{way.collection}objects/",
                "way": way.way,
                "query": {**dict(way.query), "limit": str(limit)},
                "stop": str(folder / "stop"),
                "result": str(result),
            },
        )
        for place, way in enumerate(ways)
    }


def facts(results: Sequence[Path]) -> Facts:
    """What the writers say that they did, without what they withdrew."""
    posted: dict[str, list[Key]] = {}
    labels: dict[str, str] = {}
    withdrawn: set[str] = set()
    for result in results:
        told = json.loads(result.read_text())
        withdrawn.update(told["withdrawn"])
        for id_, version, label in told["posted"]:
            posted.setdefault(id_, []).append((id_, version))
            labels[id_] = label
    return Facts({k: v for k, v in posted.items() if k not in withdrawn}, labels)


def standing(site: Running, way: Way) -> list[Key]:
    """What stands there by the manifest, in order of entry."""
    client, found = site.client(way.who), list[Key]()
    query = "&".join(f"{name}={value}" for name, value in way.query)
    cursor = ""
    while True:
        reply = client.insist("GET", f"{way.collection}manifest/?{query}{cursor}")
        document = json.loads(reply.body)
        found.extend((item["id"], item["version"]) for item in document.get("objects", []))
        if not document["more"]:
            client.close()
            return found
        cursor = f"&next={document['next']}"


def settle(site: Running, known: Facts, seconds: float) -> dict[Way, list[Key]]:
    """Wait until every root shows what was released; what each way's reader then finds."""
    deadline = time.monotonic() + seconds
    while True:
        found = {way: standing(site, way) for way in WAYS}
        amiss = [
            way for way in WAYS if set(found[way]) != known.expected(way.root, latest=not way.query)
        ]
        if not amiss:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not as posted after {seconds} s: {amiss}")
        time.sleep(1)


def complaints(seen: Sequence[Key], there: Sequence[Key]) -> list[str]:
    """What is wrong with what one poller saw: repeated, missed, or out of order."""
    found: list[str] = []
    if len(set(seen)) != len(seen):
        found.append(f"{len(seen) - len(set(seen))} repeated")
    if missed := set(there) - set(seen):
        found.append(f"{len(missed)} missed, such as {min(missed)}")
    place = {key: number for number, key in enumerate(there)}
    order = [place[key] for key in seen if key in place]
    if order != sorted(order):
        found.append("out of order")
    return found
