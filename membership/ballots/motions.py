"""What can be moved, apart from admissions, and what such a motion says (Board clause).

An admission is moved from its application. Whether a motion makes sense is checked here, when it
is made; what follows when it is carried is not said here.
"""

from datetime import datetime

from membership.ballots.ballot import Motion, MotionKind
from membership.bylaws import AMENDABLE, Bylaws, amended, as_number
from membership.errors import IllegalTransition, NotAcceptable
from membership.organisation import Organisation


def to_amend(bylaws: Bylaws, name: str, number: str) -> Motion:
    """A motion to change one number of the bylaws; NotAcceptable for what makes no sense."""
    value = as_number(amended(bylaws, name, number), name)
    now = as_number(bylaws, name)
    if value == now:
        raise NotAcceptable(f"{AMENDABLE[name]}: it is {now} already.")
    title = f"{AMENDABLE[name]}: {value} instead of {now}"
    return Motion(MotionKind.BYLAWS, f"{name}={value}", title)


def number_of(motion: Motion) -> tuple[str, str]:
    """The name and the new number of a motion to change the bylaws."""
    name, _, value = motion.subject.partition("=")
    return name, value


def to_expel(organisation: Organisation, at: datetime) -> Motion:
    """A motion to end a membership; its own seats on the Board are recused by it."""
    if not organisation.category.is_member_category or organisation.admitted is None:
        raise NotAcceptable(f"{organisation.name} is not a member.")
    if organisation.ended is not None and organisation.ended <= at:
        raise IllegalTransition(f"The membership of {organisation.name} has ended already.")
    title = f"Expulsion of {organisation.name}"
    return Motion(MotionKind.EXPULSION, organisation.id, title, organisation.id)


def to_adopt(text: str) -> Motion:
    """A motion to let members sign another text of the NDA, known by its title."""
    title = text.strip()
    if not title or not title.isprintable():
        raise NotAcceptable("A text of the NDA is named by its title.")
    return Motion(MotionKind.NDA_TEXT, title, f"NDA: {title}")
