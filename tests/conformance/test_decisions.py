"""What the standard leaves open or says twice, and what was decided (A-2, A-3: `test_deletion`)."""

import threading
import time
from datetime import timedelta

from cloudsirt import clock
from feeds import timestamps
from tests.conformance.items import item
from tests.conformance.served import ATTACKS, EMPTY, EVERYTHING, RESEARCH, Site
from tests.conformance.wire import FIRST, LAST, assert_error
from tests.objects import fresh_id, indicator, later


@item(
    "A-1",
    "§5.4, §5.6",
    "Nothing matches: empty or 404",
    chosen="empty, but 404 for an object that is not there",
)
def test_nothing_matches(site: Site) -> None:
    """An object that is there and that the filters exclude is an empty envelope."""
    shared = indicator("TLP:GREEN")
    site.share("ann", shared)
    unknown = fresh_id("indicator")
    assert site.ask("bob", f"{ATTACKS}objects/?match[id]={unknown}").document == {"more": False}
    assert_error(site.ask("bob", f"{ATTACKS}objects/{unknown}/"), 404)
    excluded = f"{ATTACKS}objects/{shared['id']}/?match[spec_version]=2.0"
    assert site.ask("bob", excluded).document == {"more": False}


@item("A-4", "§3.2", "Date headers of an empty page", chosen="none")
def test_an_empty_page_has_no_date_headers(site: Site) -> None:
    """There is no time to tell; the poller keeps the one it had."""
    for resource in ("objects/", "manifest/"):
        answer = site.ask("bob", f"{EMPTY}{resource}")
        assert answer.status == 200
        assert (answer.header(FIRST), answer.header(LAST)) == (None, None)


@item("A-5", "§2, §3.4", "`added_after` with other than six digits", chosen="understood")
def test_times_in_queries_may_have_fewer_digits(site: Site) -> None:
    """As clients send them: whole seconds, milliseconds, `+00:00`, encoded or not."""
    shared = indicator("TLP:GREEN")
    site.share("ann", shared)
    query = f"{ATTACKS}objects/?match[id]={shared['id']}&added_after="
    for spelling in ("00Z", "00.1Z", "00.123Z", "00.1234567Z", "00%2B00:00", "00+00:00"):
        assert site.ask("bob", f"{query}2026-01-01T00:00:{spelling}").ids == [shared["id"]]


@item("A-6", "§3.5", "Late commits must not be missed", chosen="times in the order of commits")
def test_a_poller_misses_nothing_and_gets_nothing_twice(site: Site) -> None:
    """By `added_after` alone, while several members post at once."""
    posted: list[str] = []
    start = site.ask("bob", f"{EVERYTHING}manifest/?limit=1").header(LAST)

    def post(who: str) -> None:
        for _ in range(4):
            values = [indicator("TLP:GREEN") for _ in range(2)]
            site.share(who, *values)
            posted.extend(value["id"] for value in values)

    threads = [threading.Thread(target=post, args=(who,)) for who in ("ann", "bob", "wes")]
    for thread in threads:
        thread.start()
    found: list[str] = []
    while True:
        was_running = any(thread.is_alive() for thread in threads)
        page = site.ask("bob", f"{EVERYTHING}objects/?added_after={start}")
        found += page.ids
        start = page.header(LAST) or start
        if not was_running and not page.document["more"]:
            break
    for thread in threads:
        thread.join()
    assert len(posted) == 24
    assert sorted(value for value in found if value in set(posted)) == sorted(posted)


@item("A-7", "§3.4", "What becomes visible later", chosen="enters with the time at which it did")
def test_what_becomes_visible_later_is_polled(site: Site) -> None:
    """A release to the working groups enters after what they had polled before."""
    polling = f"{RESEARCH}collections/everything/manifest/"
    before = indicator("TLP:GREEN")
    due = clock.now() + timedelta(seconds=1)
    when = timestamps.show(timestamps.from_datetime(due))
    late = indicator("TLP:GREEN")
    site.share("ann", late, x_cloudsirt_handling={"release": {"research": when}})
    site.share("ann", before)
    polled = site.ask("ros", f"{polling}?match[id]={before['id']},{late['id']}")
    assert polled.ids == [before["id"]]
    time.sleep(max(0.0, (due - clock.now()).total_seconds()) + 0.05)
    assert site.operator().work() >= 1
    following = site.ask("ros", f"{polling}?added_after={polled.header(LAST)}")
    assert late["id"] in following.ids


@item("A-8", "§5.3.1, §5.8.1", "`next` in manifests and versions", chosen="as an addition")
def test_manifests_and_versions_have_a_next_besides(site: Site) -> None:
    """It continues like the one of objects; whoever does not know it pages by time."""
    items, query = site.three()
    newer = later(items[0])
    site.share("ann", newer)
    for path, name in (
        (f"{ATTACKS}manifest/{query}&limit=1", "objects"),
        (f"{ATTACKS}objects/{newer['id']}/versions/?limit=1", "versions"),
    ):
        page = site.ask("bob", path).document
        assert page.keys() == {"more", "next", name}
        assert site.ask("bob", f"{path}&next={page['next']}").document[name] != page[name]
