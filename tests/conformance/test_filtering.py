"""Filters (TAXII 2.1 §3.4): malformed ones, match fields, versions."""

import pytest

from tests.conformance.items import item
from tests.conformance.served import ATTACKS, EVERYTHING, Site
from tests.conformance.wire import assert_error
from tests.objects import LATER, TIME, address, fresh_id, indicator, later, malware, statement

LATEST = "2026-02-03T08:00:00.000Z"
MALFORMED = (
    *("limit=ten", "limit=", "limit=1.5", "limit=%D9%A1", "added_after=yesterday"),
    *("added_after=2026-02-30T00:00:00Z", "added_after=2026-02-01T00:00:00", "next=x"),
    *("match[version]=newest", "match[version]=", "match[id]=", "match[type]=,indicator"),
    *("match[spec_version]=", "match[id]=a%00"),
)


def versions(site: Site) -> tuple[list[dict[str, object]], str]:
    """Three versions of one object, and its path."""
    first = indicator("TLP:GREEN")
    items = [first, later(first), {**first, "modified": LATEST}]
    for value in items:
        site.share("ann", value)
    return items, f"{ATTACKS}objects/{first['id']}/"


@pytest.mark.parametrize("query", MALFORMED)
@item(
    "T-070",
    "§3.4",
    "A malformed parameter is 400",
    lacking="times with any number of digits are understood (A-5), since clients send them; an id "
    "that is no STIX id matches nothing",
)
def test_a_malformed_parameter_is_400(site: Site, query: str) -> None:
    """At objects and at the manifest."""
    for resource in ("objects/", "manifest/"):
        assert_error(site.ask("bob", f"{ATTACKS}{resource}?{query}"), 400)


@item("T-081", "§3.4", "Different fields are ANDed; a field that stands twice is 400")
def test_fields_are_anded(site: Site) -> None:
    """By id and by type."""
    one, other = indicator("TLP:GREEN"), malware("TLP:GREEN")
    site.share("ann", one, other)
    both = f"{ATTACKS}objects/?match[id]={one['id']},{other['id']}"
    assert site.ask("bob", f"{both}&match[type]=malware").ids == [other["id"]]
    assert_error(site.ask("bob", f"{both}&match[id]={one['id']}"), 400)


@item("T-082", "§3.4", "Values within a field are ORed")
def test_values_are_ored(site: Site) -> None:
    """Of ids and of types."""
    one, two, family = indicator("TLP:GREEN"), indicator("TLP:GREEN"), malware("TLP:GREEN")
    site.share("ann", one, two, family)
    ids = f"match[id]={one['id']},{family['id']}"
    assert site.ask("bob", f"{ATTACKS}objects/?{ids}").ids == [one["id"], family["id"]]
    types = f"{ids},{two['id']}&match[type]=malware,indicator"
    found = site.ask("bob", f"{ATTACKS}objects/?{types}").ids
    assert found == [one["id"], two["id"], family["id"]]


def test_filters_may_be_percent_encoded(site: Site) -> None:
    """As most clients send brackets, commas and colons (RFC 3986 §2.1)."""
    items, _ = site.three()
    ids = "%2C".join(value["id"] for value in items)
    query = f"match%5Bid%5D={ids}&match%5bversion%5d=2026-02-01T08%3A00%3A00.000Z"
    assert site.ask("bob", f"{ATTACKS}objects/?{query}").objects == items


@item("T-083", "§3.4", "Unknown match fields may be ignored", chosen="ignored")
def test_unknown_fields_are_ignored(site: Site) -> None:
    """What later versions of the standard add does no harm."""
    items, query = site.three()
    answer = site.ask("bob", f"{ATTACKS}objects/{query}&match[colour]=blue&x=1")
    assert answer.ids == [value["id"] for value in items]


@item("T-084", "§3.4.1", "`match[id]` selects by ids")
def test_ids_select(site: Site) -> None:
    """Those that are there of those that are named."""
    shared = indicator("TLP:GREEN")
    site.share("ann", shared, indicator("TLP:GREEN"))
    named = f"{fresh_id('indicator')},{shared['id']},nothing"
    for resource in ("objects/", "manifest/"):
        assert site.ask("bob", f"{ATTACKS}{resource}?match[id]={named}").ids == [shared["id"]]


@item("T-085", "§3.4.1", "`match[type]` selects by types; none of STIX 2.1 is an error")
def test_types_select(site: Site) -> None:
    """Types that nobody posted select nothing."""
    shared = malware("TLP:GREEN")
    site.share("ann", shared, indicator("TLP:GREEN"))
    found = site.ask("bob", f"{ATTACKS}objects/?match[type]=malware").objects
    assert {value["type"] for value in found} == {"malware"}
    for type_ in ("grouping", "language-content", "x509-certificate", "x-made-up"):
        assert site.ask("bob", f"{ATTACKS}objects/?match[type]={type_}").objects == []


@item("T-086", "§3.4.1", "`match[spec_version]` selects; without it, the latest of each object")
def test_versions_of_the_specification_select(site: Site) -> None:
    """Everything stored is STIX 2.1."""
    items, query = site.three()
    ids = [value["id"] for value in items]
    for given, expected in (("", ids), ("2.1", ids), ("2.0,2.1", ids), ("2.0", [])):
        filtered = f"{query}&match[spec_version]={given}" if given else query
        for resource in ("objects/", "manifest/"):
            assert site.ask("bob", f"{ATTACKS}{resource}{filtered}").ids == expected


