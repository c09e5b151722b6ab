"""Your account: standing and its reasons, addresses for your tools, tokens, sessions."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from cloudsirt import zones
from cloudsirt.accounts import AccountStore, Token
from cloudsirt.auth import gate, sessions
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.portal.account.poll_lines import shown_polls
from cloudsirt.portal.account.signing import end
from cloudsirt.portal.chrome import perimeter_text, site
from cloudsirt.portal.organisation.lines import shown_tokens
from feeds.topics import collections_of
from tlp import Perimeter

_DONE = {
    "password": "Your password is changed. Your other sessions have ended.",
    "zone": "Letters tell you times in this time zone from now on.",
}

pages = Blueprint("account", __name__, url_prefix="/account")


@pages.get("/")
@gate.needs(Permission.ACCOUNT_READ)
def index() -> ResponseReturnValue:
    """The page of the signed-in person."""
    principal = gate.someone()
    with gate.house().reading() as db:
        tokens = list(shown_tokens(_tokens(db, principal), gate.house().now()))
        polls = shown_polls(db, tokens)
        open_sessions = _sessions(db, principal)
    return render_template(
        "account.html",
        account=_account(principal),
        roots=_roots(principal),
        collections=_collections(principal),
        tokens=tokens,
        polls=polls,
        sessions=open_sessions,
        zones=zones.options(),
        done=_DONE.get(request.args.get("done", "")),
    )


@pages.post("/sign-out-everywhere")
@gate.needs(Permission.ACCOUNT_CHANGE)
def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions of the person."""
    return end(everywhere=True)


def _account(principal: Principal) -> dict[str, object]:
    person, standing = principal.person, principal.standing
    return {
        "name": person.name,
        "email": person.email,
        "identity": person.identity,
        "organisation": principal.organisation.name,
        "category_text": principal.organisation.category.text,
        "roles": sorted(role.value.replace("-", " ") for role in person.roles),
        "standing": standing.verdict.reason,
        "in_good_standing": bool(standing.verdict),
        "reasons": [],
        "nda_from": standing.nda.since if standing.nda is not None else None,
        "nda_until": standing.nda.end if standing.nda is not None else None,
        "acknowledged": person.acknowledged,
        "zone": person.zone,
        "perimeter_text": perimeter_text(principal.reader.perimeter),
    }


def _own_roots(principal: Principal) -> list[Perimeter]:
    return list(dict.fromkeys((principal.reader.perimeter, Perimeter.PUBLIC)))


def _roots(principal: Principal) -> list[dict[str, str]]:
    return [
        {"title": perimeter_text(root), "url": f"{site()}/taxii2/{root.value}/"}
        for root in _own_roots(principal)
    ]


def _collections(principal: Principal) -> list[dict[str, object]]:
    may_write = principal.standing.may_contribute
    return [
        {
            "title": collection.title,
            "alias": collection.alias,
            "id": collection.id,
            "url": f"{site()}/taxii2/{collection.root.value}/collections/{collection.id}/",
            "can_write": may_write
            and collection.root is Perimeter.MEMBERS
            and collection.topic is not None,
        }
        for root in _own_roots(principal)
        for collection in collections_of(root)
    ]


def _tokens(db: Connection, principal: Principal) -> list[Token]:
    return AccountStore(db).tokens_of(principal.person.id)


def _sessions(db: Connection, principal: Principal) -> list[dict[str, object]]:
    secret = gate.session_secret()
    return [
        {
            "started": session.started,
            "last_seen": session.seen,
            "current": sessions.is_current(session, secret),
        }
        for session in AccountStore(db).sessions_of(principal.person.id)
    ]
