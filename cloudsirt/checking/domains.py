"""Whether whoever applies controls a domain: a token of ours stands where only they can put it.

Either as a TXT record of `_cloudsirt-challenge.<domain>`, or as a small file over HTTPS below
`/.well-known/` (RFC 8615). The token is a seal over application and domain, so nothing is stored,
and one that was shown for another application proves nothing.
"""

import base64
import hmac
from dataclasses import dataclass

import dns.exception
import dns.resolver

from cloudsirt.config import Config
from cloudsirt.errors import CannotReach
from cloudsirt.keys import Keys
from cloudsirt.outbound import fetch, resolver
from membership.applications.checks import Outcome

_OCTETS = 20  # of the seal: 160 bits, 32 characters


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the applicant puts where, to show control of one domain."""

    domain: str
    record: str
    path: str
    token: str

    @property
    def address(self) -> str:
        """Where the file would stand."""
        return f"https://{self.domain}{self.path}"


@dataclass(frozen=True, slots=True)
class DomainFinding:
    """What was found, and where."""

    outcome: Outcome
    detail: str


def challenge(keys: Keys, application: str, domain: str) -> Challenge:
    """The challenge for a domain of an application; always the same one."""
    message = f"{application}\n{domain}".encode()
    seal = hmac.digest(keys.derived("domain control"), message, "sha256")[:_OCTETS]
    return Challenge(
        domain=domain,
        record=f"_cloudsirt-challenge.{domain}",
        path=f"/.well-known/cloudsirt-{application[:8]}.txt",
        token="cloudsirt-" + base64.b32encode(seal).decode().lower(),
    )


def look_up(config: Config, asked: Challenge, *, port: int = 443) -> DomainFinding:
    """Look for a token in DNS, then over HTTPS; never an error, whatever the domain does."""
    found = _texts(config, asked.record)
    if asked.token in found:
        return DomainFinding("good", f"The token is in the TXT record of {asked.record}.")
    try:
        answer = fetch(config, asked.domain, asked.path, port=port)
    except CannotReach as error:
        reached = str(error)
    else:
        if answer.status == 200 and answer.content.strip() == asked.token.encode():
            return DomainFinding("good", f"The token is at {asked.address}.")
        reached = f"There is no token at {asked.address}."
    if found:
        return DomainFinding("bad", f"The TXT record of {asked.record} holds another token.")
    return DomainFinding("unknown", f"No token in the TXT record of {asked.record}. {reached}")


def _texts(config: Config, name: str) -> frozenset[str]:
    """The TXT records at a name; none where nobody answers."""
    try:
        answer = resolver(config).resolve(name, "TXT", search=False)
    except (dns.exception.DNSException, OSError):
        return frozenset()
    return frozenset(
        b"".join(record.strings).decode("ascii", "replace").strip() for record in answer
    )
