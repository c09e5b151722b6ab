"""Putting a motion to the Board: a number of the bylaws, an expulsion, a text of the NDA.

The secretariat does it, and is asked again before the ballot opens. An admission is put to the
Board from its application.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import balloting
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_run_secretariat
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.confirming import confirmation, is_confirmed
from cloudsirt.work import Work
from membership.ballots import motions
from membership.ballots.ballot import Motion, MotionKind, majority_of, secrecy_of
from membership.bylaws import AMENDABLE, as_number
from membership.errors import MembershipError, NotAcceptable
from membership.store import MembershipStore

pages = Blueprint("moving", __name__, url_prefix="/secretariat/motions")

_FIELDS = ("kind", "name", "value", "organisation", "text")


@pages.get("")
@gate.needs(Permission.MOTION_MAKE)
def index() -> ResponseReturnValue:
    """The forms, one for each kind of motion."""
    gate.on_duty(may_run_secretariat)
    return _forms(None)


@pages.post("")
@gate.needs(Permission.MOTION_MAKE)
def move() -> ResponseReturnValue:
    """Open the ballot, after having said what it will be."""
    house, principal = gate.house(), gate.on_duty(may_run_secretariat)
    try:
        if is_confirmed():
            ballot = balloting.move(house, principal, _motion)
            return redirect(url_for("portal.board.show", id_=ballot.id), 303)
        with house.rehearsing() as work:
            motion, bylaws = _motion(work), work.membership.bylaws(work.at)
    except MembershipError as error:
        return _forms(str(error)), 400
    carried = bylaws.majority_word(majority_of(motion.kind, bylaws))
    return confirmation(
        heading="Put it to the Board",
        title=motion.title,
        texts=[
            f"A ballot opens at once, on the seats of this moment, for {bylaws.ballot_term.days} "
            f"days. It is carried by {carried}. Votes are "
            f"{secrecy_of(motion.kind, bylaws).value}. The Board is told by letter.",
        ],
        button="Open the ballot",
        back=url_for("portal.moving.index"),
        fields={name: request.form.get(name, "") for name in _FIELDS},
    )


def _motion(work: Work) -> Motion:
    """The motion that the form makes, as things are at this instant."""
    form = request.form
    kind = form.get("kind", "")
    if kind == MotionKind.BYLAWS.value:
        bylaws = work.membership.bylaws(work.at)
        return motions.to_amend(bylaws, form.get("name", ""), form.get("value", "").strip())
    if kind == MotionKind.EXPULSION.value:
        found = work.membership.organisation(form.get("organisation", ""))
        return motions.to_expel(found, work.at)
    if kind == MotionKind.NDA_TEXT.value:
        return balloting.to_adopt(work, form.get("text", ""))
    raise NotAcceptable("Choose what is moved.")


def _forms(problem: str | None) -> str:
    """The page; what was typed is still in it."""
    at = gate.house().now()
    with gate.house().reading() as db:
        store = MembershipStore(db)
        bylaws = store.bylaws(at)
        members = [
            item
            for item in store.organisations()
            if item.category.is_member_category and item.admitted and item.ended is None
        ]
        drafts = [(text.title, text.title) for text in store.ndas.texts() if not text.adopted]
    return render_template(
        "moving.html",
        problem=problem,
        numbers=[(name, text, as_number(bylaws, name)) for name, text in AMENDABLE.items()],
        members=[(item.id, item.name) for item in members],
        drafts=drafts,
        given=request.form,
    )
