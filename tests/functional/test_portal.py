"""The portal: what each person finds on its pages, and that pages show nothing else.

Every page asks the same catalogue as everybody's reading does (R11); what is public is the same
for everybody.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import orjson
import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cloudsirt import clock
from cloudsirt.auth import passwords, sessions
from tests.objects import (
    LATER,
    TIME,
    fresh_id,
    indicator,
    later,
    malware,
    relationship,
    report,
)
from tests.world import PASSWORD, World

ATOM = "{http://www.w3.org/2005/Atom}"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members and a working group, with people who can sign in."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    world.researcher("Group", "ros")
    for name in ("ann", "bob", "ros"):
        world.set_password(name)
    return world


def browser(world: World, name: str) -> FlaskClient:
    """A browser in which somebody is signed in."""
    client, secret = world.client(), clock.new_secret()
    sessions.sign_in(world.house, f"{name}@example.org", PASSWORD, secret)
    client.set_cookie("cloudsirt", secret)
    return client


def page(client: FlaskClient, path: str) -> str:
    """A page that is there."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def titles(text: str) -> list[str]:
    """The titles in a list, in their order."""
    return re.findall(r'<a class="title-link" href="[^"]+"><bdi>([^<]+)</bdi>', text)


def older(text: str) -> str | None:
    """Where the page says that older ones are."""
    found = re.search(r'href="([^"]+)" rel="next"', text)
    return found[1].replace("&amp;", "&") if found else None


# signing in


