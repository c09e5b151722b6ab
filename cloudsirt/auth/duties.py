"""Who decides what about shared objects: verdicts on a principal, with their reasons.

Which objects somebody may decide about is not said here: the commands look at who contributed
them, and at what the reader may read.
"""

from cloudsirt.auth.principal import Principal
from membership.person import Role
from tlp import Deny, Perimeter, Permit, Verdict

_DECIDERS = frozenset({Role.ANALYST, Role.REPRESENTATIVE})


def may_steward(principal: Principal) -> Verdict:
    """Whether somebody decides when, and whether, what their organisation contributed leaves."""
    if not principal.standing.verdict:
        return Deny(principal.standing.verdict.reason)
    if not principal.standing.may_contribute:
        return Deny("Only members in good standing contribute, so there is nothing to decide.")
    if principal.person.roles == {Role.SERVICE}:
        return Deny("A service account decides nothing: a person of your organisation does.")
    return Permit("A person of a member in good standing.")


def may_answer(principal: Principal) -> Verdict:
    """Whether somebody speaks for their organisation when others ask for a wider release."""
    stewards = may_steward(principal)
    if not stewards:
        return stewards
    if principal.person.roles & _DECIDERS:
        return Permit("Analyst or representative of a member in good standing.")
    return Deny("Analysts and representatives of your organisation answer requests.")


def may_ask(principal: Principal) -> Verdict:
    """Whether somebody may ask for a wider release of what they read."""
    if not principal.standing.verdict:
        return Deny(principal.standing.verdict.reason)
    if principal.person.roles == {Role.SERVICE}:
        return Deny("A service account asks nobody: a person does.")
    if principal.reader.perimeter in (Perimeter.MEMBERS, Perimeter.RESEARCH):
        return Permit("Members and working groups ask.")
    return Deny("Members and working groups of the CSA ask for a wider release.")


def may_propose(principal: Principal) -> Verdict:
    """Whether somebody may leave proposals for contributors, and see what they may be about."""
    if not principal.standing.verdict:
        return Deny(principal.standing.verdict.reason)
    if Role.SECRETARIAT in principal.person.roles:
        return Permit("The secretariat proposes, and decides nothing.")
    return Deny("The secretariat proposes.")


def may_run_secretariat(principal: Principal) -> Verdict:
    """Whether somebody does the work of the secretariat."""
    return _holds(principal, Role.SECRETARIAT, "The secretariat does this.")


def may_sit_on_board(principal: Principal) -> Verdict:
    """Whether somebody has a seat on the Board; on which ballots, the ballot says."""
    return _holds(principal, Role.BOARD, "The Board does this.")


def may_represent(principal: Principal) -> Verdict:
    """Whether somebody speaks for their organisation, in good standing or on the way to it."""
    return _of_organisation(principal, Role.REPRESENTATIVE, "A representative does this.")


def may_sign_nda(principal: Principal) -> Verdict:
    """Whether somebody may bind their organisation to the NDA."""
    return _of_organisation(principal, Role.SIGNATORY, "An authorised signatory does this.")


def _holds(principal: Principal, role: Role, otherwise: str) -> Verdict:
    """Whether somebody holds a role of the consortium, in good standing."""
    if not principal.standing.verdict:
        return Deny(principal.standing.verdict.reason)
    return Permit(role.text) if role in principal.person.roles else Deny(otherwise)


def _of_organisation(principal: Principal, role: Role, otherwise: str) -> Verdict:
    """Whether somebody holds a role in an organisation that has not ended or been suspended.

    Good standing is not asked: an organisation without an NDA must be able to sign one.
    """
    organisation = principal.organisation
    if organisation.suspended is not None or organisation.ended is not None:
        return Deny(principal.standing.verdict.reason)
    return Permit(role.text) if role in principal.person.roles else Deny(otherwise)
