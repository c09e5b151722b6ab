"""Objects, manifests, single objects and versions (TAXII 2.1 §3.7, §5.3, §5.4, §5.6, §5.8)."""

from tests.conformance.items import item
from tests.conformance.served import ATTACKS, EMPTY, Site
from tests.conformance.wire import FIRST, LAST, TIMESTAMP, assert_error
from tests.objects import LATER, TIME, address, fresh_id, indicator, later, malware


@item("T-100", "§3.7", "STIX comes in an envelope of objects, never in a bundle")
def test_objects_come_in_an_envelope(site: Site) -> None:
    """Also where a bundle was sent; everything in it is as it was sent."""
    shared = indicator("TLP:GREEN", x_note={"deep": [1, 2.5, "drei"]}, description="Grüße ☂")
    bundle = {"type": "bundle", "id": fresh_id("bundle"), "objects": [shared]}
    assert site.post("ann", bundle).status == 202
    for path in (f"objects/{shared['id']}/", f"objects/?match[id]={shared['id']}"):
        assert site.ask("bob", ATTACKS + path).document == {"more": False, "objects": [shared]}


@item("T-101", "§5.4", "Nothing matches: 200 and an envelope without `objects`")
def test_nothing_is_an_empty_envelope(site: Site) -> None:
    """In an empty collection and behind a filter."""
    for path in (f"{EMPTY}objects/", f"{ATTACKS}objects/?match[id]={fresh_id('malware')}"):
        answer = site.ask("bob", path)
        assert (answer.status, answer.document) == (200, {"more": False})


@item("T-102", "§5.3–§5.8", "`can_read` false: 403 or 404 wherever objects are read", chosen="403")
def test_whoever_cannot_read_is_refused(site: Site) -> None:
    """For what is there and for what is not, alike."""
    shared = indicator("TLP:GREEN")
    site.share("ann", shared)
    for stix_id in (shared["id"], fresh_id("indicator")):
        one = f"objects/{stix_id}/"
        for path in ("objects/", "manifest/", one, f"{one}versions/"):
            assert_error(site.ask("wes", ATTACKS + path), 403)


@item("T-103", "§5.3.1", "A manifest record has `id`, `date_added`, `version`")
def test_a_manifest_record_has_its_properties(site: Site) -> None:
    """And a media type out of those of its collection."""
    items, query = site.three()
    media_types = site.ask("bob", ATTACKS).document["media_types"]
    records = site.ask("bob", f"{ATTACKS}manifest/{query}").objects
    assert [record["id"] for record in records] == [value["id"] for value in items]
    for record in records:
        assert record.keys() == {"id", "date_added", "version", "media_type"}
        assert TIMESTAMP.fullmatch(record["date_added"])
        assert record["media_type"] in media_types


@item("T-104", "§1.7.1, §5.3.1", "There is one manifest record for each version")
def test_each_version_has_a_record(site: Site) -> None:
    """With its own time of entry."""
    first = indicator("TLP:GREEN")
    site.share("ann", first)
    site.share("ann", later(first))
    query = f"?match[id]={first['id']}&match[version]=all"
    records = site.ask("bob", f"{ATTACKS}manifest/{query}").objects
    assert [(record["id"], record["version"]) for record in records] == [
        (first["id"], TIME),
        (first["id"], LATER),
    ]
    assert records[0]["date_added"] < records[1]["date_added"]


@item("T-105", "§5.3.1", "`version` is `modified`, else `created`, else a constant")
def test_a_version_is_written_as_its_producer_wrote_it(site: Site) -> None:
    """However many digits that has; observables have the epoch."""
    spelling = "2026-02-05T08:00:00.120Z"
    shared = indicator("TLP:GREEN", created=TIME, modified=spelling)
    observable = address("198.51.100.105", "TLP:GREEN")
    status = site.share("ann", shared, observable)
    expected = [spelling, "1970-01-01T00:00:00.000000Z"]
    assert [line["version"] for line in status["successes"]] == expected
    query = f"?match[id]={shared['id']},{observable['id']}"
    records = site.ask("bob", f"{ATTACKS}manifest/{query}").objects
    assert [record["version"] for record in records] == expected
    listed = site.ask("bob", f"{ATTACKS}objects/{shared['id']}/versions/").document["versions"]
    assert listed == [spelling]


