"""Collections (TAXII 2.1 §5.1, §5.2)."""

from typing import Any

from tests.conformance.items import item
from tests.conformance.served import ATTACKS, EMPTY, MEMBERS, PUBLIC, RESEARCH, Site, basic
from tests.conformance.wire import UUID4, assert_error
from tests.objects import fresh_id, indicator

ROOTS = (("bob", MEMBERS), ("ros", RESEARCH), (None, PUBLIC))


def collections(site: Site, who: str | None, root: str = MEMBERS) -> list[dict[str, Any]]:
    """The collections of a root."""
    found: list[dict[str, Any]] = site.ask(who, f"{root}collections/").document["collections"]
    return found


@item(
    "T-060",
    "§5.1.1",
    "`collections` holds the collections; without any it is left out",
    chosen="every root has five, so it is always there",
)
def test_each_root_has_its_collections(site: Site) -> None:
    """Also for a caller who can neither read nor write any of them."""
    for who, root in (*ROOTS, ("nell", MEMBERS)):
        document = site.ask(who, f"{root}collections/").document
        assert document.keys() == {"collections"}
        assert len(document["collections"]) == 5


@item("T-061", "§3.3", "The order is the same at every request", chosen="ascending by id")
def test_collections_keep_their_order(site: Site) -> None:
    """Ascending by id, as the interoperability tests want it."""
    for who, root in ROOTS:
        ids = [found["id"] for found in collections(site, who, root)]
        assert ids == sorted(ids)
        assert ids == [found["id"] for found in collections(site, who, root)]


@item("T-062", "§5.2.1", "A collection has `id`, `title`, `can_read` and `can_write`")
def test_a_collection_has_its_properties(site: Site) -> None:
    """In the list and by itself, which are the same."""
    for who, root in ROOTS:
        for found in collections(site, who, root):
            assert UUID4.fullmatch(found["id"])
            assert found["title"]
            assert isinstance(found["can_read"], bool)
            assert isinstance(found["can_write"], bool)
            assert site.ask(who, f"{root}collections/{found['id']}/").document == found


@item("T-063", "§5.2.1", "`can_read` and `can_write` are those of the client that asks")
def test_rights_shown_are_rights_had(site: Site) -> None:
    """What is shown is what reading and posting then give."""
    for who in ("ann", "rae", "wes", "nell"):
        for name in ("attacks", "everything"):
            path = f"{MEMBERS}collections/{name}/"
            found = site.ask(who, path).document
            reads = site.ask(who, f"{path}objects/").status == 200
            posted = site.post(who, {"objects": [indicator("TLP:GREEN")]}, to=path)
            assert (found["can_read"], found["can_write"]) == (reads, posted.status == 202)


@item("T-064", "§5.2.1", "An alias is unique within its root and stands for the id")
def test_an_alias_stands_for_the_id(site: Site) -> None:
    """For the collection itself and below it, for reading and for posting."""
    for who, root in ROOTS:
        aliases = [found["alias"] for found in collections(site, who, root)]
        assert len(set(aliases)) == len(aliases)
    id_ = site.ask("ann", ATTACKS).document["id"]
    by_id = f"{MEMBERS}collections/{id_}/"
    shared = indicator("TLP:GREEN")
    assert site.post("ann", {"objects": [shared]}, to=by_id).status == 202
    one = f"objects/{shared['id']}/"
    for path in ("", "manifest/", "objects/", one, f"{one}versions/"):
        assert site.ask("bob", ATTACKS + path).steady() == site.ask("bob", by_id + path).steady()


@item("T-065", "§5.2.1", "`media_types` lists all that can be stored")
def test_media_types_are_listed(site: Site) -> None:
    """STIX 2.1 and nothing else."""
    for who, root in ROOTS:
        for found in collections(site, who, root):
            assert found["media_types"] == ["application/stix+json;version=2.1"]


@item("T-066", "§5.2", "An unknown collection is 404; other failures are 400, 401, 403, 406")
def test_how_a_collection_fails(site: Site) -> None:
    """An id nobody has, one of another root, no UUID at all; and the other reasons."""
    of_public = site.ask(None, f"{PUBLIC}collections/attacks/").document["id"]
    for name in (fresh_id("x")[3:], of_public, "none", "%20"):
        assert_error(site.ask("bob", f"{MEMBERS}collections/{name}/"), 404)
    wrong = {"Authorization": basic("bob@example.org", "wrong")}
    assert_error(site.ask(None, ATTACKS, headers=wrong), 401)
    assert_error(site.ask("ros", ATTACKS), 403)
    assert_error(site.ask("bob", ATTACKS, accept="text/html"), 406)


@item("I-4", "interop §3.4.1", "Collections, ascending by id")
def test_the_interoperability_case_of_collections(site: Site) -> None:
    """§3.4.1 with §2.1.7 of the test document."""
    ids = [found["id"] for found in collections(site, "ann")]
    assert ids == sorted(ids)


@item("I-5", "interop §3.5.1", "Collections: write-only, read-write, read-only, neither")
def test_the_interoperability_cases_of_a_collection(site: Site) -> None:
    """By what the token is for."""
    expected = {"wes": (0, 1), "ann": (1, 1), "rae": (1, 0), "nell": (0, 0)}
    for who, (reads, writes) in expected.items():
        found = site.ask(who, EMPTY).document
        assert (found["can_read"], found["can_write"]) == (bool(reads), bool(writes))


@item("I-6", "interop §3.5.2", "Refusals by the rights of a collection: 403, 403, 403, 404")
def test_the_interoperability_cases_of_refusal(site: Site) -> None:
    """Read a write-only one; write, delete in a read-only one; delete where neither is allowed."""
    shared = indicator("TLP:GREEN")
    site.share("ann", shared)
    one = f"{ATTACKS}objects/{shared['id']}/"
    assert_error(site.ask("wes", f"{ATTACKS}objects/"), 403)
    assert_error(site.post("rae", {"objects": [shared]}), 403)
    assert_error(site.ask("rae", one, method="DELETE"), 403)
    assert_error(site.ask("nell", one, method="DELETE"), 404)


@item("I-7", "interop §3.5.3", "An unknown collection is 404")
def test_the_interoperability_case_of_no_collection(site: Site) -> None:
    """With credentials that are good."""
    assert_error(site.ask("ann", f"{MEMBERS}collections/{fresh_id('x')[3:]}/"), 404)


@item("M-16", "§5.2.1", "The alias is resolved; medallion answers 404")
def test_an_alias_is_found(site: Site) -> None:
    """In each root."""
    for who, root in ROOTS:
        assert site.ask(who, f"{root}collections/sources/").document["alias"] == "sources"


@item("M-19", "interop §2.1.7", "Collections by id, statuses kept; medallion's HEAD by a switch")
def test_the_interoperability_rules_need_no_switch(site: Site) -> None:
    """Both are so in every installation."""
    ids = [found["id"] for found in collections(site, "rae")]
    assert ids == sorted(ids)
    assert site.ask("ann", f"{MEMBERS}status/{site.old_status['id']}/").status == 200
