"""The request at hand: which exchange it is sent to, and who sends it."""

from flask import current_app, g

from feeds.taxii.exchange import Caller, Exchange


def exchange() -> Exchange:
    """The exchange that this application serves."""
    found: Exchange = current_app.extensions["cloudsirt-taxii"]
    return found


def caller() -> Caller:
    """Who sends it, as the door found out."""
    found: Caller = g.taxii_caller
    return found
