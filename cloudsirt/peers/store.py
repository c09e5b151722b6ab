"""Loads and saves pulls, pushes, how far they are, and their last runs. Decides nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from cloudsirt import tables as t
from cloudsirt.database import Database
from cloudsirt.peers.peer import Counts, Mark, Peer, Pull, Push, Run, State
from cloudsirt.work import HousekeepingLedger
from feeds.topics import Topic
from tlp import Label, Perimeter

KEPT = 50
"""So many runs are kept of each, the newest."""


class PeerStore:
    """Pulls and pushes as kept in the database."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    # what there is

    def pulls(self) -> list[Pull]:
        """All pulls, by name."""
        return [_pull(row) for row in self._rows(t.pull)]

    def pushes(self) -> list[Push]:
        """All pushes, by name."""
        return [_push(row) for row in self._rows(t.push)]

    def peers(self) -> list[Peer]:
        """All of both."""
        found: list[Peer] = [*self.pulls(), *self.pushes()]
        return found

    def peer(self, id_: str) -> Peer | None:
        """The pull or push with this id."""
        return next((peer for peer in self.peers() if peer.id == id_), None)

    def add(self, peer: Peer, due: datetime) -> None:
        """Keep a new one, due at that instant."""
        self._db.execute(insert(_table(peer)).values(**_row(peer)))
        self._db.execute(insert(t.peer_mark).values(peer=peer.id, due=due))

    def set_state(self, peer: Peer, state: State) -> None:
        """Let it run by itself, or not."""
        table = _table(peer)
        self._db.execute(update(table).where(table.c.id == peer.id).values(state=state.value))

    def remove(self, peer: Peer) -> None:
        """Forget it, with how far it was and its runs."""
        table = _table(peer)
        self._db.execute(delete(t.peer_run).where(t.peer_run.c.peer == peer.id))
        self._db.execute(delete(t.peer_mark).where(t.peer_mark.c.peer == peer.id))
        self._db.execute(delete(table).where(table.c.id == peer.id))

    def _rows(self, table: Table) -> Sequence[RowMapping]:
        return self._db.execute(select(table).order_by(table.c.name)).mappings().all()

    # marks of use

    def mark(self, peer: str) -> Mark | None:
        """How far it is; None for one that is no more."""
        query = select(t.peer_mark).where(t.peer_mark.c.peer == peer)
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else Mark(**row)

    def marks(self) -> dict[str, Mark]:
        """How far each is."""
        rows = self._db.execute(select(t.peer_mark)).mappings()
        return {row["peer"]: Mark(**row) for row in rows}

    def hold(self, peer: str, holder: str | None, until: datetime | None) -> None:
        """Note which run has it, and until when; the caller has looked that none else does."""
        query = update(t.peer_mark).where(t.peer_mark.c.peer == peer)
        self._db.execute(query.values(holder=holder, held=until))

    def set_mark(self, peer: str, run: str, /, **values: Any) -> bool:
        """Change how far it is, as the run that has it; False where it has it no more."""
        columns = t.peer_mark.c
        query = update(t.peer_mark).where(columns.peer == peer, columns.holder == run)
        return self._db.execute(query.values(**values)).rowcount == 1

    # runs

    def add_run(self, run: Run) -> None:
        """Keep a run; of its peer the newest stay."""
        columns = t.peer_run.c
        self._db.execute(insert(t.peer_run).values(**_run_row(run)))
        order = columns.started.desc(), columns.id
        newest = select(columns.id).where(columns.peer == run.peer).order_by(*order).limit(KEPT)
        kept = list(self._db.execute(newest).scalars())
        old = (columns.peer == run.peer) & columns.id.not_in(kept)
        self._db.execute(delete(t.peer_run).where(old))

    def save_run(self, run: Run) -> None:
        """Note how a run goes."""
        query = update(t.peer_run).where(t.peer_run.c.id == run.id)
        self._db.execute(query.values(**_run_row(run)))

    def run(self, id_: str) -> Run | None:
        """The run with this id; None where its peer was removed meanwhile."""
        query = select(t.peer_run).where(t.peer_run.c.id == id_)
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else _run(row)

    def runs(self, peer: str, limit: int = KEPT) -> list[Run]:
        """The last runs, the newest first."""
        columns = t.peer_run.c
        query = select(t.peer_run).where(columns.peer == peer)
        rows = self._db.execute(query.order_by(columns.started.desc(), columns.id).limit(limit))
        return [_run(row) for row in rows.mappings()]


@contextmanager
def marking(database: Database) -> Iterator[PeerStore]:
    """A short transaction for marks of use; none is open while a peer is spoken to."""
    with database.writing(HousekeepingLedger()) as db:
        yield PeerStore(db)


def _table(peer: Peer) -> Table:
    return t.pull if isinstance(peer, Pull) else t.push


def _row(peer: Peer) -> dict[str, object]:
    shared = {
        "id": peer.id,
        "name": peer.name,
        "url": peer.url,
        "person": peer.person,
        "topic": peer.topic.value if peer.topic is not None else None,
        "every": peer.every,
        "credentials": peer.credentials,
        "state": peer.state.value,
    }
    if isinstance(peer, Push):
        return {**shared, "channel": peer.channel.value, "reason": peer.reason}
    return {**shared, "unmarked": peer.unmarked.value if peer.unmarked is not None else None}


def _pull(row: RowMapping) -> Pull:
    unmarked = Label(row["unmarked"]) if row["unmarked"] is not None else None
    state = State(row["state"])
    return Pull(**{**row, "topic": Topic(row["topic"]), "unmarked": unmarked, "state": state})


def _push(row: RowMapping) -> Push:
    topic = Topic(row["topic"]) if row["topic"] is not None else None
    channel, state = Perimeter(row["channel"]), State(row["state"])
    return Push(**{**row, "topic": topic, "channel": channel, "state": state})


def _run_row(run: Run) -> dict[str, object]:
    return {
        "id": run.id,
        "peer": run.peer,
        "started": run.started,
        "ended": run.ended,
        "objects": run.counts.objects,
        "stored": run.counts.stored,
        "repeated": run.counts.repeated,
        "refused": run.counts.refused,
        "error": run.error,
    }


def _run(row: RowMapping) -> Run:
    counts = Counts(row["objects"], row["stored"], row["repeated"], row["refused"])
    return Run(row["id"], row["peer"], row["started"], row["ended"], counts, row["error"])
