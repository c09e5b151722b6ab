"""What the register refuses.

MembershipError
├── UnknownOrganisation    no organisation has this id
├── UnknownPerson          no person has this id or e-mail address
├── AlreadyRegistered      the e-mail address or the organisation's name is taken
├── NotAcceptable          a value that the register cannot hold, with the reason
└── IllegalTransition      an action that does not apply in the present state
"""


class MembershipError(Exception):
    """Root of everything the register refuses; the text is for the person who asked."""


class UnknownOrganisation(MembershipError):
    """No organisation has this id."""


class UnknownPerson(MembershipError):
    """No person has this id or address."""


class AlreadyRegistered(MembershipError):
    """The name or address belongs to somebody already."""


class NotAcceptable(MembershipError):
    """A value that the register cannot hold."""


class IllegalTransition(MembershipError):
    """The action does not apply in the present state."""