def test_signing_in_with_the_form(world: World) -> None:
    """A wrong password keeps the address and says so; the right one opens the feed."""
    client = world.client()
    form = page(client, "/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    data = {"csrf_token": token[1], "email": "ann@example.org", "password": "not the right one"}
    refused = client.post("/sign-in", data=data)
    assert refused.status_code == 401
    assert 'role="alert"' in refused.text
    assert 'value="ann@example.org"' in refused.text
    assert "not the right one" not in refused.text
    answer = client.post("/sign-in", data=data | {"password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/feed")
    text = page(client, "/feed")
    for shown in ("Ann", "Alpha", "You read: <strong>Members</strong>", "Sign out"):
        assert shown in text
    assert "Sign in" not in text


# the feed


def test_the_feed_holds_what_one_may_read_newest_first(world: World) -> None:
    """The same objects as over TAXII, for each reader, under the strictest label on the page."""
    for label in ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER"):
        world.share("ann", indicator(label, name=f"Seen {label}"))
        world.advance(seconds=1)
    world.share("ann", indicator("TLP:RED", name="Red one"), recipients=[world.identity("bob")])
    green = ["Seen TLP:GREEN", "Seen TLP:CLEAR"]
    assert titles(page(browser(world, "bob"), "/feed")) == ["Red one", "Seen TLP:AMBER", *green]
    assert titles(page(browser(world, "ros"), "/feed")) == green
    text = page(browser(world, "ros"), "/feed")
    assert '<strong class="banner-label">TLP:GREEN</strong>' in text
    assert "Red one" not in text
    world.end_nda("Beta")
    assert titles(page(browser(world, "bob"), "/feed")) == green[1:]


def test_filters_narrow_the_feed(world: World) -> None:
    """By topic, type, label and words, alone and together; what is chosen stays chosen."""
    world.share("ann", indicator("TLP:GREEN", name="Port scan"), topic="attacks")
    world.share("ann", malware("TLP:AMBER", name="Miner"), topic="malicious-activity")
    world.share("ann", indicator("TLP:AMBER", name="Mining pool"), topic="malicious-activity")
    client = browser(world, "bob")
    expected = {
        "topic=attacks": ["Port scan"],
        "type=malware": ["Miner"],
        "label=amber": ["Mining pool", "Miner"],
        "label=red": [],
        "q=MIN": ["Mining pool", "Miner"],
        "q=203.0.113.7": ["Mining pool", "Port scan"],
        "q=min+pool": ["Mining pool"],
        "q=%25": [],
        "q=_": [],
        "topic=malicious-activity&type=indicator": ["Mining pool"],
        "topic=attacks&type=malware": [],
        "topic=&type=&label=&q=": ["Mining pool", "Miner", "Port scan"],
    }
    for query, found in expected.items():
        assert titles(page(client, f"/feed?{query}")) == found, query
    text = page(client, "/feed?topic=attacks&q=scan")
    assert '<option value="attacks" selected>' in text
    assert 'value="scan"' in text
    assert "Nothing that you may read matches." in page(client, "/feed?label=red")


def test_a_filter_finds_nothing_that_one_may_not_read(world: World) -> None:
    """R11: the same answer whether nothing matches or only hidden things do."""
    world.share("ann", indicator("TLP:RED", name="Wanted"), recipients=[world.identity("ann")])
    client = browser(world, "bob")
    answers = {
        page(client, f"/feed?q={word}").replace(word, "word") for word in ("wanted", "absent")
    }
    assert len(answers) == 1


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=-1", "before=" + "9" * 30, "topic=x", "label=x", "q=%00%ff", "type=%00"],
)
def test_nonsense_in_a_query_is_no_fault(world: World, query: str) -> None:
    """What is not understood narrows nothing."""
    world.share("ann", indicator("TLP:GREEN", name="Port scan"))
    assert page(browser(world, "bob"), f"/feed?{query}")


def test_pages_follow_the_time_of_entry(world: World) -> None:
    """Each object once, however much arrives meanwhile, with the filters kept."""
    names = [f"Seen {number:02}" for number in range(64)]
    world.share("ann", *(indicator("TLP:GREEN", name=name) for name in names))
    client = browser(world, "bob")
    path: str | None = "/feed?type=indicator"
    found: list[list[str]] = []
    while path is not None:
        text = page(client, path)
        found.append(titles(text))
        path = older(text)
        world.share("ann", indicator("TLP:GREEN", name="Late"))
    assert [len(part) for part in found] == [30, 30, 4]
    assert [title for part in found for title in part] == names[::-1]
    assert '<a class="button button-quiet" href="/feed?type=indicator">Back to the newest' in text


# one object


def test_an_object_shows_what_it_says(world: World) -> None:
    """Facts, label, markings, topic, contributor, versions, and the JSON as it was sent."""
    first = indicator("TLP:GREEN", name="Port scan", description="One.\n\nTwo.", confidence=80)
    second = later(first, name="Port scans")
    world.share("ann", first, second)
    client = browser(world, "bob")
    text = page(client, f"/objects/{first['id']}")
    for shown in (
        "<h1><bdi>Port scans</bdi></h1>",
        '<span class="chip tlp-green">TLP:GREEN</span>',
        "<p>One.</p>",
        "<p>Two.</p>",
        "Alpha",
        "Attacks against infrastructure",
        first["id"],
        "Confidence",
        "80",
        LATER,
        TIME,
    ):
        assert shown in text, shown
    old = page(client, f"/objects/{first['id']}?version={TIME}")
    assert "<h1><bdi>Port scan</bdi></h1>" in old
    for query in ("?version=2020-01-01T00:00:00.000Z", "?version=x", "?version=%00"):
        assert client.get(f"/objects/{first['id']}{query}").status_code == 404


def test_relationships_are_shown_from_both_ends(world: World) -> None:
    """What an object points to and what points to it, by relationships and by references."""
    sign, family = indicator("TLP:GREEN", name="Port scan"), malware("TLP:GREEN", name="Miner")
    tie = relationship("TLP:AMBER", sign["id"], family["id"])
    story = report("TLP:GREEN", sign["id"], name="What happened")
    world.share("ann", sign, family, tie, story)
    client = browser(world, "bob")

    def ties(item: dict[str, Any]) -> dict[str, list[str]]:
        parts = page(client, f"/objects/{item['id']}").split('<div class="ties">')[1:]
        headed = [(re.findall("<h3>([^<]+)</h3>", part)[0], titles(part)) for part in parts]
        return dict(headed)

    assert ties(sign) == {"Points to": ["Miner"], "Pointed to by": ["What happened"]}
    assert ties(family) == {"Pointed to by": ["Port scan"]}
    assert ties(story) == {"Points to": ["Port scan"]}
    ends = ties(tie)
    assert sorted(ends["Points to"]) == ["Miner", "Port scan"]
    assert "indicates" in page(client, f"/objects/{family['id']}")
    banner = '<strong class="banner-label">TLP:AMBER</strong>'
    assert banner in page(client, f"/objects/{family['id']}")


def test_ends_that_are_hidden_are_not_shown(world: World) -> None:
    """Neither the object nor its id, title or the relationship to it; its contributor sees all."""
    sign, family = indicator("TLP:GREEN", name="Port scan"), malware("TLP:RED", name="Secret miner")
    tie = relationship("TLP:GREEN", sign["id"], family["id"])
    world.share("ann", sign)
    world.share("ann", family, recipients=[world.identity("ann")])
    world.share("ann", tie)
    own = page(browser(world, "ann"), f"/objects/{sign['id']}")
    assert "Secret miner" in own
    for name in ("bob", "ros"):
        client = browser(world, name)
        for path in (f"/objects/{sign['id']}", "/feed", "/feed?q=miner"):
            text = page(client, path)
            assert "Secret miner" not in text
            assert family["id"] not in text
            assert tie["id"] not in text
        for stix_id in (family["id"], tie["id"]):
            assert client.get(f"/objects/{stix_id}").status_code == 404


def test_an_object_is_downloaded_as_it_was_sent(world: World) -> None:
    """Byte by byte, as STIX, under its own name; in the version asked for."""
    sent = orjson.dumps(indicator("TLP:GREEN")).replace(b'"name":', b'"name" :  ')
    stix_id = orjson.loads(sent)["id"]
    world.post("ann", b'{"objects":[' + sent + b"]}")
    world.share("ann", later(orjson.loads(sent)))
    answer = browser(world, "bob").get(f"/objects/{stix_id}/raw?version={TIME}")
    assert answer.data == sent
    assert answer.headers["Content-Type"] == "application/stix+json;version=2.1"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{stix_id}.json"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    latest = browser(world, "bob").get(f"/objects/{stix_id}/raw")
    assert orjson.loads(latest.data)["modified"] == LATER


def test_absent_and_hidden_objects_are_the_same_page(world: World) -> None:
    """R11: body and headers, for the object, its download and its versions."""
    hidden = indicator("TLP:RED")
    world.share("ann", hidden, recipients=[world.identity("ann")])
    assert browser(world, "ann").get(f"/objects/{hidden['id']}").status_code == 200
    for name in ("bob", "ros"):
        client = browser(world, name)
        for tail in ("", "/raw", f"?version={TIME}", f"/raw?version={TIME}"):
            answers = [
                client.get(f"/objects/{stix_id}{tail}")
                for stix_id in (hidden["id"], fresh_id("indicator"), "nonsense")
            ]
            assert {answer.status_code for answer in answers} == {404}
            assert len({answer.data for answer in answers}) == 1
            assert len({str(answer.headers) for answer in answers}) == 1


def test_a_contributor_is_named_as_it_wishes(world: World) -> None:
    """R6: among members only, or to nobody; its own staff always sees its name."""
    shared = indicator("TLP:GREEN", name="Members know")
    world.share("ann", shared, attribution="members")
    silent = indicator("TLP:GREEN", name="Nobody knows")
    world.share("ann", silent, attribution="none")
    sees = {
        (name, item["name"]): "Alpha" in page(browser(world, name), f"/objects/{item['id']}")
        for name in ("bob", "ros")
        for item in (shared, silent)
    }
    assert sees == {
        ("bob", "Members know"): True,
        ("bob", "Nobody knows"): False,
        ("ros", "Members know"): False,
        ("ros", "Nobody knows"): False,
    }
    lines = page(browser(world, "ann"), "/feed").split('<li class="line">')[1:]
    assert all("<span>Alpha</span>" in line for line in lines)


# advisories


def advised(world: World, name: str = "Credential stuffing", **properties: Any) -> dict[str, Any]:
    """Publish an advisory on an indicator."""
    sign = indicator("TLP:CLEAR", name="Login storm")
    story = report("TLP:CLEAR", sign["id"], name=name, report_types=["campaign"], **properties)
    assert world.share("ann", sign, story)["failure_count"] == 0
    return story


def test_advisories_are_for_everybody(world: World) -> None:
    """On the front page, in the list and on their own page, with what to look for."""
    story = advised(world)
    world.share("ann", report("TLP:GREEN", story["id"], name="Not for all"))
    for client in (world.client(), browser(world, "bob"), browser(world, "ros")):
        for path in ("/", "/advisories/"):
            text = page(client, path)
            assert f'href="/advisories/{story["id"]}"' in text
            assert "Credential stuffing" in text
            assert "Campaign" in text
            assert "Not for all" not in text
        text = page(client, f"/advisories/{story['id']}")
        for shown in ("<p>What happened.</p>", "<p>What to do.</p>", "Login storm", "203.0.113.7"):
            assert shown in text
    raw = world.client().get(f"/advisories/{story['id']}/raw")
    assert orjson.loads(raw.data) == story
    assert raw.headers["Content-Type"] == "application/stix+json;version=2.1"


def test_only_public_reports_are_advisories(world: World) -> None:
    """Hidden ones, other objects, revoked ones and nonsense are the same 404, for members too."""
    story, sign = advised(world), indicator("TLP:CLEAR")
    hidden = report("TLP:GREEN", sign["id"])
    world.share("ann", sign, hidden)
    revoked = later(story, revoked=True)
    world.share("ann", revoked)
    for client in (world.client(), browser(world, "ann")):
        ids = (hidden["id"], sign["id"], story["id"], fresh_id("report"), "nonsense", "report--")
        for tail in ("", "/raw"):
            answers: list[TestResponse] = [client.get(f"/advisories/{id_}{tail}") for id_ in ids]
            assert {answer.status_code for answer in answers} == {404}
            assert len({answer.data for answer in answers}) == 1
    assert "No advisory has been published yet." in page(world.client(), "/advisories/")


def test_an_advisory_appears_with_its_release(world: World) -> None:
    """R5: not before its time, on no surface."""
    sign = indicator("TLP:CLEAR")
    story = report("TLP:CLEAR", sign["id"], name="Later")
    world.share("ann", sign, story, release={"public": "2026-03-02T00:00:00Z"})
    surfaces = ("/", "/advisories/", "/advisories/feed.atom")
    assert not any("Later" in page(world.client(), path) for path in surfaces)
    assert world.client().get(f"/advisories/{story['id']}").status_code == 404
    world.advance(days=1)
    world.work()
    assert all("Later" in page(world.client(), path) for path in surfaces)
    assert world.client().get(f"/advisories/{story['id']}").status_code == 200


def test_the_list_of_advisories_has_pages(world: World) -> None:
    """Newest first, each once."""
    names = [f"Advisory {number:02}" for number in range(23)]
    for name in names:
        advised(world, name)
        world.advance(seconds=1)
    found, path = [], "/advisories/"
    for size in (20, 3):
        text = page(world.client(), path)
        part = re.findall(r'<h2><a class="title-link" href="[^"]+">([^<]+)</a>', text)
        assert len(part) == size
        found += part
        path = older(text) or ""
    assert not path
    assert found == names[::-1]
    assert page(world.client(), "/advisories/?before=x")


def entries(world: World) -> list[Element]:
    """The entries of the Atom feed."""
    answer = world.client().get("/advisories/feed.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    return fromstring(answer.data).findall(f"{ATOM}entry")  # noqa: S314


def text_of(entry: Element, name: str) -> str:
    """The text of a child."""
    found = entry.findtext(f"{ATOM}{name}")
    assert found is not None
    return found


def test_the_atom_feed_is_what_the_standard_asks_for(world: World) -> None:
    """RFC 4287 §4.1: ids, titles, times, author, links; an empty feed is a feed."""
    root = fromstring(world.client().get("/advisories/feed.atom").data)  # noqa: S314
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert text_of(root, name)
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "http://localhost/advisories/feed.atom"
    assert entries(world) == []
    story = advised(world)
    newer = later(story, name="Credential stuffing, continued")
    world.share("ann", newer)
    (entry,) = entries(world)
    assert text_of(entry, "id") == "urn:uuid:" + story["id"].removeprefix("report--")
    assert text_of(entry, "title") == "Credential stuffing, continued"
    assert text_of(entry, "published") == "2026-02-01T08:00:00+00:00"
    assert text_of(entry, "updated") == "2026-02-02T08:00:00+00:00"
    assert text_of(entry, "summary") == "What happened."
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"http://localhost/advisories/{story['id']}"


def test_the_atom_feed_holds_what_is_clear_and_nothing_else(world: World) -> None:
    """The same for everybody, whoever asks."""
    sign = indicator("TLP:CLEAR", name="Clear sign")
    world.share("ann", sign, report("TLP:GREEN", sign["id"], name="Green story"))
    named = report("TLP:CLEAR", sign["id"], name="Narrowed story")
    world.share("ann", named, recipients=[world.identity("Beta")])
    advised(world, "Clear story")
    assert [text_of(entry, "title") for entry in entries(world)] == ["Clear story"]
    answers = {
        client.get("/advisories/feed.atom").data
        for client in (world.client(), browser(world, "bob"))
    }
    assert len(answers) == 1


# what others wrote


HOSTILE = f"\"><img src=x onerror=alert(1)>{SCRIPT}'`{{{{7*7}}}}"


def test_what_others_wrote_is_text_wherever_it_stands(world: World) -> None:
    """Names, descriptions, patterns, references, labels of tokens: never markup, never a link
    that runs something, and the Atom feed stays well-formed."""
    world.organisation(f"Org {SCRIPT}", "csirt")
    world.sign_nda(f"Org {SCRIPT}")
    world.person("eve", f"Org {SCRIPT}")
    references = [
        {"source_name": HOSTILE, "url": f"javascript:alert('{SCRIPT}')", "description": HOSTILE},
        {"source_name": "two", "url": " JaVaScRiPt:alert(1)", "external_id": HOSTILE},
        {"source_name": "three", "url": "data:text/html,x"},
        {"source_name": "four", "url": 'https://example.org/"onmouseover="x'},
    ]
    sign = indicator(
        "TLP:CLEAR",
        name=HOSTILE,
        description=HOSTILE,
        pattern=f"[url:value = '{HOSTILE.replace(chr(39), '')}']",
        external_references=references,
        x_note={HOSTILE.replace('"', ""): HOSTILE},
    )
    story = report(
        "TLP:CLEAR",
        sign["id"],
        name=HOSTILE,
        description=f"{HOSTILE}\x0b\x00 ]]>",
        report_types=[HOSTILE],
        external_references=references,
    )
    status = world.share("eve", sign, story)
    assert status["success_count"] == 2, status
    client = browser(world, "bob")
    paths = (
        "/",
        "/feed",
        f"/feed?q={'%22%3E%3Cscript%3Ealert(1)%3C/script%3E'}",
        f"/objects/{sign['id']}",
        f"/objects/{story['id']}",
        "/advisories/",
        f"/advisories/{story['id']}",
        "/sign-in?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/objects/%3Cscript%3Ealert(1)%3C/script%3E",
    )
    for path in paths:
        text = client.get(path).text
        assert "<script" not in text, path
        assert "<img src=x" not in text, path
        assert "49" not in re.sub(r"[0-9a-f]{8,}|[0-9a-f-]{36}", "", text), path
        for href in re.findall(r'href="([^"]*)"', text):
            assert href.startswith(("/", "#", "https://example.org/")), (path, href)
    assert "&lt;script&gt;" in page(client, f"/objects/{sign['id']}")
    (entry,) = entries(world)
    assert text_of(entry, "title") == HOSTILE


# the account


def test_the_account_page_says_where_one_stands(world: World) -> None:
    """Standing with its reason, addresses for one's tools, tokens and sessions; never a secret."""
    client = browser(world, "ann")
    world.tokens["ann"] = world.issue_token("ann", days=1)
    world.revoke_token("ann")
    text = page(client, "/account/")
    for shown in (
        "Member in good standing",
        "ann@example.org",
        "CERT, CSIRT or ISAC",
        "http://localhost/taxii2/members/",
        "http://localhost/taxii2/public/",
        "6f602097-96ba-4504-bc0b-76eecbf37a89",
        "Read and post",
        "taxii:read, taxii:write",
        "In use",
        "Revoked",
        "This one",
    ):
        assert shown in text, shown
    assert "taxii2/research/" not in text
    assert "cst_" not in text
    assert world.people["bob"] not in text
    world.advance(minutes=1)
    world.end_nda("Alpha")
    text = page(client, "/account/")
    assert "The NDA of 2026-03-01 ended on 2026-03-01." in text
    assert "taxii2/members/" not in text
    assert "Read and post" not in text


def test_the_account_of_a_working_group_names_its_own_root(world: World) -> None:
    """Read only, and no NDA."""
    text = page(browser(world, "ros"), "/account/")
    assert "http://localhost/taxii2/research/" in text
    assert "taxii2/members/" not in text
    assert "Read and post" not in text
    assert "Not signed" in text


def test_a_page_is_the_same_whatever_is_hidden(world: World) -> None:
    """R11: lists, counts and links do not move for what one may not read."""
    shown = indicator("TLP:CLEAR", name="Shown")
    world.share("ann", shown, report("TLP:CLEAR", shown["id"], name="Story"))
    paths = ("/", "/feed", f"/objects/{shown['id']}", "/advisories/", "/advisories/feed.atom")
    clients = {name: browser(world, name) for name in ("bob", "ros")}
    before = {name: [page(client, path) for path in paths] for name, client in clients.items()}
    secret = malware("TLP:RED", name="Hidden")
    tie = relationship("TLP:RED", shown["id"], secret["id"])
    narrowed = report("TLP:CLEAR", shown["id"], name="Hidden too")
    status = world.share("ann", secret, tie, narrowed, recipients=[world.identity("ann")])
    assert status["success_count"] == 3
    assert "Hidden too" in page(browser(world, "ann"), f"/objects/{shown['id']}")
    for name, client in clients.items():
        assert [page(client, path) for path in paths] == before[name]
