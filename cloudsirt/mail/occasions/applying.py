"""The letter with another link to an application, for whoever asks for one at its address."""

from typing import Any

from sqlalchemy import Connection

from cloudsirt.links import Purpose
from cloudsirt.mail.occasion import Addressee, Occasion, Occasions, application
from membership.applications.events import ApplicationLinkAsked


def _applicant(event: Any, db: Connection) -> tuple[Addressee, ...]:
    return application(event.about)


OCCASIONS: Occasions = {
    ApplicationLinkAsked: Occasion("application-link", _applicant, link=Purpose.APPLICATION),
}
