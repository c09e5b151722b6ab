"""A process that polls one collection in one way, until told to stop, and notes what it got.

`python -m tests.endurance.poller SETTINGS` with settings as JSON. The ways:

  added_after  the time of the last object of each page, and no cursor
  next         the cursor of the page before; at the end the last cursor again
  both         the cursor within a round, the time of the last object for the next round
"""

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.endurance.asking import Client, Reply

FIRST, LAST = "x-taxii-date-added-first", "x-taxii-date-added-last"
IDLE = 0.1  # seconds between two polls that found nothing

Key = tuple[str, str]


@dataclass
class Poller:
    """Where one poller stands; `seen` is id and version in the order in which they came."""

    client: Client
    path: str
    way: str
    fixed: dict[str, str]
    seen: list[Key] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _after: str | None = None
    _cursor: str | None = None
    _reached: str = ""
    _repeated: frozenset[Key] = frozenset()

    def step(self) -> bool:
        """Ask for one page; whether anything new was in it, or more follows."""
        query = dict(self.fixed)
        if self._after is not None:
            query["added_after"] = self._after
        if self._cursor is not None:
            query["next"] = self._cursor
        reply = self.client.ask("GET", f"{self.path}?{urlencode(query)}")
        if reply.status != 200:
            self.faults.append(f"{query}: {reply.status} {reply.body!r}")
            return False
        document = json.loads(reply.body)
        keys = [(item["id"], item["modified"]) for item in document.get("objects", [])]
        fresh = [key for key in keys if key not in self._repeated]
        self.seen.extend(fresh)
        if keys:
            self._look(reply, is_repeated=bool(self._repeated))
        self._advance(document, keys)
        return bool(fresh) or bool(document["more"])

    def _look(self, reply: Reply, *, is_repeated: bool) -> None:
        """Pages follow one another, and so do the times of their objects."""
        first, last = reply.headers[FIRST], reply.headers[LAST]
        if first > last or (first <= self._reached and not is_repeated):
            self.faults.append(f"after {self._reached} came {first} to {last}")
        self._reached = max(self._reached, last)

    def _advance(self, document: dict[str, Any], keys: list[Key]) -> None:
        if self.way == "added_after":
            self._after = self._reached or None
            return
        if document["more"]:
            self._cursor, self._repeated = document["next"], frozenset()
        elif self.way == "next":
            self._repeated = self._repeated | frozenset(keys)
        else:
            self._cursor, self._after = None, self._reached or None


def main(settings: dict[str, Any]) -> None:
    """Poll until the file `stop` is there and nothing more comes."""
    client = Client(settings["port"], settings["authorization"])
    poller = Poller(client, settings["path"], settings["way"], settings["query"])
    while True:
        is_over = Path(settings["stop"]).exists()
        if not poller.step() or poller.faults:
            if is_over or poller.faults:
                break
            time.sleep(IDLE)
    told = {"seen": poller.seen, "faults": poller.faults}
    Path(settings["result"]).write_text(json.dumps(told))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
