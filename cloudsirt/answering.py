"""What goes wrong becomes an answer here, and nowhere else.

Known refusals get their status and their sentence; everything else is a fault of ours: a 500 with
a reference number, the details in the log and nowhere else. The TAXII door words its own errors.
"""

import logging

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from cloudsirt import clock
from cloudsirt.errors import CloudSIRTError, LinkRefused, NotPermitted, NotSignedIn, TooManyAttempts
from feeds.errors import (
    AlreadyDecided,
    FeedError,
    NotContributor,
    NotHeld,
    UnknownObject,
    UnknownRequest,
)
from feeds.taxii import door
from feeds.taxii.exchange import Refusal
from membership.errors import (
    MembershipError,
    NotAllowed,
    Overtaken,
    UnknownApplication,
    UnknownBallot,
    UnknownOrganisation,
    UnknownPerson,
    UnknownText,
    UnknownUpload,
)
from membership.errors import UnknownRequest as UnknownChange

log = logging.getLogger("cloudsirt")

_STATUS_OF: dict[type[Exception], tuple[int, str]] = {
    NotPermitted: (403, "Not permitted"),
    NotSignedIn: (401, "Not signed in"),
    TooManyAttempts: (429, "Too many attempts"),
    LinkRefused: (404, "This link is not good"),
    UnknownObject: (404, "Not found"),
    UnknownRequest: (404, "Not found"),
    NotContributor: (403, "Not permitted"),
    NotHeld: (409, "Not held"),
    AlreadyDecided: (409, "Decided already"),
    UnknownBallot: (404, "Not found"),
    UnknownText: (404, "Not found"),
    UnknownUpload: (404, "Not found"),
    UnknownOrganisation: (404, "Not found"),
    UnknownPerson: (404, "Not found"),
    UnknownChange: (404, "Not found"),
    UnknownApplication: (404, "Not found"),
    NotAllowed: (403, "Not permitted"),
    Overtaken: (409, "Changed in between"),
}
_OTHER_REFUSAL = (400, "Not possible")
_MESSAGES = {
    404: "There is nothing at this address, or it is not for you.",
    405: "This address does not do that.",
    413: "What was sent is larger than this page takes. Go back: what you typed is still there.",
}


def install_error_answers(app: Flask) -> None:
    """Let this application answer every error, and log none: Flask would quote the request."""
    app.log_exception = _log_nothing  # type: ignore[method-assign]
    app.register_error_handler(Exception, _answer)


def _log_nothing(exc_info: object) -> None:
    """Stands for Flask's own log of what its last resort answers."""


def _answer(error: Exception) -> Response:
    response = _worded(error)
    if isinstance(error, MethodNotAllowed):  # RFC 9110 §15.5.6
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _worded(error: Exception) -> Response:
    if door.is_taxii(request.path):
        found = door.answer_error(_as_refusal(error))
        return found if found is not None else door.unexpected(_log(error))
    if isinstance(error, HTTPException) and not isinstance(error, InternalServerError):
        code = error.code or 500
        message = _MESSAGES.get(code, error.description or error.name)
        return _page(code, error.name, message)
    if isinstance(error, CloudSIRTError | FeedError | MembershipError):
        status, title = _STATUS_OF.get(type(error), _OTHER_REFUSAL)
        return _page(status, title, str(error))
    message = "Something went wrong on our side. Nothing was changed."
    return _page(500, "Internal error", message, _log(error))


def _as_refusal(error: Exception) -> Exception:
    """The roof's refusals in the door's words."""
    if type(error) in _STATUS_OF and isinstance(error, CloudSIRTError):
        status, title = _STATUS_OF[type(error)]
        return Refusal(status, title, str(error))
    return error


def _log(error: Exception) -> str:
    """Log a fault of ours; the reference under which it is found.

    The traceback names code, not content: values of a request are no part of it.
    """
    reference, fault = clock.new_id(), getattr(error, "original_exception", None) or error
    log.error("fault %s: %s", reference, type(fault).__name__, exc_info=_without_values(fault))
    return reference


def _without_values(error: Exception) -> Exception:
    """The same place of failure without the error's own text, which may quote content."""
    return Fault(type(error).__name__).with_traceback(error.__traceback__)


class Fault(Exception):
    """Stands in the log for an error of ours."""


def _page(status: int, title: str, message: str, reference: str | None = None) -> Response:
    body = render_template(
        "error.html", status=status, title=title, message=message, reference=reference
    )
    return Response(body, status=status, content_type="text/html; charset=utf-8")
