"""The pages, rendered on the server: one folder for each kind of work, one file for each subject.

What all pages share is `chrome` (navigation, moments), `confirming` (a page between a button and
what cannot be taken back) and `attachments`. `home` and `bylaws` are for everybody. A subject
parses, asks a service, and renders.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

from flask import Blueprint, Flask

from cloudsirt.portal import bylaws, chrome, home

STATIC_SECONDS = 3_600

_FOLDERS: Mapping[str, str] = {
    "account": "signing page passwords welcome tokens connecting",
    "reading": "feed objects advisories",
    "sharing": "posting",
    "desk": "page releases held requests editing withdrawn",
    "apply": "entry record criteria sponsors review status",
    "organisation": "page people services record settings sponsorships directory",
    "nda": "page texts",
    "secretariat": "page review records nda moving peers",
    "board": "page",
}
"""What is served, folder by folder: the subjects that have pages."""


def mount(app: Flask) -> None:
    """Serve the pages of this application."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    pages = Blueprint("portal", __name__, template_folder="templates", static_folder="static")
    for subject in _subjects():
        pages.register_blueprint(subject)
    app.register_blueprint(pages)
    app.context_processor(chrome.context)
    app.add_template_filter(chrome.moment, "moment")
    app.add_template_filter(chrome.day, "day")


def _subjects() -> Iterator[Blueprint]:
    yield from (home.pages, bylaws.pages)
    for folder, names in _FOLDERS.items():
        for name in names.split():
            yield import_module(f"{__name__}.{folder}.{name}").pages
