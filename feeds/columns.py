"""What the JSON columns of a submission say, read once for all of its objects.

Pure, and remembered for the last few hundred texts: a thousand objects of one submission share
theirs.
"""

from functools import lru_cache
from typing import Final

import orjson

from tlp import Handling, Label, Recipient, RecipientKind, reach
from tlp.overlap import Reach

_REMEMBERED: Final = 256
_LONG: Final = 10_000  # characters; longer texts are read again, so that little room is taken


def recipients_in(text: str) -> frozenset[Recipient]:
    """Whom a submission names."""
    return _recipients(text) if len(text) < _LONG else _recipients.__wrapped__(text)


def seen_in(text: str) -> frozenset[tuple[str, str]]:
    """What of others its poster could read of what the objects name: id and contributor."""
    return _seen(text) if len(text) < _LONG else _seen.__wrapped__(text)


def opened(label: Label, contributor: str, poster: str, recipients: str) -> Reach:
    """The channels that a label opens, release times aside; `recipients` as stored."""
    read = _opened if len(recipients) < _LONG else _opened.__wrapped__
    return read(label, contributor, poster, recipients)


@lru_cache(maxsize=_REMEMBERED)
def _recipients(text: str) -> frozenset[Recipient]:
    return frozenset(Recipient(RecipientKind(kind), id_) for kind, id_, *_ in orjson.loads(text))


@lru_cache(maxsize=_REMEMBERED)
def _seen(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((stix_id, contributor) for stix_id, contributor in orjson.loads(text))


@lru_cache(maxsize=_REMEMBERED)
def _opened(label: Label, contributor: str, poster: str, recipients: str) -> Reach:
    return frozenset(reach(Handling(label, contributor, poster, recipients_in(recipients))))
