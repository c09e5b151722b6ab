"""Pages, their order and their limits (TAXII 2.1 §3.2 to §3.5)."""

from itertools import pairwise

from tests.conformance.items import item
from tests.conformance.served import ATTACKS, EMPTY, PAGE_SIZE, Site
from tests.conformance.wire import FIRST, LAST, Answer, assert_error
from tests.objects import fresh_id, indicator, later

RESOURCES = ("objects/", "manifest/")


def dates(site: Site, query: str) -> list[str]:
    """The times of entry of what a query selects."""
    return [
        record["date_added"] for record in site.ask("bob", f"{ATTACKS}manifest/{query}").objects
    ]


def by_header(site: Site, path: str, name: str = "objects") -> list[str]:
    """Everything at a path with a query, one at a time, by the date header alone."""
    found: list[str] = []
    after = ""
    while True:
        answer = site.ask("bob", f"{path}&limit=1{after}")
        items = answer.document.get(name, [])
        found += [item["id"] if isinstance(item, dict) else item for item in items]
        if not answer.document["more"]:
            return found
        after = f"&added_after={answer.header(LAST)}"


@item("T-071", "§3.4", "`added_after` is one timestamp, and what follows is strictly later")
def test_added_after_is_exclusive(site: Site) -> None:
    """The object of that very time is left out; STIX times play no part."""
    items, query = site.three()
    added = dates(site, query)
    for after, count in ((added[0], 2), (added[1], 1), (added[2], 0)):
        for resource in RESOURCES:
            answer = site.ask("bob", f"{ATTACKS}{resource}{query}&added_after={after}")
            assert answer.ids == [value["id"] for value in items][3 - count :]
    twice = f"added_after={added[0]}&added_after={added[0]}"
    assert_error(site.ask("bob", f"{ATTACKS}objects/?{twice}"), 400)


@item("T-072", "§3.4", "Without `added_after`, the oldest come first")
def test_the_oldest_come_first(site: Site) -> None:
    """What was posted days ago begins the collection."""
    site.three()
    answer = site.ask("bob", f"{ATTACKS}objects/?limit=1")
    assert answer.ids == [site.old_status["successes"][0]["id"]]


@item("T-073", "§3.4", "`limit` is positive and is not exceeded")
def test_the_limit_is_kept(site: Site) -> None:
    """And 0, a negative, a fraction or a word is 400."""
    _, query = site.three()
    for limit in (1, 2, 3, 4):
        for resource in RESOURCES:
            answer = site.ask("bob", f"{ATTACKS}{resource}{query}&limit={limit}")
            assert len(answer.objects) == min(limit, 3)
    for word in ("0", "-1", "1.0", "one", "1e1", "0x1"):
        assert_error(site.ask("bob", f"{ATTACKS}objects/?limit={word}"), 400)


@item("T-074", "§3.4", "What fits both limits is returned whole")
def test_what_fits_is_returned_whole(site: Site) -> None:
    """With the very number, with a larger one and with none."""
    items, query = site.three()
    for limit in ("", "&limit=3", "&limit=999"):
        answer = site.ask("bob", f"{ATTACKS}objects/{query}{limit}")
        assert answer.document == {"more": False, "objects": items}


@item("T-075", "§3.4", "The server may return fewer than `limit`", chosen="its page at most")
def test_the_servers_page_is_the_upper_limit(site: Site) -> None:
    """And says that there is more."""
    items = [indicator("TLP:GREEN") for _ in range(PAGE_SIZE + 2)]
    site.share("ann", *items)
    query = f"?match[id]={','.join(value['id'] for value in items)}"
    answer = site.ask("bob", f"{ATTACKS}objects/{query}&limit=1000")
    assert len(answer.objects) == PAGE_SIZE
    assert answer.document["more"] is True


