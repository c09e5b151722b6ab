"""API tokens and service accounts, as their holders and organisations handle them themselves.

Issuing a token asks for the password: whoever holds a token reads on, also when the browser that
it was made in is long closed. The text of a token is the answer, and is kept nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cloudsirt import clock
from cloudsirt.auth.duties import may_represent
from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.presence import prove_presence
from cloudsirt.auth.principal import Principal
from cloudsirt.auth.tokens import issue_token, revoke_token
from cloudsirt.enrolling import enrol
from cloudsirt.errors import NotPermitted
from cloudsirt.house import House
from cloudsirt.stewarding import acting
from cloudsirt.work import Work
from feeds.taxii.profiles import STANDARD
from membership import people
from membership.errors import AlreadyRegistered, NotAcceptable, NotAllowed
from membership.ndas.acknowledging import acknowledge_nda, text_to_acknowledge
from membership.person import Person, Role
from tlp import Deny, Permit, Verdict

TERMS = (30, 90, 365, 730)
"""Days for which a token can be issued here; at the console there are others."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What kind of token is wanted; `days` is one of `TERMS`, or None for no end.

    `client` names the product's profile.
    """

    label: str
    scopes: tuple[Scope, ...]
    days: int | None
    client: str = STANDARD.name


def create_service(house: House, principal: Principal, *, name: str, email: str) -> Person:
    """Make a service account for one's organisation; `email` is the user name of its tools.

    It reads on the word of the representative, who has acknowledged the NDA.
    """
    with acting(house, principal, may_represent) as (work, current):
        is_member = current.organisation.category.is_member_category
        if is_member:
            _require_acknowledged(work, current)
        try:
            return enrol(
                work,
                id_=clock.new_id(),
                organisation=current.organisation.id,
                name=name,
                email=email,
                roles=[Role.SERVICE],
                acknowledged=is_member,
                password=None,
            )
        except AlreadyRegistered as error:
            raise NotAcceptable("This user name cannot be used: choose another.") from error


def acknowledge_for_service(house: House, principal: Principal, account: str) -> None:
    """Let a service account read under the NDA again, when there is a new text of it."""
    with acting(house, principal, may_represent) as (work, current):
        found = _service(work, current, account)
        _require_acknowledged(work, current)
        work.record(*acknowledge_nda(work.membership, found.id, at=work.at))


def issue_service_token(
    house: House, principal: Principal, account: str, wish: Wish, password: str
) -> str:
    """Issue a token for a service account of one's organisation; its text, once."""
    prove_presence(house, principal.person.id, password)
    with acting(house, principal, may_represent) as (work, current):
        return _issue(work, _service(work, current, account).id, wish)


def revoke_service_token(house: House, principal: Principal, account: str, token: str) -> None:
    """Revoke a token of a service account of one's organisation."""
    with acting(house, principal, may_represent) as (work, current):
        _revoke(work, _service(work, current, account).id, token)


def issue_own_token(house: House, principal: Principal, wish: Wish, password: str) -> str:
    """Issue a token for oneself; its text, once."""
    prove_presence(house, principal.person.id, password)
    with acting(house, principal, _has_an_account) as (work, current):
        return _issue(work, current.person.id, wish)


def revoke_own_token(house: House, principal: Principal, token: str) -> None:
    """Revoke one's own token, whatever has become of one's organisation."""
    with acting(house, principal, lambda _: Permit("One's own token.")) as (work, current):
        _revoke(work, current.person.id, token)


def _has_an_account(principal: Principal) -> Verdict:
    """Tokens read what their holder reads, so everybody whose membership goes on may have some."""
    if principal.organisation.ended is not None:
        return Deny(principal.standing.verdict.reason)
    return Permit("Somebody with an account.")


def _require_acknowledged(work: Work, principal: Principal) -> None:
    """Only who is bound by the text themselves acknowledges it for a tool."""
    text = text_to_acknowledge(work.membership, principal.organisation.id, work.at)
    if principal.person.acknowledged_text != text.title:
        raise NotAllowed("Acknowledge the NDA yourself first: a service account reads under it.")


def _service(work: Work, principal: Principal, account: str) -> Person:
    found = people.colleague(work.membership, principal.organisation.id, account)
    if Role.SERVICE not in found.roles:
        raise NotAllowed("People issue and revoke their own tokens, on their account page.")
    return found


def _issue(work: Work, person: str, wish: Wish) -> str:
    if not wish.scopes:
        raise NotAcceptable("Choose what the token is for: reading, posting or both.")
    if not wish.label.strip():
        raise NotAcceptable("Say which tool the token is for.")
    return issue_token(
        work,
        person,
        id_=clock.new_id(),
        secret=clock.new_secret(),
        scopes=wish.scopes,
        days=wish.days,
        label=wish.label,
        client=wish.client,
    )


def _revoke(work: Work, person: str, token: str) -> None:
    found = work.accounts.token(token)
    if found is None or found.person != person:
        raise NotPermitted("There is no token in use with this id.")
    revoke_token(work, token)


def scopes_of(values: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes with these values; what is none is left out."""
    wanted = set(values)
    return tuple(scope for scope in Scope if scope.value in wanted)
