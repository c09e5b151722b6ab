"""What the membership refuses.

MembershipError
├── UnknownOrganisation    no organisation has this id
├── UnknownPerson          no person has this id or e-mail address
├── UnknownApplication     no application has this id
├── UnknownBallot          no ballot has this id
├── UnknownText            no text of the NDA has this title
├── UnknownUpload          no signed document has this id
├── UnknownRequest         no request for a change of the record has this id
├── AlreadyRegistered      the e-mail address or the organisation's name is taken
├── NotAcceptable          a value that the register cannot hold, with the reason
├── NotComplete            something that must be there is missing; says what
├── NotAllowed             this is somebody else's to do; says whose
├── Overtaken              somebody else changed it in between; says how it is now
└── IllegalTransition      an action that does not apply in the present state
"""


class MembershipError(Exception):
    """Root of everything the membership refuses; the text is for the person who asked."""


class UnknownOrganisation(MembershipError):
    """No organisation has this id."""


class UnknownPerson(MembershipError):
    """No person has this id or address."""


class UnknownApplication(MembershipError):
    """No application has this id."""


class UnknownBallot(MembershipError):
    """No ballot has this id."""


class UnknownText(MembershipError):
    """No text of the NDA has this title."""


class UnknownUpload(MembershipError):
    """No signed document has this id."""


class UnknownRequest(MembershipError):
    """No request for a change of the record has this id."""


class AlreadyRegistered(MembershipError):
    """The name or address belongs to somebody already."""


class NotAcceptable(MembershipError):
    """A value that the register cannot hold."""


class NotComplete(MembershipError):
    """Something that must be there is missing."""


class NotAllowed(MembershipError):
    """This is not this party's to do."""


class Overtaken(MembershipError):
    """Somebody else changed it in between."""


class IllegalTransition(MembershipError):
    """The action does not apply in the present state."""
