"""Deleting objects (TAXII 2.1 §5.7)."""

import pytest

from tests.conformance.items import item
from tests.conformance.served import ATTACKS, EVERYTHING, MEMBERS, Site, basic
from tests.conformance.wire import TAXII, assert_error
from tests.objects import LATER, TIME, fresh_id, indicator, later


def shared_by(site: Site, who: str) -> str:
    """The path of a fresh object of somebody's."""
    value = indicator("TLP:GREEN")
    site.share(who, value)
    return f"{ATTACKS}objects/{value['id']}/"


@item("T-140", "§5.7", "Who may neither read nor write gets 404, who may one of both 403")
def test_rights_decide_over_deleting(site: Site) -> None:
    """The table of §5.7; `everything` is read-only for all, so 404 there for a posting token."""
    path = shared_by(site, "bob")
    expected = {"nell": 404, "rae": 403, "wes": 403, "ann": 403}
    for who, status in expected.items():
        assert_error(site.ask(who, path, method="DELETE"), status)
    everywhere = path.replace(ATTACKS, EVERYTHING)
    for who, status in {"nell": 404, "wes": 404, "rae": 403, "bob": 403}.items():
        assert_error(site.ask(who, everywhere, method="DELETE"), status)
    assert site.ask("bob", path, method="DELETE").status == 200


@item("T-141", "§5.7", "Success is 200 without a body, in the media type of TAXII")
def test_success_has_no_body(site: Site) -> None:
    """Nor a length other than 0."""
    answer = site.ask("ann", shared_by(site, "ann"), method="DELETE")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.header("Content-Type") == TAXII
    assert answer.header("Content-Length") == "0"


@item("T-142", "§5.7", "What was deleted is 404, and in neither the manifest nor the objects")
def test_what_was_deleted_is_gone(site: Site) -> None:
    """In all versions, in every collection."""
    first = indicator("TLP:GREEN")
    site.share("ann", first)
    site.share("ann", later(first))
    assert site.ask("ann", f"{ATTACKS}objects/{first['id']}/", method="DELETE").status == 200
    for collection in (ATTACKS, EVERYTHING):
        one = f"{collection}objects/{first['id']}/"
        for path in (one, f"{one}versions/", f"{one}?match[version]=all"):
            assert_error(site.ask("ann", path), 404)
        query = f"?match[id]={first['id']}&match[version]=all"
        for resource in ("objects/", "manifest/"):
            assert site.ask("ann", f"{collection}{resource}{query}").document == {"more": False}


@item("T-143", "§5.7", "Deleting fails with 400, 401, 403, 404 or 406")
def test_how_deleting_fails(site: Site) -> None:
    """And then nothing is deleted."""
    path = shared_by(site, "ann")
    assert_error(site.ask("ann", f"{path}?match[version]=x", method="DELETE"), 400)
    wrong = {"Authorization": basic("ann@example.org", "wrong")}
    assert_error(site.ask(None, path, method="DELETE", headers=wrong), 401)
    assert_error(site.ask("bob", path, method="DELETE"), 403)
    absent = f"{ATTACKS}objects/{fresh_id('indicator')}/"
    assert_error(site.ask("ann", absent, method="DELETE"), 404)
    nowhere = path.replace("attacks", "none")
    assert_error(site.ask("ann", nowhere, method="DELETE"), 404)
    assert_error(site.ask("ann", path, method="DELETE", accept="text/html"), 406)
    assert len(site.ask("ann", path).objects) == 1


NOT_ALL = {
    "match[version]=last": 403,
    "match[version]=first": 403,
    f"match[version]={TIME}": 403,
    "match[version]=2020-01-01T00:00:00Z": 404,
    "match[spec_version]=2.0": 404,
}
ALL = ("", "?match[version]=all", f"?match[version]={TIME},{LATER}", "?match[version]=first,last")


@pytest.mark.parametrize("query", ALL)
@item(
    "A-3",
    "§3.4.1, §5.7",
    "DELETE without `match[version]`: the last version, or the object",
    chosen="the object; one version alone is not withdrawn (403), a filter is never overlooked",
)
def test_an_object_is_deleted_with_all_its_versions(site: Site, query: str) -> None:
    """A filter that leaves some of them out deletes none."""
    first = indicator("TLP:GREEN")
    site.share("ann", first)
    site.share("ann", later(first))
    path = f"{ATTACKS}objects/{first['id']}/"
    for filtered, status in NOT_ALL.items():
        assert_error(site.ask("ann", f"{path}?{filtered}", method="DELETE"), status)
    assert site.ask("ann", f"{path}versions/").document["versions"] == [TIME, LATER]
    assert site.ask("ann", path + query, method="DELETE").status == 200
    assert_error(site.ask("ann", path), 404)


@item("A-2", "§5.4, §5.7", "After DELETE: 404 or an empty envelope", chosen="each at its endpoint")
def test_what_was_deleted_is_404_by_itself_and_absent_elsewhere(site: Site) -> None:
    """404 for the object, nothing in the list of objects."""
    path = shared_by(site, "ann")
    assert site.ask("ann", path, method="DELETE").status == 200
    assert_error(site.ask("ann", path), 404)
    id_ = path.rstrip("/").rpartition("/")[2]
    assert site.ask("ann", f"{ATTACKS}objects/?match[id]={id_}").document == {"more": False}


@item("I-12", "interop §3.12.1", "An object is deleted")
def test_the_interoperability_case_of_deleting(site: Site) -> None:
    """200, and it is gone."""
    path = shared_by(site, "ann")
    assert site.ask("ann", path, method="DELETE").status == 200
    assert_error(site.ask("ann", path), 404)


@item("M-17", "§5.7", "The whole object is deleted, and no slash is redirected; medallion: neither")
def test_deleting_takes_every_version(site: Site) -> None:
    """Without a slash at the end, too."""
    first = indicator("TLP:GREEN")
    site.share("ann", first)
    site.share("ann", later(first))
    path = f"{MEMBERS}collections/attacks/objects/{first['id']}"
    assert site.ask("ann", path, method="DELETE").status == 200
    assert_error(site.ask("ann", path), 404)
