"""As whom a pull or push acts: its service account, with the standing of this very instant."""

from cloudsirt.auth.principal import Principal, principal_of
from cloudsirt.errors import NotPermitted
from cloudsirt.house import House
from cloudsirt.peers.peer import Peer
from membership.person import Role


def acting(house: House, peer: Peer) -> Principal:
    """The service account, in good standing; NotPermitted with the reason otherwise."""
    with house.reading() as db:
        principal = principal_of(db, peer.person, house.now())
    if principal is None:
        raise NotPermitted("The service account has ended.")
    if Role.SERVICE not in principal.person.roles:
        raise NotPermitted("The account is no service account.")
    if not principal.standing.verdict:
        raise NotPermitted(principal.standing.verdict.reason)
    return principal
