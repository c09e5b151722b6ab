"""The portal as browsers see it: served on this machine, with whatever they complain about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from werkzeug.serving import make_server

from cloudsirt import clock
from cloudsirt.auth import sessions
from tests.world import PASSWORD, World

NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
SCHEMES = ("light", "dark")


@dataclass
class Site:
    """The portal as served, and what browsers complained about."""

    world: World
    address: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def page(self, *, name: str | None = None, narrow: bool = False, scheme: str = "light") -> Page:
        """A fresh browser profile's page, with somebody signed in or nobody."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport=NARROW if narrow else WIDE,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        self.contexts.append(context)
        if name is not None:
            secret = clock.new_secret()
            sessions.sign_in(self.world.house, f"{name}@example.org", PASSWORD, secret)
            context.add_cookies([{"name": "cloudsirt", "value": secret, "url": self.address}])
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._note_failure)
        return page

    def _note_failure(self, request: Request) -> None:
        """A load that the browser gave up because the page was left is no complaint."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(request.url)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@contextmanager
def serving(world: World, browser: Browser) -> Iterator[Site]:
    """The world's portal, served until the block ends."""
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    site = Site(world, f"http://127.0.0.1:{server.port}", browser)
    try:
        yield site
    finally:
        for context in site.contexts:
            context.close()
        server.shutdown()
        thread.join()
        server.server_close()
