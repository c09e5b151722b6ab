"""What one installation consists of: settings, keys, database, and how work is done in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from cloudsirt import clock
from cloudsirt.accounts import AccountStore
from cloudsirt.audit.trail import append
from cloudsirt.config import Config
from cloudsirt.database import Database
from cloudsirt.errors import NotConfigured
from cloudsirt.following import follow
from cloudsirt.identity import own_organisation
from cloudsirt.keys import Keys, load_keys
from cloudsirt.mail.outbox import queue_letters
from cloudsirt.polls import Notebook
from cloudsirt.remembering import Memory
from cloudsirt.work import ChangeLedger, HousekeepingLedger, Work
from feeds.deriving import Workshop

OPERATOR = "operator"
"""The actor of commands at the console."""

WORKER = "worker"
"""The actor of what is done in the background."""


class House:
    """One installation in one process. `now` is read once for each piece of work; `register` is
    what is remembered of organisations, people and tokens, under `Marks.register`."""

    def __init__(self, config: Config, keys: Keys, now: Callable[[], datetime] = clock.now) -> None:
        self.config = config
        self.keys = keys
        self.now = now
        self.database = Database(config.database_url)
        self.notebook = Notebook()
        self.register = Memory()

    @cached_property
    def workshop(self) -> Workshop:
        """Who makes derivatives here, and under which ids."""
        with self.reading() as db:
            own = own_organisation(db)
        if own is None:
            raise NotConfigured("CloudSIRT has no identity here: run `cloudsirt init` first.")
        return Workshop(f"identity--{own}", self.keys.derived("derivatives"))

    @contextmanager
    def working(self, actor: str) -> Iterator[Work]:
        """A unit of work: commits with all that follows from it, or not at all."""
        ledger = ChangeLedger()
        with self.database.writing(ledger) as db:
            work = Work(db, self.now(), ledger)
            yield work
            follow(work)
            if ledger.events:
                queue_letters(db, ledger.events, work.at)
                append(db, ledger.events, actor=actor, at=work.at, sign=self.keys.sign)
            elif ledger.has_changed:
                raise RuntimeError("a change without an event")

    @contextmanager
    def rehearsing(self) -> Iterator[Work]:
        """A unit of work that is always undone: what would happen, without it happening."""
        ledger = ChangeLedger()
        with self.database.rehearsing(ledger) as db:
            yield Work(db, self.now(), ledger)

    @contextmanager
    def housekeeping(self) -> Iterator[AccountStore]:
        """A transaction for marks of use, which the audit trail does not hold."""
        with self.database.writing(HousekeepingLedger()) as db:
            yield AccountStore(db)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.database.reading() as db:
            yield db


def open_house(config: Config) -> House:
    """The installation of this configuration; NotConfigured when it was never initialised."""
    return House(config, load_keys(config.home))
