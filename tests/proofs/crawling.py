"""Visits everything that can be visited, as somebody: every GET route, every link, all of TAXII.

Routes come from the application's own map, so a new one is visited without anybody adding it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from cloudsirt import clock
from cloudsirt.accounts import Session
from cloudsirt.auth.sessions import SignedIn, _hash
from feeds.topics import collections_of
from tests.world import World
from tlp import Perimeter

_LINK = re.compile(r'(?:href|action)="(/[^"#]*)"')
_PAGES = 400
"""Links followed for one person: more than any of these worlds has."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer: where, and everything in it that can be read."""

    path: str
    status: int
    text: str


def crawl(world: World, name: str | None, ids: Sequence[str]) -> list[Visit]:
    """Everything that somebody gets from the portal and from TAXII; None for a visitor."""
    browser = signed_in(world, name)
    return [*_portal(world.app, browser, ids), *_taxii(world, name, ids)]


def signed_in(world: World, name: str | None) -> FlaskClient:
    """A browser in which somebody is signed in, without the cost of a password."""
    browser = world.app.test_client()
    if name is None:
        return browser
    secret = clock.new_secret()
    person = world.people[name]
    with world.house.working(f"person:{person}") as work:
        work.accounts.add_session(Session(_hash(secret), person, work.at, work.at))
        work.record(SignedIn(person))
    browser.set_cookie("cloudsirt", secret)
    return browser


def _portal(app: Flask, browser: FlaskClient, ids: Sequence[str]) -> Iterator[Visit]:
    waiting = [path for rule in app.url_map.iter_rules() for path in _paths(rule, ids)]
    seen: set[str] = set()
    while waiting and len(seen) < _PAGES:
        path = waiting.pop()
        if path in seen or path.startswith(("/static/", "/taxii2")):
            continue
        seen.add(path)
        answer = browser.get(path)
        yield _visit(path, answer)
        waiting.extend(link.replace("&amp;", "&") for link in _LINK.findall(answer.text))


def _paths(rule: Rule, ids: Sequence[str]) -> Iterator[str]:
    """The addresses of a route: each of its arguments filled with every id there is."""
    if "GET" not in (rule.methods or ()) or rule.rule.startswith("/static"):
        return
    if not rule.arguments:
        yield rule.rule
        return
    for id_ in ids:
        yield re.sub(r"<[^>]*>", id_, rule.rule)


def _taxii(world: World, name: str | None, ids: Sequence[str]) -> Iterator[Visit]:
    paths = ["", "members/", "research/", "public/", *(f"members/status/{id_}/" for id_ in ids)]
    for root in Perimeter:
        paths.append(f"{root.value}/collections/")
        for collection in collections_of(root):
            base = f"{root.value}/collections/{collection.id}/"
            paths.extend((base, f"{base}manifest/", f"{base}objects/"))
            paths.append(f"{base}objects/?match[version]=all")
            if collection.topic is None:
                paths.extend(f"{base}objects/{id_}/" for id_ in ids)
                paths.extend(f"{base}objects/{id_}/versions/" for id_ in ids)
    for path in paths:
        yield _visit(f"/taxii2/{path}", world.taxii(name, path))


def _visit(path: str, answer: TestResponse) -> Visit:
    return Visit(path, answer.status_code, f"{answer.headers}\n{answer.text}")
