"""What a view can declare, and which way of signing in may use it.

Denied by default: a view that declares nothing answers 403 to everybody.
"""

from enum import Enum


class Permission(Enum):
    """What a page or command asks of the principal; the value is `scope:resource:action`."""

    PUBLIC_READ = "public:page:read"
    SIGN_IN = "public:session:start"
    FEED_READ = "feeds:object:read"
    FEED_POST = "feeds:object:post"
    DESK_READ = "feeds:desk:read"
    RELEASE_CHANGE = "feeds:release:change"
    HOLD_CLEAR = "feeds:hold:clear"
    OBJECT_WITHDRAW = "feeds:object:withdraw"
    REQUEST_ASK = "feeds:request:ask"
    REQUEST_ANSWER = "feeds:request:answer"
    PROPOSAL_MAKE = "feeds:proposal:make"
    ACCOUNT_READ = "account:self:read"
    ACCOUNT_CHANGE = "account:self:change"

    @property
    def needs_sign_in(self) -> bool:
        """Whether a person must be signed in."""
        return not self.value.startswith("public:")


class Scope(Enum):
    """What an API token may be used for."""

    TAXII_READ = "taxii:read"
    TAXII_WRITE = "taxii:write"
