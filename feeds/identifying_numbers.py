"""Numbers that identify a person or an account, found in free text.

Sources: ISO/IEC 7812 (card numbers: issuer, length, check digit), ISO 13616 (IBAN), the national
rules that python-stdnum implements, and the numbering plans that phonenumbers implements. The
bylaws say that shared information may hold personal or financial data.

Texts about attacks are full of digits. So a number counts only where its own form or check digits
leave little doubt, or a word before it says what it is; and hashes, ids, addresses, dates, CVE
numbers and URLs are taken out first. What is missed for that reason stays for the eyes of whoever
moderates.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import phonenumbers
from stdnum import iban, luhn
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.us import ssn

_NEARBY: Final = 60  # characters in which a name or a word makes a number what it is

_TECHNICAL: Final = re.compile(
    r"""
      \b[a-z][a-z0-9+.-]{1,20}:// [^\s<>"']+        # URLs
    | \bwww\. [^\s<>"']+
    | \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b   # UUIDs, and so STIX ids
    | \bCVE-\d{4}-\d{4,19}\b
    | \b[0-9a-f]{32,}\b                             # hashes
    | \b\d{4}([-/])\d{2}\1\d{2}(?:[T\ ][\d:.]+Z?)?\b  # dates and times
    | (?<![+.\d])\d{1,3}(?:\.\d{1,3}){3}\b          # addresses
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A cheap look at what a number needs, which nearly every text fails: seven digits, or the end of
# a codice fiscale.
_NUMBER: Final = re.compile(
    r"[0-9](?:(?:[ .()/+-]{0,2}[0-9]){6}|[0-9][A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z])"
)
_DASHES: Final = str.maketrans(
    dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("\xa0\u2007\u202f", " ")
)

_CARD: Final = re.compile(
    r"(?<![\w.+-])(?<![0-9][,:/=])"
    r"(?:[0-9]{4}([ -]?)[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}|3[0-9]{3}([ -]?)[0-9]{6}\2[0-9]{4,5})"
    r"(?![\w-])(?![.,:/][0-9])"
)
_ISSUED: Final = re.compile(
    r"4[0-9]{15}"  # Visa
    r"|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"  # Mastercard
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11}"  # Diners Club
    r"|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}"  # Discover
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}"  # JCB
    r"|62[0-9]{14,17}"  # UnionPay
)
_CARD_WORD: Final = re.compile(r"\b(?:card|visa|maestro|credit|debit|pan)\b", re.IGNORECASE)

# One character at a time, so that a long run of capitals can be read in one way only.
_IBAN: Final = re.compile(r"(?<![\w/-])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,40}(?![\w-])")
_SHORTEST_IBAN: Final = 15  # characters, Norway's

_INTERNATIONAL: Final = re.compile(r"(?<![\w+])\+[1-9][0-9 ()./-]{6,20}[0-9](?![\w-])")
_NORTH_AMERICAN: Final = re.compile(
    r"(?<![\w.+/-])(?<!\+1[ .-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])"
    r"[2-9][0-9]{2}[ .-][0-9]{4}(?![\w-])"
)
_LABELLED_PHONE: Final = re.compile(
    r"\b(?:(?:tel(?:ephone)?|phone|fax)(?: ?(?:number|no|nr))?\s?[:.]{0,2}|(?:mobile|cell)\s?:)"
    r"\s?(\(?[0-9][0-9 ()/.-]{6,16}[0-9])(?![\w-])",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"\b[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’-]+ (?:[A-Z]\. )?[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’-]+")
