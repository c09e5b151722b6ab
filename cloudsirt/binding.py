"""What people do about the NDA, each as one unit of work: sign, hand in, acknowledge, decide, end.

Who binds an organisation, or ends that, gives the password again first; whoever signs signs the
bytes they were shown, by their digest.
"""

from datetime import datetime

from cloudsirt import clock
from cloudsirt.auth.duties import may_represent, may_run_secretariat, may_sign_nda
from cloudsirt.auth.presence import prove_presence
from cloudsirt.auth.principal import Principal
from cloudsirt.errors import NotPermitted
from cloudsirt.house import House
from cloudsirt.identity import own_organisation
from cloudsirt.stewarding import Duty, acting
from cloudsirt.uploads.accepting import accept
from cloudsirt.uploads.kinds import PDF, TEXT
from cloudsirt.work import Work
from membership.errors import NotAllowed, Overtaken
from membership.events import MembershipEvent
from membership.ndas import acknowledging, adopting, receipt, signing, uploading
from membership.ndas.signature import Method, Nda
from membership.ndas.text import Text
from membership.ndas.upload import Upload
from tlp import Permit, Verdict


def sign_on_platform(house: House, principal: Principal, password: str, digest: str) -> Nda:
    """Sign the newest text, which the person was shown with this digest, from this instant."""
    _prove(house, principal, may_sign_nda, password)
    with acting(house, principal, may_sign_nda) as (work, current):
        text = _shown(work, digest)
        nda, events = signing.sign(
            work.membership,
            signing.Signing(
                id=clock.new_id(),
                organisation=current.organisation.id,
                text=text.title,
                since=work.at,
                until=None,
                method=Method.PLATFORM,
                signatory=current.person.id,
                ground=f"signed on the platform by {current.actor}",
            ),
            at=work.at,
        )
        facts = receipt.Facts(
            current.organisation.name, current.person.name, _installation(house, work), work.at
        )
        statement = receipt.statement(nda, facts)
        work.membership.ndas.add_receipt(nda.id, statement, house.keys.sign(statement))
        work.record(*events)
    return nda


def hand_in(
    house: House, principal: Principal, filename: str, content: bytes, digest: str
) -> Upload:
    """Hand a signed PDF in, of the text that the person was shown with this digest."""
    _require(principal, may_hand_in)
    file = accept(house, filename, content, allowed=frozenset({PDF}))
    with acting(house, principal, may_hand_in) as (work, current):
        upload = Upload(
            id=clock.new_id(),
            organisation=current.organisation.id,
            person=current.person.id,
            text=_shown(work, digest).title,
            name=file.name,
            digest=file.digest.hex(),
            uploaded=work.at,
        )
        work.record(*uploading.hand_in(work.membership, upload, file.content))
    return upload


def take_back(house: House, principal: Principal, upload: str) -> None:
    """Take back what one's organisation handed in."""
    with acting(house, principal, may_hand_in) as (work, current):
        organisation = current.organisation.id
        work.record(
            *uploading.take_back(
                work.membership, upload, organisation, by=current.actor, at=work.at
            )
        )


def accept_upload(
    house: House,
    principal: Principal,
    upload: str,
    since: datetime | None,
    until: datetime | None,
) -> Nda:
    """Record the signature that a document proves."""
    with acting(house, principal, may_run_secretariat) as (work, current):
        _require_others(work, current, upload)
        nda, events = uploading.accept(
            work.membership,
            upload,
            nda=clock.new_id(),
            since=since,
            until=until,
            by=current.actor,
            at=work.at,
        )
        work.record(*events)
    return nda


def refuse_upload(house: House, principal: Principal, upload: str, reason: str) -> None:
    """Send a document back."""
    with acting(house, principal, may_run_secretariat) as (work, current):
        _require_others(work, current, upload)
        store = work.membership
        work.record(*uploading.refuse(store, upload, reason=reason, by=current.actor, at=work.at))


def terminate(house: House, principal: Principal, password: str, reason: str) -> None:
    """End the NDA of one's own organisation."""
    _prove(house, principal, may_hand_in, password)
    with acting(house, principal, may_hand_in) as (work, current):
        organisation = current.organisation.id
        work.record(*signing.end_nda(work.membership, organisation, reason=reason, at=work.at))


def terminate_other(
    house: House, principal: Principal, organisation: str, password: str, reason: str
) -> None:
    """End the NDA of a member: the secretariat's."""
    _prove(house, principal, may_run_secretariat, password)
    with acting(house, principal, may_run_secretariat) as (work, _):
        work.record(*signing.end_nda(work.membership, organisation, reason=reason, at=work.at))


def acknowledge(house: House, principal: Principal, title: str) -> None:
    """Acknowledge the text that the person was shown."""
    with acting(house, principal, _anybody) as (work, current):
        events: tuple[MembershipEvent, ...] = acknowledging.acknowledge_nda(
            work.membership, current.person.id, at=work.at, title=title
        )
        work.record(*events)


def propose(house: House, principal: Principal, title: str, filename: str, content: bytes) -> Text:
    """Put a text before the Board, as a draft."""
    _require(principal, may_run_secretariat)
    file = accept(house, filename, content, allowed=frozenset({PDF, TEXT}))
    with acting(house, principal, may_run_secretariat) as (work, _):
        text, events = adopting.propose_text(
            work.membership, title, file.content, file.media_type, at=work.at
        )
        work.record(*events)
    return text


def may_hand_in(principal: Principal) -> Verdict:
    """Whether somebody hands documents in for their organisation, or ends its NDA."""
    signs = may_sign_nda(principal)
    return signs if signs else may_represent(principal)


def _anybody(principal: Principal) -> Verdict:
    """A person speaks for themselves."""
    return Permit("For oneself.")


def _require_others(work: Work, current: Principal, upload: str) -> None:
    if work.membership.ndas.upload(upload).organisation == current.organisation.id:
        raise NotAllowed("Nobody decides on a document of their own organisation.")


def _require(principal: Principal, duty: Duty) -> None:
    verdict = duty(principal)
    if not verdict:
        raise NotPermitted(verdict.reason)


def _prove(house: House, principal: Principal, duty: Duty, password: str) -> None:
    _require(principal, duty)
    prove_presence(house, principal.person.id, password)


def _shown(work: Work, digest: str) -> Text:
    """The newest text; Overtaken unless it is the one that the person was shown."""
    newest = work.membership.ndas.newest_text()
    if newest.digest != digest:
        raise Overtaken(f"There is a new text by now, “{newest.title}”: read that one first.")
    return newest


def _installation(house: House, work: Work) -> str:
    identity = f"identity--{own_organisation(work.db)}"
    site = house.config.base_url
    return identity if site is None else f"{identity} at {site}"
