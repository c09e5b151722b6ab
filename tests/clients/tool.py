"""A tool that is set up for a served installation: its token, addresses, and raw requests."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from cloudsirt import clock
from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.tokens import issue_token
from cloudsirt.house import OPERATOR
from feeds.topics import collection_named
from tests.conformance.served import Site
from tests.conformance.wire import Answer, send
from tlp import Perimeter


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool of somebody, with a token of its own."""

    site: Site
    user: str
    token: str

    @property
    def base(self) -> str:
        """The address of the installation."""
        return f"http://127.0.0.1:{self.site.port}"

    @property
    def basic(self) -> str:
        """Name and token as HTTP Basic writes them."""
        return base64.b64encode(f"{self.user}:{self.token}".encode()).decode()

    def url(self, path: str) -> str:
        """The absolute address of a path below `/taxii2/`."""
        return f"{self.base}/taxii2/{path}"

    def get(self, path: str, headers: Mapping[str, str], **query: str) -> Answer:
        """GET with exactly these headers."""
        address = f"{path}?{urlencode(query)}" if query else path
        return send(self.site.port, "GET", address, {**HOST, **headers}, None, False)

    def post(self, path: str, document: object, headers: Mapping[str, str]) -> Answer:
        """POST a document with exactly these headers."""
        body = document if isinstance(document, bytes) else orjson.dumps(document)
        return send(self.site.port, "POST", path, {**HOST, **headers}, body, False)


HOST: Mapping[str, str] = {"User-Agent": "a tool under test/1.0"}


@dataclass(frozen=True, slots=True)
class Tools:
    """Tools of the members of a served installation."""

    site: Site

    def of(self, name: str, client: str = "standard") -> Tool:
        """A tool of somebody's, with a token for that product."""
        world = self.site.operator()
        with world.house.working(OPERATOR) as work:
            token = issue_token(
                work,
                world.people[name],
                id_=clock.new_id(),
                secret=clock.new_secret(),
                scopes=Scope,
                days=None,
                label=client,
                client=client,
            )
        return Tool(self.site, f"{name}@example.org", token)

    def share(self, *objects: Mapping[str, Any], to: str = "attacks") -> None:
        """Let a member share what is all taken."""
        document = {"objects": [dict(one) for one in objects]}
        answer = self.site.post("ann", document, to=f"/taxii2/{collection(to)}")
        assert answer.document["success_count"] == len(objects), answer.body

    def since(self) -> str:
        """An instant after everything that was shared so far, as TAXII writes it."""
        answer = self.site.ask("ann", f"/taxii2/{collection('everything')}manifest/?limit=1000")
        last = answer.header("X-TAXII-Date-Added-Last")
        while last is not None and answer.document["more"]:
            path = f"/taxii2/{collection('everything')}manifest/?added_after={last}"
            answer = self.site.ask("ann", path)
            last = answer.header("X-TAXII-Date-Added-Last") or last
        return last or "2020-01-01T00:00:00.000000Z"


def collection(alias: str, root: Perimeter = Perimeter.MEMBERS) -> str:
    """The path of a collection below `/taxii2/`."""
    return f"{root.value}/collections/{collection_id(alias, root)}/"


def collection_id(alias: str, root: Perimeter = Perimeter.MEMBERS) -> str:
    """The id of a collection."""
    found = collection_named(root, alias)
    assert found is not None
    return found.id


def collection_title(alias: str, root: Perimeter = Perimeter.MEMBERS) -> str:
    """The title of a collection, as products choose it."""
    found = collection_named(root, alias)
    assert found is not None
    return found.title