_PHONE_WORD: Final = re.compile(
    r"\b(?:tel|telephone|phone|mobile|cell|fax|call|whatsapp|contact)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class NationalId:
    """One kind of national id: its form, its check, and the words it needs before it, if any."""

    form: re.Pattern[str]
    is_valid: Callable[[str], bool]
    words: re.Pattern[str] | None = None


def _national(form: str, is_valid: Callable[[str], bool], words: str = "") -> NationalId:
    """A national id that stands alone, with no letter, digit or dash at either side."""
    said = re.compile(rf"\b(?:{words})\b", re.IGNORECASE) if words else None
    return NationalId(re.compile(rf"(?<![\w.-])(?:{form})(?![\w-])(?!\.\d)"), is_valid, said)


_NATIONAL_IDS: Final = (
    _national(r"\d{3}-\d{2}-\d{4}", ssn.is_valid),
    _national(r"\d{3}\.\d{3}\.\d{3}-\d{2}", cpf.is_valid),
    _national(r"756\.\d{4}\.\d{4}\.\d{2}", ahv.is_valid),
    _national(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", nn.is_valid),
    _national(r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]", codicefiscale.is_valid),
    _national(r"\d{6}[-+A]\d{3}[0-9A-FHJ-NPR-Y]", hetu.is_valid),
    _national(r"\d{6}-[1-4]\d{6}", rrn.is_valid),
    _national(r"(?:\d{2})?\d{6}[-+]\d{4}", personnummer.is_valid, "personnummer|pnr"),
    _national(r"\d{6}-?\d{4}", cpr.is_valid, "cpr(?:-nummer)?|personnummer"),
    _national(r"\d{6} ?\d{5}", fodselsnummer.is_valid, "fødselsnummer|personnummer"),
    _national(r"\d{8}-?[A-Z]", dni.is_valid, "dni|nif"),
    _national(r"[XYZ]-?\d{7}-?[A-Z]", nie.is_valid, "nie|nif"),
    _national(
        r"[12](?: ?\d{2}){2} ?\d[0-9AB](?: ?\d{3}){2} ?\d{2}", nir.is_valid, "nir|insee|sécu"
    ),
    _national(r"\d{11}", pesel.is_valid, "pesel"),
    _national(r"\d{9}", bsn.is_valid, "bsn|burgerservicenummer"),
    _national(r"\d{2} ?\d{3} ?\d{3} ?\d{3}", idnr.is_valid, "idnr|steuer-?id|steuernummer"),
    _national(r"\d{4} ?\d{4} ?\d{4}", aadhaar.is_valid, "aadhaar|uidai"),
    _national(r"\d{3} ?\d{3} ?\d{4}", nhs.is_valid, "nhs"),
)


def plain_text(text: str) -> str | None:
    """The text without what is technical, or None where too few digits are left to look at."""
    if _NUMBER.search(text if text.isascii() else text.translate(_DASHES)) is None:
        return None
    plain = _TECHNICAL.sub(" · ", text).translate(_DASHES)
    return plain if _NUMBER.search(plain) is not None else None


def card_numbers(text: str) -> Iterator[str]:
    """Payment card numbers: check digit, and an issuer's prefix or a word nearby."""
    for match in _CARD.finditer(text):
        digits = re.sub("[ -]", "", match[0])
        if not luhn.is_valid(digits):
            continue
        if _ISSUED.fullmatch(digits) or _CARD_WORD.search(_around(text, match)):
            yield match[0]


def ibans(text: str) -> Iterator[str]:
    """International bank account numbers, by checksum, length and form of their country."""
    for match in _IBAN.finditer(text):
        # Words in capitals may follow, so whole groups are taken off from the end.
        number = match[0]
        while len(number) >= _SHORTEST_IBAN:
            if iban.is_valid(number):
                yield number
                break
            number = number.rpartition(" ")[0]


def national_ids(text: str) -> Iterator[str]:
    """National ids of persons, where the form is unmistakable or a word before it says so."""
    for kind in _NATIONAL_IDS:
        for match in kind.form.finditer(text):
            before = text[max(0, match.start() - _NEARBY) : match.start()]
            if kind.words is not None and not kind.words.search(before):
                continue
            if kind.is_valid(match[0]):
                yield match[0]


def phone_numbers(text: str, *, personal: bool = False) -> Iterator[str]:
    """Telephone numbers beside a name or a word that says so.

    With `personal`, the whole text is about somebody, and every number counts.
    """
    for form, region in ((_INTERNATIONAL, None), (_NORTH_AMERICAN, "US")):
        for match in form.finditer(text):
            around = _around(text, match)
            beside = personal or _NAME.search(around) or _PHONE_WORD.search(around)
            if beside and _is_assigned(match[0], region):
                yield match[0]
    for match in _LABELLED_PHONE.finditer(text):
        if has_enough_digits(match[1]):
            yield match[1]


def has_enough_digits(text: str) -> bool:
    """Whether a text has the digits of a telephone number (ITU-T E.164: 15 at most)."""
    return 7 <= sum(character.isdecimal() for character in text) <= 15


def _is_assigned(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - _NEARBY) : match.end() + _NEARBY]
