"""How the house is put together for the web: the gate, the portal, the TAXII door, the errors."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response

from cloudsirt import portal
from cloudsirt.answering import install_error_answers
from cloudsirt.auth import gate
from cloudsirt.compressing import compress
from cloudsirt.config import read_config
from cloudsirt.exchange import HouseExchange
from cloudsirt.house import House, open_house
from feeds.taxii import door
from feeds.taxii.validators import validate

_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "private, no-store",
}
_OVER_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


class _Application(Flask):
    """An application without coroutines: Flask would look for one in each step of a request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def create_app(house: House | None = None) -> Flask:
    """The web application of an installation, by default the one that the environment names."""
    house = house if house is not None else open_house(read_config())
    app = _Application("cloudsirt", static_folder=None, template_folder=None)
    app.url_map.strict_slashes = False  # a missing slash is served, not redirected
    app.url_map.merge_slashes = False  # nor is a doubled one: clients lose their credentials
    app.extensions["cloudsirt"] = house
    install_error_answers(app)
    gate.install(app)
    portal.mount(app)
    exchange = HouseExchange(house)
    door.mount(app, exchange)
    for step in (compress, exchange.note, validate, _secure):  # Flask takes the last one first
        app.after_request(step)
    app.teardown_request(exchange.leave)
    return app


def _secure(response: Response) -> Response:
    """Headers of every answer; nothing is kept by a cache unless its view said so."""
    said = {name.lower() for name, _ in response.headers}
    for headers in (_SECURITY_HEADERS, _OVER_TLS if gate.uses_tls() else {}):
        for name, value in headers.items():
            if name.lower() not in said:
                response.headers.add(name, value)
    return response
