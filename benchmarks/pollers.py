"""Many organisations that poll and find nothing: the commonest request that there is.

Who polls again before anything is recorded is answered from memory. After a submission what they
may read is read anew, and after any other change who they are as well. Once a minute at most it is
noted when a token was used.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from benchmarks import client
from benchmarks.costs import Cost, Watched
from benchmarks.material import envelope
from benchmarks.report import line
from benchmarks.servers.ours import Account, Installation, enrol, issue_token

_MINUTE = 61  # seconds
_TO_EVERY_PROCESS = 8
_NOTHING = "added_after=2100-01-01T00:00:00.000000Z"


def enrolled(installation: Installation, number: int) -> list[Account]:
    """So many members, each of an organisation of its own."""
    return [enrol(installation, f"poller{place}", "csirt", "analyst") for place in range(number)]


def costs(
    watched: Watched, installation: Installation, accounts: Sequence[Account], rounds: int
) -> Mapping[str, Cost]:
    """What a poll costs that finds nothing, by what is remembered of who asks."""
    server = watched.server
    path = server.objects(_NOTHING)
    requests = [client.get(path, account.headers) for account in accounts]

    def poll() -> None:
        client.work_off(server.port, requests, 1)

    def middle(rounds: int, before: Callable[[], object]) -> Cost:
        found = []
        for _ in range(rounds):
            before()
            found.append(watched.cost_of(poll, len(requests)))
        return sorted(found, key=lambda cost: cost.whole)[rounds // 2]

    for _ in range(_TO_EVERY_PROCESS):  # notes the first use of each token, and remembers
        poll()
    return {
        "again, nothing recorded meanwhile": middle(rounds, lambda: None),
        "a submission recorded meanwhile": middle(rounds, lambda: _submit(watched)),
        "another change recorded meanwhile": middle(
            rounds, lambda: issue_token(installation, accounts[0].email)
        ),
        "a submission, and the token not used for a minute": middle(1, lambda: _wait(watched)),
    }


def table(found: Mapping[str, Cost]) -> str:
    """Work by poll, as Markdown."""
    lines = [line(["", "web, ms of a core", "PostgreSQL, ms of a core", "ms by the clock"])]
    lines.append(line(["---", "---:", "---:", "---:"]))
    for name, cost in found.items():
        spent = (cost.web, cost.database, cost.clock)
        lines.append(line([name, *(f"{value:.2f}" for value in spent)]))
    return "\n".join(lines)


def _submit(watched: Watched) -> None:
    """Let one object come in."""
    server = watched.server
    body = envelope(0, 1, f"poll-{time.time_ns()}")
    client.ask_once(server.port, client.post(server.post, server.post_headers, body))


def _wait(watched: Watched) -> None:
    time.sleep(_MINUTE)
    _submit(watched)
