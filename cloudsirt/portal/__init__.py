"""The pages, rendered on the server: one file for each subject, parse, ask, render.

`chrome` (what all pages share), `home`, `signing`, `feed`, `posting` (with `share_form` and
`audience`), `objects`, `advisories`, `account`; and the desk: `desk`, `releases`, `held`,
`requests`, `editing`, `withdrawn` (with `desk_lines`, `asking`, `confirming`).
"""

from flask import Blueprint, Flask

from cloudsirt.portal import (
    account,
    advisories,
    chrome,
    desk,
    editing,
    feed,
    held,
    home,
    objects,
    posting,
    releases,
    requests,
    signing,
    withdrawn,
)

STATIC_SECONDS = 3_600

_SUBJECTS = (
    *(home, signing, feed, posting, objects, advisories, account),
    *(desk, releases, held, requests, editing, withdrawn),
)


def mount(app: Flask) -> None:
    """Serve the pages of this application."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    pages = Blueprint("portal", __name__, template_folder="templates", static_folder="static")
    for subject in _SUBJECTS:
        pages.register_blueprint(subject.pages)
    app.register_blueprint(pages)
    app.context_processor(chrome.context)
    app.add_template_filter(chrome.moment, "moment")
    app.add_template_filter(chrome.day, "day")
