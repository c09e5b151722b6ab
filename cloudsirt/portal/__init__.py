"""The pages, rendered on the server: one file for each subject, parse, ask, render.

`chrome` (what all pages share), `home`, `signing`, `feed`, `posting` (with `share_form` and
`audience`), `objects`, `advisories`; `account`, `passwords`, `welcome` (with `password_form`); and
the desk: `desk`, `releases`, `held`, `requests`, `editing`, `withdrawn` (with `desk_lines`,
`asking`, `confirming`).
"""

from flask import Blueprint, Flask

from cloudsirt.portal import (
    account,
    advisories,
    board,
    bylaws,
    chrome,
    connecting,
    desk,
    directory,
    editing,
    feed,
    held,
    home,
    moving,
    nda,
    nda_desk,
    nda_texts,
    objects,
    organisation,
    organisation_people,
    organisation_record,
    organisation_services,
    organisation_settings,
    passwords,
    posting,
    releases,
    requests,
    review,
    secretariat,
    secretariat_peers,
    secretariat_records,
    signing,
    sponsorships,
    tokens,
    welcome,
    withdrawn,
)
from cloudsirt.portal.apply import criteria as apply_criteria
from cloudsirt.portal.apply import entry as apply
from cloudsirt.portal.apply import record as apply_record
from cloudsirt.portal.apply import review as apply_review
from cloudsirt.portal.apply import sponsors as apply_sponsors
from cloudsirt.portal.apply import status as apply_status

STATIC_SECONDS = 3_600

_SUBJECTS = (
    *(home, signing, feed, posting, objects, advisories, account, passwords, welcome),
    *(desk, releases, held, requests, editing, withdrawn),
    *(apply, apply_record, apply_criteria, apply_sponsors, apply_review, apply_status),
    *(board, bylaws, moving),
    *(organisation, organisation_people, organisation_services, organisation_record),
    *(organisation_settings, tokens, connecting, directory, secretariat_records),
    *(nda, nda_texts, nda_desk),
    *(secretariat, secretariat_peers, review, sponsorships),
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
