"""Personal and financial data in an object, before it leaves for an outer perimeter.

Source: the bylaws: shared information may hold personal or financial data, and what leaves for an
outer perimeter is checked for it first. A finding is a question to a person who decides; it is not
a decision.

What an indicator's pattern matches is the indicator and no finding, nor is the same text in the
rest of that indicator. An e-mail address or user account that is an object of its own, and the
name of an identity that is an individual, are always findings. In texts, mailboxes of a role (RFC
2142, and those of incident teams), accounts that every system has, and placeholders are nobody's.

Not found: names of persons in running text, and whatever `feeds.identifying_numbers` leaves out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from feeds.identifying_numbers import (
    card_numbers,
    has_enough_digits,
    ibans,
    national_ids,
    phone_numbers,
    plain_text,
)
from feeds.paths import Path


class Kind(Enum):
    """What a finding is about."""

    EMAIL = "e-mail address"
    ACCOUNT = "account name"
    PERSON = "name of a person"
    CREDENTIAL = "password"
    PHONE = "telephone number"
    CARD = "payment card number"
    IBAN = "bank account number"
    NATIONAL_ID = "national id"


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal or financial data at one place; secrets and numbers show their end only."""

    path: Path
    kind: Kind
    excerpt: str


Hit = tuple[Kind, str]

_LONGEST_EXCERPT: Final = 80  # characters
_MASKED: Final = frozenset({Kind.CREDENTIAL, Kind.CARD, Kind.IBAN, Kind.NATIONAL_ID})
_LONGEST_AUTHORITY: Final = 256  # characters
_SHORTEST_TEXT: Final = len("a@b.cd")
_SMALLEST_NUMBER: Final = 10**11  # a number in JSON with fewer digits identifies nobody

_TECHNICAL_KEYS: Final = frozenset(
    "id type spec_version hashes granular_markings object_marking_refs payload_bin "
    "kill_chain_phases pattern_type serial_number cpe swid mime_type content_type "
    "extension_type".split()
)
_ACCOUNT_KEYS: Final = frozenset(
    {"account_login", "user_id", "username", "user_name", "login", "logname"}
)
_CREDENTIAL_KEYS: Final = frozenset({"credential", "password", "passwd"})
_PHONE_KEYS: Final = frozenset({"phone", "phone_number", "telephone", "mobile"})
_TELLING_KEYS: Final = _ACCOUNT_KEYS | _CREDENTIAL_KEYS | _PHONE_KEYS

_ROLES: Final = frozenset(
    "abuse noc security postmaster hostmaster usenet news webmaster www uucp ftp info marketing "
    "sales support cert csirt psirt soc noreply no-reply".split()
)
_NOBODYS: Final = frozenset(
    "admin administrator all anonymous appdata default defaultuser ec2-user everyone git guest me "
    "name nobody none null public root shared system test ubuntu unknown user username users "
    "vagrant www-data you".split()
) | {"all users", "default user", "local service", "network service", "your name"}
_FILE_ENDINGS: Final = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "exe", "dll", "js"})

_BRACKETED_AT: Final = re.compile(r"[\[({]\s?(?:[aA][tT]|@)\s?[\])}]")
_DEFANGED_AT: Final = re.compile(rf"\s?{_BRACKETED_AT.pattern}\s?")
_DEFANGED_DOT: Final = re.compile(r"\s?[\[({]\s?(?:dot|\.)\s?[\])}]\s?", re.IGNORECASE)
_EMAIL: Final = re.compile(
    r"(?<![\w.+-])(\w[\w.+%'-]{0,63})(?:@|\s?[\[({]\s?(?:at|@)\s?[\])}]\s?)"
    r"((?:[\w-]{1,63}(?:\.|\[\.\]|\(\.\)|\s?[\[(]\s?dot\s?[\])]\s?)){1,8}"
    r"([^\W\d_]{2,24}|xn--[a-z0-9-]{2,59}))(?![\w-])",
    re.IGNORECASE,
)
_HOME: Final = re.compile(
    r"[A-Za-z]:\\{1,2}(?:Users|Documents and Settings)\\{1,2}([^][\\/:*?\"<>|%$\r\n]{1,64})(?=\\|$)"
    r"|(?<![\w/.:~-])/(?:home|Users)/(\w[\w.-]{0,63})(?=/|$)"
)
_NAMED_ACCOUNT: Final = re.compile(
    r"\b(?:user ?name|login(?: name)?|account name|user ?id)\s?[:=]\s?[\"'“‘`]?([\w.\\-]{2,64})"
    r"|\b(?:user|username|account|login)(?: name)? [\"'“‘`]([\w.\\-]{2,64})[\"'”’`]",
    re.IGNORECASE,
)


def scan(value: Mapping[str, object]) -> tuple[Finding, ...]:
    """Everything in an object that is personal or financial, in the order in which it stands."""
    pattern = value.get("pattern") if value.get("type") == "indicator" else None
    itself = pattern.casefold() if isinstance(pattern, str) else ""
    hits: list[tuple[Path, Hit]] = []
    _walk(value, [], hits, frozenset({"pattern"}) if itself else frozenset())
    return tuple(
        dict.fromkeys(
            Finding(path, kind, _excerpt(kind, text))
            for path, (kind, text) in hits
            if not itself or not _stands_in(text, itself)
        )
    )


def _stands_in(text: str, pattern: str) -> bool:
    """Whether a pattern has this text in it, as a word of its own."""
    plain = _DEFANGED_DOT.sub(".", _DEFANGED_AT.sub("@", text)).casefold()
    # The plain look comes first because it is many times faster and nearly always says no.
    alone = rf"(?<!\w){re.escape(plain)}(?!\w)"
    return plain in pattern and re.search(alone, pattern) is not None


