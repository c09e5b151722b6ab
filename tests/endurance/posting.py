"""Clients that post envelopes until they are answered, whatever is killed meanwhile.

Each envelope says of itself what must be there after a 202: the bytes of its objects.
"""

import json
import random
import threading
import uuid
from dataclasses import dataclass, field

from tests.endurance.asking import Client
from tests.endurance.following import MARKINGS
from tests.endurance.writer import COLLECTION, indicator

LARGEST = 20  # objects of an envelope
PACE = 0.05  # seconds between two of them: what is looked for are moments, not much content


@dataclass(frozen=True, slots=True)
class Envelope:
    """Objects that are posted together, as bytes, by their ids."""

    objects: dict[str, bytes]

    @property
    def body(self) -> bytes:
        """What is posted."""
        return b'{"objects":[' + b",".join(self.objects.values()) + b"]}"

    @property
    def query(self) -> str:
        """What selects these objects and no others."""
        return f"{COLLECTION}objects/?limit=100&match[id]={','.join(self.objects)}"


def envelope(chance: random.Random, number: int) -> Envelope:
    """So many fresh objects."""
    ids = [f"indicator--{uuid.UUID(int=chance.getrandbits(128), version=4)}" for _ in range(number)]
    marking = chance.choice(sorted(MARKINGS.values()))
    return Envelope({id_: json.dumps(indicator(id_, 0, marking)).encode() for id_ in ids})


@dataclass(eq=False)
class Poster(threading.Thread):
    """One client that posts until told to stop; `answered` was answered with 202."""

    client: Client
    chance: random.Random
    stop: threading.Event
    answered: list[Envelope] = field(default_factory=list)
    sending: Envelope | None = None
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def run(self) -> None:
        """Post, and ask again where no answer came."""
        try:
            while not self.stop.is_set():
                self._post(envelope(self.chance, self.chance.randint(1, LARGEST)))
                self.stop.wait(PACE)
        except Exception as error:  # told by the test, in its own thread
            self.faults.append(repr(error))
        self.client.close()

    def _post(self, sent: Envelope) -> None:
        self.sending = sent
        reply = self.client.insist("POST", f"{COLLECTION}objects/", sent.body)
        status = json.loads(reply.body)
        if reply.status != 202 or status["success_count"] != len(sent.objects):
            raise RuntimeError(reply.body.decode())
        self.answered.append(sent)


def shortfall(reader: Client, sent: Envelope) -> str | None:
    """What is missing of an envelope that was answered, or not as it was sent."""
    reply = reader.insist("GET", sent.query)
    ids = [item["id"] for item in json.loads(reply.body).get("objects", [])]
    if sorted(ids) != sorted(sent.objects):
        return f"{len(ids)} of {len(sent.objects)} are there"
    changed = [id_ for id_, content in sent.objects.items() if content not in reply.body]
    return f"not as sent: {changed}" if changed else None


def is_half(reader: Client, sent: Envelope) -> bool:
    """Whether some of an envelope is there, and some is not."""
    reply = reader.insist("GET", sent.query)
    return len(json.loads(reply.body).get("objects", [])) not in (0, len(sent.objects))