@item("T-076", "§3.4, §3.5", "`more` is true while more remain", chosen="always there; with `next`")
def test_more_says_whether_more_remain(site: Site) -> None:
    """For a remainder of one, and for none."""
    _, query = site.three()
    page = site.ask("bob", f"{ATTACKS}objects/{query}&limit=2").document
    assert page["more"] is True
    assert page["next"]
    assert "next" not in site.ask("bob", f"{ATTACKS}objects/{query}&limit=3").document


@item("T-077", "§3.5", "`next` is opaque and is sent back with the same filters")
def test_next_continues(site: Site) -> None:
    """Each object once, in order; the same cursor twice gives the same page."""
    items, query = site.three()
    path, cursor, found = f"{ATTACKS}objects/{query}&limit=1", "", []
    for _ in items:
        answer = site.ask("bob", path + cursor)
        assert site.ask("bob", path + cursor).steady() == answer.steady()
        found += answer.objects
        cursor = f"&next={answer.document.get('next')}"
    assert found == items


@item("T-078", "§3.5", "The time of the last object, as `added_after`, continues just as well")
def test_the_date_header_continues(site: Site) -> None:
    """Objects of one submission have times of their own, so no page splits a time."""
    items, query = site.three()
    assert by_header(site, f"{ATTACKS}objects/{query}") == [value["id"] for value in items]


@item("T-079", "§5.3.1, §5.8.1", "Manifests and versions are paged by time alone")
def test_manifests_and_versions_are_paged_by_time(site: Site) -> None:
    """Times of entry are unique and strictly increasing."""
    items, query = site.three()
    assert by_header(site, f"{ATTACKS}manifest/{query}") == [value["id"] for value in items]
    added = dates(site, query)
    assert all(one < other for one, other in pairwise(added))
    newer = later(items[0])
    site.share("ann", newer)
    path = f"{ATTACKS}objects/{newer['id']}/versions/?"
    assert by_header(site, path, "versions") == [items[0]["modified"], newer["modified"]]


@item("T-080", "§3.5", "A page that follows may be empty")
def test_a_following_page_may_be_empty(site: Site) -> None:
    """What was left is deleted between two pages."""
    items, query = site.three()
    path = f"{ATTACKS}objects/{query}&limit=2"
    cursor = site.ask("bob", path).document["next"]
    assert site.ask("ann", f"{ATTACKS}objects/{items[2]['id']}/", method="DELETE").status == 200
    answer = site.ask("bob", f"{path}&next={cursor}")
    assert (answer.status, answer.document) == (200, {"more": False})


@item("T-091", "§3.3", "Objects and manifests ascend by time of entry")
def test_everything_ascends_by_entry(site: Site) -> None:
    """A new version of an old object comes last; both resources agree."""
    items, query = site.three()
    site.share("ann", later(items[0]))
    expected = [items[1]["id"], items[2]["id"], items[0]["id"]]
    for resource in RESOURCES:
        assert site.ask("bob", f"{ATTACKS}{resource}{query}").ids == expected
    assert dates(site, query) == sorted(dates(site, query))


@item("T-093", "§5.3–§5.8", "`added_after`, `limit` and `next` work wherever objects are listed")
def test_paging_works_wherever_objects_are_listed(site: Site) -> None:
    """Objects, manifest, one object and its versions."""
    first = indicator("TLP:GREEN")
    site.share("ann", first)
    site.share("ann", later(first))
    one = f"{ATTACKS}objects/{first['id']}/"
    of_all = f"?match[id]={first['id']}&match[version]=all&limit=1"
    for path, name in (
        (f"{ATTACKS}objects/{of_all}", "objects"),
        (f"{ATTACKS}manifest/{of_all}", "objects"),
        (f"{one}?match[version]=all&limit=1", "objects"),
        (f"{one}versions/?limit=1", "versions"),
    ):
        page = site.ask("bob", path)
        assert (len(page.document[name]), page.document["more"]) == (1, True)
        for following in (f"next={page.document['next']}", f"added_after={page.header(LAST)}"):
            rest = site.ask("bob", f"{path}&{following}").document
            assert (len(rest[name]), rest["more"]) == (1, False)
            assert rest[name] != page.document[name]


