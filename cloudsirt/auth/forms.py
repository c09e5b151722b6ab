"""Against forged forms: every POST of the portal carries a token bound to its browser.

The token is a seal over the secret of the session, or over a random cookie of a visitor who has
none yet. Requests that a browser itself marks as coming from another site are refused as well.
"""

import hashlib
import hmac

from flask import Request


def form_token(sealing_key: bytes, binding: str) -> str:
    """The token for the forms of one browser."""
    return hmac.new(sealing_key, b"form\n" + binding.encode(), hashlib.sha256).hexdigest()


def is_genuine(request: Request, sealing_key: bytes, binding: str) -> bool:
    """Whether a POST comes from a form that this site gave to this browser."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    given = request.form.get("csrf_token", "")
    return bool(binding) and hmac.compare_digest(
        given.encode(), form_token(sealing_key, binding).encode()
    )
