"""Sends what is due in the outbox: claim, compose, hand over, mark; each step by itself.

No transaction is open while a letter is handed over. Killed at any moment, nothing is lost: what
was claimed and not marked is due again after a while.
"""

import logging
import time
from datetime import datetime

from cloudsirt.errors import MailUnreachable, NotDelivered
from cloudsirt.house import House
from cloudsirt.mail.composing import Dropped, compose
from cloudsirt.mail.delivery import Transport, opened
from cloudsirt.mail.outbox import KEPT, Letter, due_letters, marking

BATCH = 50
LONGEST_ROUND = 10.0  # seconds: releases that fall due in between must not wait for mail
log = logging.getLogger("cloudsirt.mail")


def send_due_letters(house: House) -> int:
    """One round: send what is due, as far as it takes no longer than a while; how many left."""
    with house.reading() as db:
        waiting = due_letters(db, house.now(), BATCH)
    if not waiting:
        return 0
    sent, began = 0, time.monotonic()
    with opened(house.config) as transport:
        for letter in waiting:
            try:
                sent += _send(house, transport, letter)
            except MailUnreachable:
                break
            if time.monotonic() - began >= LONGEST_ROUND:
                break
    return sent


def forget_old_letters(house: House) -> None:
    """Forget what was sent or ended long ago."""
    with marking(house.database) as outbox:
        outbox.forget(house.now() - KEPT)


def _send(house: House, transport: Transport, letter: Letter) -> bool:
    """Send one letter, or note why not; MailUnreachable when no other would leave either."""
    with marking(house.database) as outbox:
        if not outbox.claim(letter, house.now()):
            return False
    try:
        with house.reading() as db:
            message = compose(db, house.keys, house.config, letter, house.now())
        if not isinstance(message, Dropped):
            transport.deliver(_name(letter), message)
    except NotDelivered as error:
        _note_failure(house, letter, str(error), house.now())
        if isinstance(error, MailUnreachable):
            raise
        return False
    except Exception as error:  # a letter that cannot be composed holds no other up
        _note_failure(house, letter, type(error).__name__, house.now())
        return False
    with marking(house.database) as outbox:
        if isinstance(message, Dropped):
            outbox.end(letter, message.why, house.now())
            return False
        outbox.mark_sent(letter, house.now())
    return True


def _note_failure(house: House, letter: Letter, why: str, at: datetime) -> None:
    log.warning("letter %s was not sent: %s", letter.id, why)
    with marking(house.database) as outbox:
        outbox.mark_failed(letter, why, at)


def _name(letter: Letter) -> str:
    """What a file of this letter is called: in order of time, the same at each attempt."""
    return f"{letter.queued:%Y%m%dT%H%M%SZ}-{letter.letter}-{letter.id}"
