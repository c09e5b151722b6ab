"""What the roof refuses, beside what the floors below refuse.

CloudSIRTError
├── NotConfigured      the home folder, a key or a setting is missing or unusable
├── NotSignedIn        credentials are missing or not good
├── TooManyAttempts    sign-in was tried too often
├── NotPermitted       the principal may not do this
├── LinkRefused        a secret link is not, or no longer, good
├── UploadRefused      a file from outside is not accepted; says why and what to send instead
├── SourceRefused      a file to import is not what it should be, or cannot be read
├── NotDelivered       a letter was not taken; says the kind of failure
│   └── MailUnreachable    nor would another be: the mail server or the folder does not work
├── CannotReach        a host that somebody named is not reached, or must not be
├── PeerRefused        a pull or push cannot be as asked, or its run ended before it was through
├── CannotServe        the address cannot be listened on, or a worker did not start
└── ChecksFailed       `cloudsirt check` found something off

Faults of our own code (a change without an event, a write outside a unit of work) are
`RuntimeError`: they are never caught and never committed.
"""


class CloudSIRTError(Exception):
    """Root of what the roof refuses; the text is for the person who asked."""


class NotConfigured(CloudSIRTError):
    """Something that must exist before the first start does not."""


class NotSignedIn(CloudSIRTError):
    """The credentials are missing or not good; the text says no more than that."""


class TooManyAttempts(CloudSIRTError):
    """Sign-in was tried too often."""


class NotPermitted(CloudSIRTError):
    """The principal may not do this; the text says why."""


class LinkRefused(CloudSIRTError):
    """A secret link is unknown, expired, replaced or used; the text says no more than that."""


class UploadRefused(CloudSIRTError):
    """A file from outside is not accepted."""


class SourceRefused(CloudSIRTError):
    """A file to import is not what it should be; the text says what, and what to do."""


class NotDelivered(CloudSIRTError):
    """A letter was not taken; the text is the kind of failure, never a server's own words."""


class MailUnreachable(NotDelivered):
    """The mail server, or the folder of letters, does not work at the moment."""


class CannotReach(CloudSIRTError):
    """A host that somebody named is not reached, or must not be."""


class PeerRefused(CloudSIRTError):
    """A pull or push cannot be as asked, or its run ended early; never in the peer's own words."""


class CannotServe(CloudSIRTError):
    """The address cannot be listened on, or a worker could not load the application."""


class ChecksFailed(CloudSIRTError):
    """A verification found something that is off."""
