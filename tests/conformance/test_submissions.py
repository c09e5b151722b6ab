"""Adding objects, and the status of a submission (TAXII 2.1 §4.3, §5.5)."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from tests.conformance.items import item
from tests.conformance.served import ATTACKS, DAYS_AGO, EVERYTHING, MAX_LENGTH, MEMBERS, Site
from tests.conformance.wire import TAXII, TIMESTAMP, UUID4, assert_error, send_raw
from tests.objects import TIME, fresh_id, indicator

COUNTS = ("total_count", "success_count", "failure_count", "pending_count")
BROKEN = {"type": "indicator", "id": "indicator--x"}


def counts(status: Mapping[str, Any]) -> tuple[int, ...]:
    """Total, successes, failures, pending."""
    return tuple(status[name] for name in COUNTS)


@item("T-120", "§5.5", "`can_write` false: 403 or 404", chosen="403")
def test_whoever_cannot_write_is_refused(site: Site) -> None:
    """By the token, by the collection, by who they are; and nothing is stored."""
    shared = indicator("TLP:GREEN")
    for who, to in (("rae", ATTACKS), ("nell", ATTACKS), ("ann", EVERYTHING), ("lou", ATTACKS)):
        assert_error(site.post(who, {"objects": [shared]}, to=to), 403)
    assert_error(site.ask("ann", f"{ATTACKS}objects/{shared['id']}/"), 404)


@item("T-121", "§5.5", "What is accepted is answered with 202 and a status")
def test_a_submission_is_answered_with_its_status(site: Site) -> None:
    """Which is the one that is found again."""
    answer = site.post("ann", {"objects": [indicator("TLP:GREEN")]})
    assert answer.status == 202
    found = site.ask("ann", f"{MEMBERS}status/{answer.document['id']}/")
    assert (found.status, found.body) == (200, answer.body)


@item("T-122", "§5.5", "An exact copy of a stored object is no error")
def test_a_copy_is_a_success(site: Site) -> None:
    """Of the same contributor, of another one, and twice in one submission."""
    shared = indicator("TLP:GREEN")
    site.share("ann", shared)
    assert counts(site.share("ann", shared)) == (1, 1, 0, 0)
    assert counts(site.share("bob", shared)) == (1, 1, 0, 0)
    assert counts(site.share("ann", shared, shared)) == (2, 2, 0, 0)
    assert site.ask("bob", f"{ATTACKS}objects/{shared['id']}/").objects == [shared]


@item("T-123", "§5.5", "A body over `max_content_length` is 413")
def test_a_body_that_is_too_long_is_413(site: Site) -> None:
    """With its length announced and in chunks without one."""
    body = b" " * (MAX_LENGTH + 1)
    for chunked in (False, True):
        assert_error(site.post("ann", body, chunked=chunked), 413)


@item("T-124", "§5.5", "A wrong Content-Type is 415, an Accept without us is 406")
def test_wrong_media_types_are_refused(site: Site) -> None:
    """Before anything of the body is looked at."""
    for body in (orjson.dumps({"objects": [indicator("TLP:GREEN")]}), b"{"):
        assert_error(site.post("ann", body, content_type="text/plain"), 415)
        assert_error(site.post("ann", body, accept="text/plain"), 406)


@item(
    "T-125",
    "§5.5",
    "A body that cannot be processed is 422",
    chosen="as a whole; what is wrong with one object is a line of the status",
)
def test_a_body_that_cannot_be_processed_is_422(site: Site) -> None:
    """Malformed, and no envelope; an object of STIX 2.0 or of no type fails by itself."""
    for body in (b"", b"{", b"[]", b'"x"', b'{"objects": {}}'):
        assert_error(site.post("ann", body), 422)
    old = {**indicator("TLP:GREEN"), "spec_version": "2.0"}
    status = site.post("ann", {"objects": [old, BROKEN]}).document
    assert counts(status) == (2, 0, 2, 0)


@item("T-126", "§4.3.1", "A status has `id`, `status` and four counts")
def test_a_status_has_its_properties(site: Site) -> None:
    """And when it was asked for."""
    status = site.share("ann", indicator("TLP:GREEN"))
    assert UUID4.fullmatch(status["id"])
    assert TIMESTAMP.fullmatch(status["request_timestamp"])
    assert counts(status) == (1, 1, 0, 0)
    assert status.keys() == {"id", "status", "request_timestamp", "successes", *COUNTS}


@item(
    "T-127", "§4.3.1", "`status` is complete or pending; complete never changes", chosen="complete"
)
def test_a_status_is_complete_from_the_start(site: Site) -> None:
    """And the same later on, whatever becomes of its objects."""
    shared = indicator("TLP:GREEN")
    status = site.share("ann", shared)
    assert status["status"] == "complete"
    assert site.ask("ann", f"{ATTACKS}objects/{shared['id']}/", method="DELETE").status == 200
    assert site.ask("ann", f"{MEMBERS}status/{status['id']}/").document == status


@item("T-128", "§4.3.1", "Counts add up; a total of 0 means not started", chosen="no objects: 422")
def test_counts_add_up(site: Site) -> None:
    """There is never a total of 0, since an envelope without objects is refused."""
    good = [indicator("TLP:GREEN") for _ in range(3)]
    status = site.post("ann", {"objects": [*good, BROKEN, 7]}).document
    total, successes, failures, pending = counts(status)
    assert (total, successes, failures, pending) == (5, 3, 2, 0)
    assert (len(status["successes"]), len(status["failures"])) == (successes, failures)
    empties: tuple[object, ...] = ({}, {"objects": []}, {"more": False})
    for empty in empties:
        assert_error(site.post("ann", empty), 422)


@item("T-129", "§4.3.1", "Each object has a line with `id` and `version`, and may have a message")
def test_each_object_has_its_line(site: Site) -> None:
    """In the order in which they were sent; a failure says why."""
    good = [indicator("TLP:GREEN") for _ in range(2)]
    bad = {**indicator("TLP:GREEN"), "pattern": "["}
    status = site.post("ann", {"objects": [good[0], bad, good[1]]}).document
    assert [line["id"] for line in status["successes"]] == [value["id"] for value in good]
    (failure,) = status["failures"]
    assert (failure["id"], failure["version"]) == (bad["id"], TIME)
    assert "pattern" in failure["message"]
    assert all(line["version"] == TIME for line in status["successes"])


@item("T-130", "§4.3.1", "Of a half-bad submission the good is stored: 202")
def test_the_good_half_is_stored(site: Site) -> None:
    """Wherever the bad one stands."""
    good = [indicator("TLP:GREEN") for _ in range(2)]
    answer = site.post("ann", {"objects": [good[0], BROKEN, good[1]]})
    assert (answer.status, counts(answer.document)) == (202, (3, 2, 1, 0))
    ids = ",".join(value["id"] for value in good)
    assert site.ask("bob", f"{ATTACKS}objects/?match[id]={ids}").objects == good


@item("T-131", "§4.3", "A status is there for 24 hours after completion", chosen="for ever")
def test_an_old_status_is_still_there(site: Site) -> None:
    """One of some days ago; the objects of it, too."""
    assert DAYS_AGO > 1
    found = site.ask("ann", f"{MEMBERS}status/{site.old_status['id']}/")
    assert found.document == site.old_status


@item("T-132", "§4.3", "An unknown status is 404", chosen="somebody else's, too; none expires")
def test_an_unknown_status_is_404(site: Site) -> None:
    """To whoever did not post it, it is not there."""
    status = site.share("ann", indicator("TLP:GREEN"))
    for who, id_ in (("ann", fresh_id("x")[3:]), ("ann", "none"), ("bob", status["id"])):
        assert_error(site.ask(who, f"{MEMBERS}status/{id_}/"), 404)


@item("T-133", "STIX §3.6", "Another content under the same id and version", chosen="a failure")
def test_another_content_is_never_written_over(site: Site) -> None:
    """Neither by the contributor nor by anybody else."""
    shared = indicator("TLP:GREEN")
    site.share("ann", shared)
    for who in ("ann", "bob"):
        status = site.post(who, {"objects": [{**shared, "name": "Other"}]}).document
        assert counts(status) == (1, 0, 1, 0)
    assert site.ask("bob", f"{ATTACKS}objects/{shared['id']}/").objects == [shared]


@item("I-10", "interop §3.10.1", "Objects are added: 202, all of them successes")
def test_the_interoperability_case_of_adding(site: Site) -> None:
    """Total and successes equal, no failures, nothing pending."""
    answer = site.post("ann", {"objects": [indicator("TLP:GREEN") for _ in range(2)]})
    assert (answer.status, counts(answer.document)) == (202, (2, 2, 0, 0))


@item(
    "I-11",
    "interop §3.11",
    "A status, and all of its properties",
    lacking="no `pendings`, since nothing is ever pending",
)
def test_the_interoperability_cases_of_status(site: Site) -> None:
    """Messages included; nothing is ever pending."""
    posted = site.post("ann", {"objects": [indicator("TLP:GREEN"), BROKEN]}).document
    status = site.ask("ann", f"{MEMBERS}status/{posted['id']}/").document
    assert status.keys() == {
        *("id", "status", "request_timestamp", "successes", "failures"),
        *COUNTS,
    }
    assert status["failures"][0]["message"]


@item(
    "I-15",
    "interop §3.15.1",
    "Custom properties in envelope and status",
    lacking="ours in envelopes, unknown ones 422 (§7.1.1), none in statuses",
)
def test_the_interoperability_case_of_custom_properties(site: Site) -> None:
    """Those of STIX objects are stored and given back."""
    shared = indicator(None, x_note="kept")
    status = site.share("ann", shared, x_cloudsirt_handling={"unmarked": "TLP:GREEN"})
    assert not [name for name in status if name.startswith("x_")]
    assert site.ask("bob", f"{ATTACKS}objects/{shared['id']}/").objects == [shared]
    assert_error(site.post("ann", {"objects": [shared], "x_acme_note": 1}), 422)


@item("I-16", "interop §2.1.4", "Clients name themselves; statuses stay for 24 hours")
def test_the_interoperability_rules_for_both_sides(site: Site) -> None:
    """A named client is served like any other."""
    agent = {"User-Agent": "conformance/1.0"}
    path = f"{MEMBERS}status/{site.old_status['id']}/"
    assert site.ask("ann", path, headers=agent).document == site.old_status


@item("M-3", "§5.5", "Copies are successes; medallion lists them as failures")
def test_copies_are_successes(site: Site) -> None:
    """Beside something new."""
    shared = indicator("TLP:GREEN")
    site.share("ann", shared)
    assert counts(site.share("ann", shared, indicator("TLP:GREEN"))) == (2, 2, 0, 0)


@item("M-10", "§4.3.1", "A bad object fails alone; medallion answers 422 and stores the others")
def test_a_bad_object_fails_alone(site: Site) -> None:
    """What the status says is what is there."""
    good = indicator("TLP:GREEN")
    answer = site.post("ann", {"objects": [good, {}, "text", None]})
    assert (answer.status, counts(answer.document)) == (202, (4, 1, 3, 0))
    assert site.ask("ann", f"{ATTACKS}objects/{good['id']}/").objects == [good]


@item("M-15", "§5.5", "A body in chunks is taken; medallion insists on Content-Length")
def test_a_body_in_chunks_is_taken(site: Site) -> None:
    """To the same status as any other."""
    shared = indicator("TLP:GREEN")
    answer = site.post("ann", {"objects": [shared]}, chunked=True)
    assert (answer.status, counts(answer.document)) == (202, (1, 1, 0, 0))


BODIES = {
    "cut short": ("Content-Length: 100", b'{"objects": ['),
    "chunks that are none": ("Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n"),
    "a chunk cut short": ("Transfer-Encoding: chunked", b"ff\r\n{}"),
}


@pytest.mark.parametrize(("framing", "body"), BODIES.values(), ids=BODIES)
def test_a_body_that_does_not_come_whole_is_400(site: Site, framing: str, body: bytes) -> None:
    """RFC 9112 §8: an incomplete message is refused, and is no fault of ours."""
    head = (
        f"POST {ATTACKS}objects/ HTTP/1.1\r\nHost: share.example.org\r\n"
        f"Authorization: {site.basic('ann')}\r\nAccept: {TAXII}\r\nContent-Type: {TAXII}\r\n"
        f"{framing}\r\n\r\n"
    )
    assert_error(send_raw(site.port, head.encode() + body), 400)
