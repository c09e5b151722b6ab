"""What TAXII 2.1 says on security (§1.6.9, §8.2.2, appendix B): nothing more than one may know."""

import orjson

from tests.conformance.items import item
from tests.conformance.served import (
    ATTACKS,
    EVERYTHING,
    MAX_LENGTH,
    MEMBERS,
    PAGE_SIZE,
    PUBLIC,
    RESEARCH,
    Site,
)
from tests.conformance.wire import assert_error
from tests.objects import fresh_id, indicator


@item("T-011", "§1.6.9, §8.2.2", "What a client may not see may be left out of valid answers")
def test_each_reader_gets_what_they_may_read(site: Site) -> None:
    """The label decides; the rest of the envelope is as if the others were not there."""
    amber, green, clear = (indicator(f"TLP:{label}") for label in ("AMBER", "GREEN", "CLEAR"))
    site.share("ann", amber, green, clear)
    query = f"objects/?match[id]={amber['id']},{green['id']},{clear['id']}"
    expected = {
        ("bob", MEMBERS): [amber, green, clear],
        ("ros", RESEARCH): [green, clear],
        (None, PUBLIC): [clear],
    }
    for (who, root), items in expected.items():
        answer = site.ask(who, f"{root}collections/everything/{query}")
        assert answer.document == {"more": False, "objects": items}


@item("T-013", "appendix B", "Errors do not tell of what the caller cannot access")
def test_hidden_and_absent_are_one_answer(site: Site) -> None:
    """Object, versions, delete: status, headers and body."""
    hidden = indicator("TLP:RED")
    wishes = {"recipients": [site.world.identity("ann")]}
    site.share("ann", hidden, x_cloudsirt_handling=wishes)
    for method, tail in (("GET", ""), ("GET", "versions/"), ("DELETE", "")):
        answers = [
            site.ask("bob", f"{ATTACKS}objects/{stix_id}/{tail}", method=method)
            for stix_id in (hidden["id"], fresh_id("indicator"))
        ]
        assert_error(answers[0], 404)
        assert answers[0].steady() == answers[1].steady()


@item(
    "T-014",
    "appendix B",
    "`next` is not trusted: caller, collection and filters are checked anew",
    chosen="sealed for caller and collection; a foreign one is 400",
)
def test_a_cursor_opens_nothing(site: Site) -> None:
    """Not for another caller, not in another collection, not beyond the filters beside it, not
    once the caller's right has ended."""
    items, query = site.three()
    site.operator().member("Gamma", "gus")
    path = f"{ATTACKS}objects/{query}&limit=1"
    cursor = site.ask("gus", path).document["next"]
    following = f"{path}&next={cursor}"
    assert site.ask("gus", following).ids == [items[1]["id"]]
    assert_error(site.ask("bob", following), 400)
    assert_error(site.ask("gus", following.replace(ATTACKS, EVERYTHING)), 400)
    narrowed = site.ask("gus", f"{ATTACKS}objects/?match[id]={items[2]['id']}&next={cursor}")
    assert narrowed.ids == [items[2]["id"]]
    forged = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    assert_error(site.ask("gus", f"{path}&next={forged}"), 400)
    site.operator().suspend("Gamma")
    assert_error(site.ask("gus", following), 403)


@item("T-015", "appendix B", "Answers are limited in size", chosen="1,000 objects, configurable")
def test_no_answer_is_larger_than_the_servers_page(site: Site) -> None:
    """Without `limit`, and with a larger one than the server's."""
    site.share("ann", *(indicator("TLP:GREEN") for _ in range(PAGE_SIZE + 1)))
    for query in ("", f"?limit={PAGE_SIZE + 5}", "?limit=99999999999999999999"):
        for resource in ("objects/", "manifest/"):
            answer = site.ask("bob", f"{ATTACKS}{resource}{query}")
            assert len(answer.objects) == PAGE_SIZE
            assert answer.document["more"] is True


@item("T-016", "appendix B", "Size and format of what is received are checked")
def test_what_is_received_is_checked(site: Site) -> None:
    """Too long, not JSON, not an envelope, and in it what is not STIX 2.1."""
    assert_error(site.post("ann", b" " * (MAX_LENGTH + 1)), 413)
    for body in (b"{", b"[]", b"\xff\xfe{}", b'{"objects": 1}'):
        assert_error(site.post("ann", body), 422)
    broken = {**indicator("TLP:GREEN"), "pattern": "[url:value ="}
    status = site.post("ann", orjson.dumps({"objects": [broken]})).document
    assert status["failure_count"] == 1


@item("M-11", "§5.5", "Objects are validated as STIX 2.1; medallion needs an `id` alone")
def test_what_is_not_stix_is_not_stored(site: Site) -> None:
    """Each line says why; the object is nowhere."""
    bad = [
        {"id": fresh_id("indicator")},
        {**indicator("TLP:GREEN"), "valid_from": "2026-02-01"},
        {**indicator("TLP:GREEN"), "spec_version": "2.0"},
        {key: value for key, value in indicator("TLP:GREEN").items() if key != "pattern"},
    ]
    status = site.post("ann", {"objects": bad}).document
    assert (status["success_count"], status["failure_count"]) == (0, len(bad))
    for value in bad:
        assert_error(site.ask("ann", f"{ATTACKS}objects/{value['id']}/"), 404)