def _walk(
    node: Mapping[str, object] | list[object],
    trail: list[str | int],
    hits: list[tuple[Path, Hit]],
    skipped: frozenset[str] = frozenset(),
) -> None:
    """Add each hit in a value, and where it stands; what these names hold is nobody's."""
    members: Iterable[tuple[str | int, object]]
    if isinstance(node, list):
        members = enumerate(node)
    else:
        hits.extend(((*trail, name), hit) for name, hit in _of_a_person(node))
        members = node.items()
        if node.get("is_service_account") is True:
            skipped |= _ACCOUNT_KEYS
    for step, member in members:
        if not isinstance(step, str):
            key = str(trail[-1])
        elif _is_technical(step) or step in skipped:
            continue
        else:
            key = step
            if not step.isidentifier():
                hits.extend(((*trail, step), hit) for hit in _in_text(step))
        if isinstance(member, str):
            for hit in _in_text(member, key):
                hits.append(((*trail, step), hit))
        elif isinstance(member, (dict, list)):
            trail.append(step)
            _walk(member, trail, hits)
            trail.pop()
        elif type(member) is int and member >= _SMALLEST_NUMBER:
            hits.extend(((*trail, step), hit) for hit in _numbers_in(str(member), key))


def _is_technical(key: str) -> bool:
    return key in _TECHNICAL_KEYS or key.endswith(("_ref", "_refs"))


def _of_a_person(node: Mapping[str, object]) -> Iterator[tuple[str, Hit]]:
    """The properties that are a person's by the type of what they belong to."""
    kind = node.get("type")
    if kind == "email-addr":
        yield from _given(node, "value", Kind.EMAIL)
        yield from _given(node, "display_name", Kind.PERSON)
    elif kind == "user-account" and node.get("is_service_account") is not True:
        yield from _given(node, "display_name", Kind.PERSON)
    elif kind == "identity" and node.get("identity_class") == "individual":
        yield from _given(node, "name", Kind.PERSON)


def _given(node: Mapping[str, object], name: str, kind: Kind) -> Iterator[tuple[str, Hit]]:
    text = node.get(name)
    if isinstance(text, str) and text.casefold() not in _NOBODYS:
        yield name, (kind, text)


def _in_text(text: str, key: str = "") -> Sequence[Hit]:
    """What can be found in one text, which stands under this key."""
    kind = _kind_by_key(text, key) if key in _TELLING_KEYS else None
    if kind is not None:
        return [(kind, text)]
    if len(text) < _SHORTEST_TEXT or _is_time(text):
        return ()
    hits: list[Hit] = []
    if "@" in text or _BRACKETED_AT.search(text):
        hits.extend(_addresses_in(text))
    if _says_account(text.lower()):
        hits.extend(_accounts_in(text))
    hits.extend(_numbers_in(text, key))
    return hits


def _kind_by_key(text: str, key: str) -> Kind | None:
    """What a text is that stands under a key which says so."""
    if key in _ACCOUNT_KEYS and text.casefold() not in _NOBODYS:
        return Kind.ACCOUNT
    if key in _CREDENTIAL_KEYS:
        return Kind.CREDENTIAL
    return Kind.PHONE if key in _PHONE_KEYS and has_enough_digits(text) else None


def _is_time(text: str) -> bool:
    return len(text) <= 30 and text[-1] == "Z" and text[4:5] == "-" and text[10:11] == "T"


def _addresses_in(text: str) -> Iterator[Hit]:
    """E-mail addresses of persons, defanged ones too, and accounts within URLs."""
    for match in _EMAIL.finditer(text):
        local, _, ending = match.groups()
        name = local.casefold()
        if _in_authority(text, match.start()):
            if name not in _NOBODYS:
                yield Kind.ACCOUNT, local
        elif name not in _ROLES | {"git"} and ending.casefold() not in _FILE_ENDINGS:
            yield Kind.EMAIL, match[0]


def _in_authority(text: str, at: int) -> bool:
    """Whether a place is before the host of a URL, where user names stand (RFC 3986)."""
    begins = text.rfind("://", max(0, at - _LONGEST_AUTHORITY), at)
    return begins >= 0 and not re.search(r"[\s/?#]", text[begins + 3 : at])


def _says_account(text: str) -> bool:
    """Whether anything in a text of lower case can lead to an account name."""
    return (
        "user" in text
        or "account" in text
        or "login" in text
        or "/home/" in text
        or "and settings" in text
    )


def _accounts_in(text: str) -> Iterator[Hit]:
    """Account names in paths of home folders, and where a word says that one follows."""
    for form in (_HOME, _NAMED_ACCOUNT):
        for match in form.finditer(text):
            name = (match[1] or match[2]).strip(".- ")
            if name.casefold() not in _NOBODYS and not name.isdigit():
                yield Kind.ACCOUNT, name


def _numbers_in(text: str, key: str) -> Sequence[Hit]:
    plain = plain_text(text)
    if plain is None:
        return ()
    return [
        *((Kind.CARD, number) for number in card_numbers(plain)),
        *((Kind.IBAN, number) for number in ibans(plain)),
        *((Kind.NATIONAL_ID, number) for number in national_ids(plain)),
        *(
            (Kind.PHONE, number)
            for number in phone_numbers(plain, personal=key == "contact_information")
        ),
    ]


def _excerpt(kind: Kind, text: str) -> str:
    """Enough to find it again; of what others could use, its last characters."""
    if kind in _MASKED:
        shown = 0 if kind is Kind.CREDENTIAL else 4
        return "•" * 4 + text[len(text) - shown :]
    return text if len(text) <= _LONGEST_EXCERPT else text[: _LONGEST_EXCERPT - 1] + "…"
