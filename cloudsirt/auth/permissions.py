"""What a view can declare, and which way of signing in may use it.

Denied by default: a view that declares nothing answers 403 to everybody.
"""

from enum import Enum


class Permission(Enum):
    """What a page or command asks of the principal; the value is `scope:resource:action`."""

    PUBLIC_READ = "public:page:read"
    SIGN_IN = "public:session:start"
    APPLICATION_OWN = "public:application:own"
    INVITATION_ACCEPT = "public:invitation:accept"
    PASSWORD_RENEW = "public:password:renew"  # noqa: S105  # names a permission
    FEED_READ = "feeds:object:read"
    FEED_POST = "feeds:object:post"
    DESK_READ = "feeds:desk:read"
    RELEASE_CHANGE = "feeds:release:change"
    HOLD_CLEAR = "feeds:hold:clear"
    OBJECT_WITHDRAW = "feeds:object:withdraw"
    REQUEST_ASK = "feeds:request:ask"
    REQUEST_ANSWER = "feeds:request:answer"
    PROPOSAL_MAKE = "feeds:proposal:make"
    APPLICATION_READ = "membership:application:read"
    APPLICATION_REVIEW = "membership:application:review"
    APPLICATION_SPONSOR = "membership:application:sponsor"
    BALLOT_READ = "membership:ballot:read"
    BALLOT_VOTE = "membership:ballot:vote"
    MOTION_MAKE = "membership:motion:make"
    ORGANISATION_READ = "membership:organisation:read"
    ORGANISATION_CHANGE = "membership:organisation:change"
    DIRECTORY_READ = "membership:directory:read"
    PEER_READ = "feeds:peer:read"
    RECORD_DECIDE = "membership:record:decide"
    ACCOUNT_READ = "account:self:read"
    ACCOUNT_CHANGE = "account:self:change"

    NDA_READ = "membership:nda:read"
    NDA_SIGN = "membership:nda:sign"
    NDA_END = "membership:nda:end"
    NDA_ACKNOWLEDGE = "membership:nda:acknowledge"
    NDA_DECIDE = "membership:nda:decide"

    @property
    def needs_sign_in(self) -> bool:
        """Whether a person must be signed in."""
        return not self.value.startswith("public:")


class Scope(Enum):
    """What an API token may be used for."""

    TAXII_READ = "taxii:read"
    TAXII_WRITE = "taxii:write"