@item("T-106", "§5.3", "Filters of a manifest are about the objects; nothing left, no `objects`")
def test_manifests_are_filtered_by_their_objects(site: Site) -> None:
    """By type, which no record holds."""
    one, other = indicator("TLP:GREEN"), malware("TLP:GREEN")
    site.share("ann", one, other)
    query = f"?match[id]={one['id']},{other['id']}"
    path = f"{ATTACKS}manifest/{query}&match[type]="
    assert site.ask("bob", f"{path}malware").ids == [other["id"]]
    assert site.ask("bob", f"{path}tool").document == {"more": False}


@item("T-107", "§5.6", "One object comes as `match[id]` would give it, in an envelope")
def test_one_object_is_an_envelope_too(site: Site) -> None:
    """Byte for byte, with the same headers."""
    shared = indicator("TLP:GREEN")
    site.share("ann", shared)
    one = site.ask("bob", f"{ATTACKS}objects/{shared['id']}/")
    assert one.objects == [shared]
    assert one.steady() == site.ask("bob", f"{ATTACKS}objects/?match[id]={shared['id']}").steady()


@item("T-108", "§5.8", "Versions are a list of version strings; an unversioned object has one")
def test_versions_are_a_list_of_strings(site: Site) -> None:
    """Left out where a filter leaves none."""
    first = indicator("TLP:GREEN")
    site.share("ann", first)
    site.share("ann", later(first))
    path = f"{ATTACKS}objects/{first['id']}/versions/"
    assert site.ask("bob", path).document == {"more": False, "versions": [TIME, LATER]}
    after = f"?added_after={site.ask('bob', path).header(LAST)}"
    assert site.ask("bob", path + after).document == {"more": False}
    observable = address("198.51.100.108", "TLP:GREEN")
    site.share("ann", observable)
    listed = site.ask("bob", f"{ATTACKS}objects/{observable['id']}/versions/").document
    assert listed["versions"] == ["1970-01-01T00:00:00.000000Z"]


@item("T-109", "§5.6–§5.8", "An unknown object is 404")
def test_an_unknown_object_is_404(site: Site) -> None:
    """For reading it, for its versions and for deleting it; well-formed or not."""
    for stix_id in (fresh_id("indicator"), "indicator--none", "x", "%C3%A4", "..%2F"):
        one = f"{ATTACKS}objects/{stix_id}/"
        assert_error(site.ask("ann", one), 404)
        assert_error(site.ask("ann", f"{one}versions/"), 404)
        assert_error(site.ask("ann", one, method="DELETE"), 404)


@item("I-8", "interop §3.6, §3.7", "Manifest and objects with both date headers; none: 200")
def test_the_interoperability_cases_of_objects(site: Site) -> None:
    """§3.6.1, §3.7.1, §3.7.2 of the test document."""
    _, query = site.three()
    for resource in ("manifest/", "objects/"):
        answer = site.ask("bob", f"{ATTACKS}{resource}{query}")
        assert len(answer.objects) == 3
        assert answer.header(FIRST)
        assert answer.header(LAST)
        assert site.ask("bob", f"{EMPTY}{resource}").document == {"more": False}


@item("I-9", "interop §3.8, §3.9", "An object, an unknown one, the versions of one")
def test_the_interoperability_cases_of_one_object(site: Site) -> None:
    """§3.8.1, §3.8.2, §3.9.1 of the test document."""
    shared = indicator("TLP:GREEN")
    site.share("ann", shared)
    one = f"{ATTACKS}objects/{shared['id']}/"
    assert site.ask("bob", one).objects == [shared]
    assert_error(site.ask("bob", f"{ATTACKS}objects/{fresh_id('indicator')}/"), 404)
    assert site.ask("bob", f"{one}versions/").document["versions"] == [TIME]
