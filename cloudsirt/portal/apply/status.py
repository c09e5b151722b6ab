"""Where an application stands, what is awaited and from whom, what happened; and giving it up."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import applying
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.apply.access import blueprint, link, own
from cloudsirt.portal.apply.shown import history, page
from cloudsirt.portal.confirming import confirmation, is_confirmed
from membership.applications.application import (
    AWAITED,
    Action,
    Application,
    Party,
    State,
    actions_of,
    lapses_at,
)
from membership.applications.store import ApplicationStore

pages = blueprint("apply_status")


@pages.get("/status")
@gate.needs(Permission.APPLICATION_OWN)
def index() -> ResponseReturnValue:
    """Where it stands."""
    application = own()
    with gate.house().reading() as db:
        store = ApplicationStore(db)
        asked = store.sponsorships(application.id)
        names = store.register.organisations_by_id([item.organisation for item in asked])
        happened = history(db, application.id)
        lapses = lapses_at(application, store.register.bylaws(gate.house().now()))
    return page(
        "apply_status.html",
        application,
        here="status",
        awaited=AWAITED[application.state],
        lapses=lapses,
        shows_reason=application.state in (State.NOT_ELIGIBLE, State.DECLINED),
        shows_question=application.state is State.MORE_ASKED,
        sponsors=[(names[item.organisation].name, item.stance.text) for item in asked],
        history=happened,
        can_withdraw=Action.WITHDRAW in actions_of(application.state, Party.APPLICANT),
        is_done=request.args.get("done") == "yes",
    )


@pages.post("/withdraw")
@gate.needs(Permission.APPLICATION_OWN)
def withdraw() -> ResponseReturnValue:
    """Give it up, after a page that asks again."""
    application = own()
    if Action.WITHDRAW not in actions_of(application.state, Party.APPLICANT):
        return redirect(url_for("portal.apply_status.index"), 303)
    if not is_confirmed():
        return _asks_again(application)
    applying.withdraw(gate.house(), link())
    return redirect(url_for("portal.apply_status.index"), 303)


def _asks_again(application: Application) -> ResponseReturnValue:
    texts = ["What you entered and the files stay with the consortium’s records."]
    if application.organisation is not None:
        texts.append("The admission ends with it: the organisation leaves the register.")
    return confirmation(
        heading="Withdraw the application",
        title=application.record.name,
        texts=["This cannot be taken back. You may apply again at any time.", *texts],
        button="Withdraw it",
        back=url_for("portal.apply_status.index"),
        fields={},
    )
