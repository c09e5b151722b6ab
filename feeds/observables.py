"""The observables of a STIX object: what search, correlation and watchlists look up.

Decides: where in an object observables stand. In cyber-observable objects (STIX 2.1 §6), in
patterns of type `stix` (§9) where they are compared by `=` or IN and not negated, and CVE ids
in external references. A URL also gives the domain or address in it.

Not here: how each is spelled (`normalise`), and what a person meant (`guessing`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from feeds.errors import BadPattern
from feeds.guessing import guess, refang
from feeds.normalise import Observable, ObservableKind, host_of, normalise
from feeds.patterns import Comparison, read_pattern

__all__ = ["Observable", "ObservableKind", "guess", "normalise", "observables_of", "stated_in"]

_IP: Final = (ObservableKind.ADDRESS, ObservableKind.NETWORK)
_HOST: Final = (*_IP, ObservableKind.DOMAIN)
_ANYTHING: Final = (*_IP, ObservableKind.URL, ObservableKind.EMAIL, ObservableKind.DOMAIN)

# What the `value` of a type can be, tried in this order.
_VALUES: Final[dict[str, tuple[ObservableKind, ...]]] = {
    "ipv4-addr": _IP,
    "ipv6-addr": _IP,
    "domain-name": _HOST,
    "url": (ObservableKind.URL,),
    "email-addr": (ObservableKind.EMAIL,),
}
_ACCOUNT_NAMES: Final = frozenset({"account_login", "user_id"})


def observables_of(value: Mapping[str, object]) -> frozenset[Observable]:
    """Every observable in an object; of what is not well formed, nothing. Never raises."""
    found = stated_in(value)
    hosts = (host_of(one.value) for one in found if one.kind is ObservableKind.URL)
    return frozenset(found.union(host for host in hosts if host is not None))


def stated_in(value: Mapping[str, object]) -> frozenset[Observable]:
    """The observables that an object itself is about, without the host of a URL. Never raises."""
    return frozenset(_from_object(value))


def _from_object(value: Mapping[str, object]) -> Iterator[Observable]:
    stix_type = value.get("type")
    reader = _READERS.get(stix_type) if isinstance(stix_type, str) else None
    if reader is not None:
        yield from reader(value)
    yield from _from_references(value)


def _from_value(value: Mapping[str, object]) -> Iterator[Observable]:
    yield from _read(_VALUES[str(value["type"])], value.get("value"))


def _from_hashes(value: Mapping[str, object]) -> Iterator[Observable]:
    hashes = value.get("hashes")
    for digest in hashes.values() if isinstance(hashes, dict) else ():
        yield from _read((ObservableKind.HASH,), digest)


def _from_artifact(value: Mapping[str, object]) -> Iterator[Observable]:
    yield from _from_hashes(value)
    yield from _read((ObservableKind.URL,), value.get("url"))


def _from_account(value: Mapping[str, object]) -> Iterator[Observable]:
    for name in _ACCOUNT_NAMES:
        yield from _read((ObservableKind.ACCOUNT,), value.get(name))


def _from_system(value: Mapping[str, object]) -> Iterator[Observable]:
    number = value.get("number")
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**32:
        yield from _read((ObservableKind.ASN,), str(number))


def _from_observed_data(value: Mapping[str, object]) -> Iterator[Observable]:
    """Look into the deprecated `objects` (§4.14); one level, they do not nest."""
    contained = value.get("objects")
    for item in contained.values() if isinstance(contained, dict) else ():
        if isinstance(item, dict) and item.get("type") != "observed-data":
            yield from _from_object(item)


def _from_vulnerability(value: Mapping[str, object]) -> Iterator[Observable]:
    yield from _read((ObservableKind.CVE,), value.get("name"))


def _from_indicator(value: Mapping[str, object]) -> Iterator[Observable]:
    pattern = value.get("pattern")
    if value.get("pattern_type") != "stix" or not isinstance(pattern, str):
        return
    try:
        comparisons = read_pattern(pattern)
    except BadPattern:
        return
    for comparison in comparisons:
        if comparison.operator in ("=", "IN") and not comparison.negated:
            for text in comparison.values:
                yield from _read(_kinds_of(comparison), text)


def _kinds_of(comparison: Comparison) -> Iterable[ObservableKind]:
    """What the compared values can be, by the object path."""
    path = [step for step in comparison.path if not step.startswith("[")]
    last = path[-1]
    if any(step.endswith("hashes") for step in path[:-1]):
        return (ObservableKind.HASH,)
    if last == "value":
        return _VALUES.get(comparison.object_type, ()) if len(path) == 1 else _ANYTHING
    if last in _ACCOUNT_NAMES:
        return (ObservableKind.ACCOUNT,)
    if last == "number" and (comparison.object_type == "autonomous-system" or len(path) > 1):
        return (ObservableKind.ASN,)
    if last == "url" and comparison.object_type == "artifact":
        return (ObservableKind.URL,)
    return ()


def _from_references(value: Mapping[str, object]) -> Iterator[Observable]:
    """CVE ids, which any object may refer to (§4.19 for vulnerabilities)."""
    references = value.get("external_references")
    for reference in references if isinstance(references, list) else ():
        if isinstance(reference, dict):
            yield from _read((ObservableKind.CVE,), reference.get("external_id"))


def _read(kinds: Iterable[ObservableKind], text: object) -> Iterator[Observable]:
    """The first kind that a text is, as it stands or else with its defanging undone."""
    if not isinstance(text, str):
        return
    found = _first(kinds, text)
    if found is None and (plain := refang(text)) != text:
        found = _first(kinds, plain)
    if found is not None:
        yield found


def _first(kinds: Iterable[ObservableKind], text: str) -> Observable | None:
    for kind in kinds:
        value = normalise(kind, text)
        if value is not None:
            return Observable(kind, value)
    return None


_READERS: Final[dict[str, Callable[[Mapping[str, object]], Iterator[Observable]]]] = {
    **dict.fromkeys(_VALUES, _from_value),
    "file": _from_hashes,
    "x509-certificate": _from_hashes,
    "artifact": _from_artifact,
    "user-account": _from_account,
    "autonomous-system": _from_system,
    "observed-data": _from_observed_data,
    "vulnerability": _from_vulnerability,
    "indicator": _from_indicator,
}