def headers_of(answer: Answer) -> tuple[str | None, str | None]:
    """The two date headers."""
    return answer.header(FIRST), answer.header(LAST)


@item("T-094", "§3.2", "The date headers are the times of the first and last item of the answer")
def test_date_headers_are_those_of_the_page(site: Site) -> None:
    """Objects, manifest, one object, its versions; of the page, not of the collection."""
    items, query = site.three()
    added = dates(site, query)
    for resource in RESOURCES:
        for limit in (1, 2, 3):
            answer = site.ask("bob", f"{ATTACKS}{resource}{query}&limit={limit}")
            assert headers_of(answer) == (added[0], added[limit - 1])
    one = f"{ATTACKS}objects/{items[1]['id']}/"
    for path in (one, f"{one}versions/"):
        assert headers_of(site.ask("bob", path)) == (added[1], added[1])


@item("I-14", "interop §3.14.1", "Paging of versions by the date header")
def test_the_interoperability_case_of_paging(site: Site) -> None:
    """Tables 48 and 49 of the test document."""
    first = indicator("TLP:GREEN")
    site.share("ann", first)
    site.share("ann", later(first))
    path = f"{ATTACKS}objects/{first['id']}/versions/"
    page = site.ask("bob", f"{path}?limit=1")
    assert page.document["versions"] == [first["modified"]]
    rest = site.ask("bob", f"{path}?limit=1&added_after={page.header(LAST)}")
    assert rest.document == {"more": False, "versions": [later(first)["modified"]]}


@item("M-4", "§3.5", "`next` without `limit` works; medallion answers 500")
def test_next_needs_no_limit(site: Site) -> None:
    """The rest comes at once."""
    items, query = site.three()
    cursor = site.ask("bob", f"{ATTACKS}objects/{query}&limit=1").document["next"]
    assert site.ask("bob", f"{ATTACKS}objects/{query}&next={cursor}").objects == items[1:]


@item("M-5", "§3.5", "A page can be asked for again; medallion's cursor is used up")
def test_a_lost_page_can_be_asked_for_again(site: Site) -> None:
    """As often as it takes, and by any process, since the cursor is all there is."""
    items, query = site.three()
    path = f"{ATTACKS}objects/{query}&limit=1"
    cursor = site.ask("bob", path).document["next"]
    for _ in range(3):
        assert site.ask("bob", f"{path}&next={cursor}").objects == [items[1]]


@item("M-6", "appendix B", "A cursor is for one caller and collection; medallion's for all")
def test_a_cursor_shows_nothing_elsewhere(site: Site) -> None:
    """Neither in an empty collection nor to somebody else."""
    _, query = site.three()
    cursor = site.ask("bob", f"{ATTACKS}objects/{query}&limit=1").document["next"]
    assert_error(site.ask("bob", f"{EMPTY}objects/?next={cursor}"), 400)
    assert_error(site.ask("ann", f"{ATTACKS}objects/?next={cursor}"), 400)


@item("M-7", "§3.5", "Objects of one submission have times of their own; medallion's share one")
def test_objects_of_one_submission_have_times_of_their_own(site: Site) -> None:
    """So paging by time skips nothing."""
    _, query = site.three()
    assert len(set(dates(site, query))) == 3


@item("M-13", "§5.8", "Versions ascend; medallion lists the newest first and adds `next`")
def test_versions_ascend(site: Site) -> None:
    """`next` is there besides `more`, as an addition (A-8)."""
    first = indicator("TLP:GREEN", id=fresh_id("indicator"))
    site.share("ann", first)
    site.share("ann", later(first))
    listed = site.ask("bob", f"{ATTACKS}objects/{first['id']}/versions/").document["versions"]
    assert listed == [first["modified"], later(first)["modified"]]
