"""The status resource of a submission (TAXII 2.1 §4.3.1).

Every submission is complete when it is answered: counts add up, each object has its line.
"""

from dataclasses import dataclass

import orjson

from feeds import timestamps


@dataclass(frozen=True, slots=True)
class Line:
    """One object's outcome: id, version, and a sentence or nothing."""

    id: str
    version: str
    message: str = ""

    def document(self) -> dict[str, str]:
        """As status-details."""
        shown = self.version or timestamps.show(0)
        details = {"id": self.id, "version": shown}
        return {**details, "message": self.message} if self.message else details


def status_document(id_: str, received: int, successes: list[Line], failures: list[Line]) -> bytes:
    """The status resource as JSON; `received` in microseconds."""
    document: dict[str, object] = {
        "id": id_,
        "status": "complete",
        "request_timestamp": timestamps.show(received),
        "total_count": len(successes) + len(failures),
        "success_count": len(successes),
        "failure_count": len(failures),
        "pending_count": 0,
    }
    if successes:
        document["successes"] = [line.document() for line in successes]
    if failures:
        document["failures"] = [line.document() for line in failures]
    return orjson.dumps(document)
