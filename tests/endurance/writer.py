"""A process that contributes: objects, new versions, held releases, repetitions, withdrawals.

`python -m tests.endurance.writer SETTINGS` with settings as JSON; what it did is written as JSON.
"""

import json
import random
import sys
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.endurance.asking import Client

START = datetime(2026, 2, 1, 8, 0, tzinfo=UTC)
HELD: dict[str, tuple[str, ...]] = {
    "TLP:AMBER": ("members",),
    "TLP:GREEN": ("research",),
    "TLP:CLEAR": ("research", "public"),
}
"""Which perimeters an envelope of one label keeps waiting."""

COLLECTION = "/taxii2/members/collections/attacks/"


def stamp(moment: datetime) -> str:
    """A timestamp of STIX, in milliseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def indicator(id_: str, version: int, marking: str, seed: int = 0) -> dict[str, Any]:
    """One version of an indicator; `version` counts from 0."""
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": id_,
        "created": stamp(START),
        "modified": stamp(START + timedelta(milliseconds=version)),
        "name": f"Scanner {seed}",
        "pattern": f"[ipv4-addr:value = '203.0.113.{seed % 256}']",
        "pattern_type": "stix",
        "valid_from": stamp(START),
        "object_marking_refs": [marking],
    }


@dataclass
class Writer:
    """One contributor at work; `posted` is id, version, label, in the order of posting."""

    client: Client
    chance: random.Random
    markings: dict[str, str]
    posted: list[tuple[str, str, str]] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    _known: dict[str, tuple[int, str]] = field(default_factory=dict)

    def share(self, number: int) -> None:
        """Post an envelope of objects, of which some are new versions of what is there."""
        label = self.chance.choice(sorted(self.markings))
        items = [self._next(label, seed) for seed in range(number)]
        document: dict[str, Any] = {"objects": items}
        if self.chance.random() < 0.3:
            due = datetime.now(UTC) + timedelta(seconds=self.chance.uniform(0.2, 2))
            document["x_cloudsirt_handling"] = {
                "release": dict.fromkeys(HELD[label], due.isoformat().replace("+00:00", "Z"))
            }
        body = json.dumps(document).encode()
        for _ in range(2 if self.chance.random() < 0.1 else 1):
            reply = self.client.insist("POST", f"{COLLECTION}objects/", body)
            if reply.status != 202 or json.loads(reply.body)["success_count"] != number:
                raise RuntimeError(reply.body.decode())
        self.posted.extend((item["id"], item["modified"], label) for item in items)

    def _next(self, label: str, seed: int) -> dict[str, Any]:
        id_, version = f"indicator--{uuid.UUID(int=self.chance.getrandbits(128), version=4)}", 0
        if self._known and self.chance.random() < 0.1:
            old, (last, before) = self.chance.choice(list(self._known.items())[-500:])
            if before == label:
                id_, version = old, last + 1
        self._known[id_] = version, label
        return indicator(id_, version, self.markings[label], seed)

    def withdraw(self) -> None:
        """Withdraw something of one's own."""
        id_ = self.chance.choice(list(self._known))
        del self._known[id_]
        reply = self.client.insist("DELETE", f"{COLLECTION}objects/{id_}/")
        if reply.status != 200:
            raise RuntimeError(reply.body.decode())
        self.withdrawn.append(id_)


def main(settings: dict[str, Any]) -> None:
    """Contribute so many objects in all, and say what was done."""
    chance = random.Random(settings["seed"])
    client = Client(settings["port"], settings["authorization"])
    writer = Writer(client, chance, settings["markings"])
    while len(writer.posted) < settings["objects"]:
        writer.share(chance.randint(1, settings["largest"]))
        if chance.random() < 0.2:
            writer.withdraw()
    told = {"posted": writer.posted, "withdrawn": writer.withdrawn}
    Path(settings["result"]).write_text(json.dumps(told))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
