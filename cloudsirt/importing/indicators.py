"""One observable to one STIX object: an indicator with its pattern, or a vulnerability for a CVE.

The pattern compares by `=`, networks too: that is what products write and read. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cloudsirt.importing.items import UNDATED, Made, Maker
from feeds.markings import MARKING_OF
from feeds.normalise import Observable, ObservableKind
from tlp import Label

_PATHS: Final[Mapping[ObservableKind, str]] = {
    ObservableKind.DOMAIN: "domain-name:value",
    ObservableKind.URL: "url:value",
    ObservableKind.EMAIL: "email-addr:value",
    ObservableKind.ACCOUNT: "user-account:account_login",
}
_DIGESTS: Final = {
    32: "MD5",
    40: "'SHA-1'",
    56: "'SHA-224'",
    64: "'SHA-256'",
    70: "TLSH",
    96: "'SHA-384'",
    128: "'SHA-512'",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a source says of an observable; times as STIX writes them, empty where it does not."""

    name: str = ""
    description: str = ""
    valid_from: str = ""
    valid_until: str = ""
    labels: tuple[str, ...] = ()
    confidence: int | None = None
    label: Label | None = None


def made_of(observable: Observable, said: Said, maker: Maker) -> Made:
    """What an organisation shares when it shares this observable."""
    if observable.kind is ObservableKind.CVE:
        return _vulnerability(observable, said, maker)
    value = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": _id("indicator", observable, maker),
        "created_by_ref": maker.identity,
        "name": said.name or _shown(observable),
        "pattern": pattern_of(observable),
        "pattern_type": "stix",
        **_common(said),
    }
    for name, time in (("valid_from", said.valid_from), ("valid_until", said.valid_until)):
        if time:
            value[name] = time
    return Made(value, UNDATED if said.valid_from else UNDATED | {"valid_from"})


def pattern_of(observable: Observable) -> str:
    """The pattern that matches the observable and nothing else (STIX 2.1 §9)."""
    kind, value = observable.kind, observable.value
    if kind is ObservableKind.ASN:
        return f"[autonomous-system:number = {value}]"
    if kind in (ObservableKind.ADDRESS, ObservableKind.NETWORK):
        path = "ipv6-addr:value" if ":" in value else "ipv4-addr:value"
    elif kind is ObservableKind.HASH:
        path = f"file:hashes.{_DIGESTS[len(value)]}"
    else:
        path = _PATHS[kind]
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{path} = '{quoted}']"


def _shown(observable: Observable) -> str:
    return f"AS{observable.value}" if observable.kind is ObservableKind.ASN else observable.value


def _vulnerability(observable: Observable, said: Said, maker: Maker) -> Made:
    value = {
        "type": "vulnerability",
        "spec_version": "2.1",
        "id": _id("vulnerability", observable, maker),
        "created_by_ref": maker.identity,
        "name": observable.value,
        "external_references": [{"source_name": "cve", "external_id": observable.value}],
        **_common(said),
    }
    return Made(value, UNDATED)


def _common(said: Said) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if said.description:
        found["description"] = said.description
    if said.labels:
        found["labels"] = list(said.labels)
    if said.confidence is not None:
        found["confidence"] = said.confidence
    if said.label is not None:
        found["object_marking_refs"] = [MARKING_OF[said.label]]
    return found


def _id(stix_type: str, observable: Observable, maker: Maker) -> str:
    return maker.id_for(stix_type, f"{observable.kind.value}:{observable.value}")