@item("T-087", "§3.4.1", "Without `match[version]`, the latest version of each object")
def test_the_latest_version_is_the_default(site: Site) -> None:
    """At every endpoint that has versions to choose from."""
    items, one = versions(site)
    query = f"?match[id]={items[0]['id']}"
    assert site.ask("bob", one).objects == [items[2]]
    assert site.ask("bob", f"{ATTACKS}objects/{query}").objects == [items[2]]
    records = site.ask("bob", f"{ATTACKS}manifest/{query}").objects
    assert [record["version"] for record in records] == [LATEST]


@item("T-088", "§3.4.1", "`all` stands alone, and no version stands twice")
def test_keywords_that_contradict_are_400(site: Site) -> None:
    """Keywords, values, and one in another spelling."""
    _, one = versions(site)
    for value in ("all,first", "last,all", "first,first", f"{TIME},{TIME}", f"all,{TIME}"):
        assert_error(site.ask("bob", f"{one}?match[version]={value}"), 400)
        assert_error(site.ask("bob", f"{ATTACKS}manifest/?match[version]={value}"), 400)


SELECTED = {
    "first": [0],
    "last": [2],
    "all": [0, 1, 2],
    "first,last": [0, 2],
    f"first,{LATER}": [0, 1],
    f"{LATER},last": [1, 2],
    f"{TIME},{LATER}": [0, 1],
    "last,2020-01-01T00:00:00.000Z": [2],
}


@item("T-089", "§3.4.1", "Versions may be mixed with `first` and `last`: their union")
def test_versions_are_united(site: Site) -> None:
    """Each version once, in the order of entry."""
    items, one = versions(site)
    for value, places in SELECTED.items():
        found = site.ask("bob", f"{one}?match[version]={value}").objects
        assert found == [items[place] for place in places], value


@item(
    "T-090",
    "§3.4.1",
    "A version is matched exactly: `modified`, else `created`, else a constant",
    chosen="1970-01-01T00:00:00.000000Z for objects with neither",
)
def test_a_version_is_matched_exactly(site: Site) -> None:
    """The instant counts, not how many digits it is written with."""
    _, one = versions(site)
    for value, count in (
        (LATER, 1),
        ("2026-02-02T08:00:00Z", 1),
        ("2026-02-02T08:00:00.001Z", 0),
    ):
        assert len(site.ask("bob", f"{one}?match[version]={value}").objects) == count
    marking, observable = statement(fresh_id("x")), address("198.51.100.90", "TLP:GREEN")
    site.share("ann", marking, observable)
    for shared, version in ((marking, TIME), (observable, "1970-01-01T00:00:00.000000Z")):
        path = f"{ATTACKS}objects/{shared['id']}/?match[version]="
        assert site.ask("ann", path + version).objects == [shared]
        assert site.ask("ann", path + LATER).objects == []


@item("T-092", "§5.3–§5.8", "Each endpoint has its own match fields")
def test_each_endpoint_has_its_match_fields(site: Site) -> None:
    """Those that it does not have are unknown to it, and so ignored."""
    items, one = versions(site)
    ignored = "?match[id]=indicator--x&match[type]=malware"
    assert site.ask("bob", one + ignored).objects == [items[2]]
    listed = site.ask("bob", f"{one}versions/{ignored}&match[version]=first").document
    assert listed["versions"] == [TIME, LATER, LATEST]
    none = site.ask("bob", f"{one}versions/?match[spec_version]=2.0")
    assert (none.status, none.document) == (200, {"more": False})
    assert site.ask("bob", f"{one}?match[spec_version]=2.0").objects == []


@item(
    "I-13", "interop §3.13", "added_after, limit, id, type, version, spec_version; OR, AND, twice"
)
def test_the_interoperability_cases_of_filters(site: Site) -> None:
    """§3.13.1.1 to §3.13.1.10 of the test document."""
    one, two, family = indicator("TLP:GREEN"), indicator("TLP:GREEN"), malware("TLP:GREEN")
    site.share("ann", one, two, family)
    ids = f"match[id]={one['id']},{two['id']},{family['id']}"
    manifest = site.ask("bob", f"{EVERYTHING}manifest/?{ids}").objects
    expected = {
        f"{ids}&added_after={manifest[0]['date_added']}": [two, family],
        f"{ids}&limit=2": [one, two],
        f"match[id]={two['id']}": [two],
        f"{ids}&match[type]=malware": [family],
        f"{ids}&match[version]=last": [one, two, family],
        f"{ids}&match[spec_version]=2.1": [one, two, family],
        f"match[id]={one['id']},{family['id']}": [one, family],
        f"match[id]={one['id']}&match[type]=malware": [],
        f"{ids}&match[type]=indicator,tool": [one, two],
    }
    for query, items in expected.items():
        assert site.ask("bob", f"{EVERYTHING}objects/?{query}").objects == items, query
    twice = f"match[id]={one['id']}&match[id]={two['id']}"
    assert_error(site.ask("bob", f"{EVERYTHING}objects/?{twice}"), 400)


@item("M-8", "§3.4", "Malformed times are 400; medallion answers 500")
def test_malformed_times_are_no_fault(site: Site) -> None:
    """In both parameters that hold one."""
    for query in ("added_after=x", "match[version]=x"):
        assert_error(site.ask("bob", f"{ATTACKS}objects/?{query}"), 400)


@item("M-9", "§3.4", "`all,first` and repeated parameters are 400; medallion takes them")
def test_contradictions_are_refused(site: Site) -> None:
    """The second of two is not silently lost."""
    for query in ("match[version]=all,first", "limit=1&limit=2", "match[id]=a&match[id]=b"):
        assert_error(site.ask("bob", f"{ATTACKS}objects/?{query}"), 400)
