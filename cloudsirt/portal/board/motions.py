"""What a motion is about, as the page of its ballot shows it: one function for each kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import Connection

from membership.ballots.ballot import Motion, MotionKind
from membership.ballots.motions import number_of
from membership.bylaws import AMENDABLE
from membership.ndas.store import NdaStore
from membership.store import MembershipStore


@dataclass(frozen=True, slots=True)
class Subject:
    """What there is to know of it here, and the page where there is more."""

    title: str
    lines: tuple[str, ...]
    url: str | None


def subject_of(db: Connection, motion: Motion) -> Subject:
    """What a motion is about."""
    return _DESCRIBED[motion.kind](db, motion)


def _admission(db: Connection, motion: Motion) -> Subject:
    line = "With its evidence, and what the secretariat found on each criterion."
    return Subject("The application", (line,), url_for("portal.review.show", id_=motion.subject))


def _expulsion(db: Connection, motion: Motion) -> Subject:
    found = MembershipStore(db).organisation(motion.subject)
    lines = [f"{found.name}. {found.category.text}."]
    if found.admitted is not None:
        lines.append(f"Admitted on {found.admitted.date().isoformat()}.")
    if found.suspended is not None:
        lines.append(f"Suspended since {found.suspended.date().isoformat()}.")
    if found.ended is not None and found.ending is not None:
        lines.append(f"It {found.ending.text} on {found.ended.date().isoformat()}.")
    return Subject("The member", tuple(lines), None)


def _number(db: Connection, motion: Motion) -> Subject:
    name, value = number_of(motion)
    line = f"{AMENDABLE[name]}: {value} from the moment at which this is carried."
    return Subject("The bylaws", (line,), url_for("portal.bylaws.index"))


def _text(db: Connection, motion: Motion) -> Subject:
    text = NdaStore(db).text(motion.subject)
    lines = (
        f"Members would sign “{text.title}” instead of the text that is in force.",
        f"SHA-256 of the text: {text.digest}",
    )
    return Subject("The text", lines, url_for("portal.nda_texts.text", digest=text.digest))


_DESCRIBED: Mapping[MotionKind, Callable[[Connection, Motion], Subject]] = {
    MotionKind.ADMISSION: _admission,
    MotionKind.ADMISSION_OF_OTHER: _admission,
    MotionKind.EXPULSION: _expulsion,
    MotionKind.BYLAWS: _number,
    MotionKind.NDA_TEXT: _text,
}
