"""The applicant's commands: load, decide, save, and return what happened.

What an application says changes only while it is the applicant's turn, and only from the revision
that they saw; a save that changes nothing is no save. Who the applicant is, the roof knows by the
link that they opened.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from membership.applications.application import (
    WRITABLE,
    Action,
    Answer,
    Application,
    Party,
    State,
    check_revision,
    moved,
)
from membership.applications.completeness import Missing, missing
from membership.applications.events import (
    AddressConfirmed,
    ApplicationAnswered,
    ApplicationSaved,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    EvidenceAttached,
    EvidenceDetached,
)
from membership.applications.evidence import MOST_FILES, MOST_OCTETS, EvidenceFile
from membership.applications.sponsoring import ask_sponsors
from membership.applications.sponsorship import can_sponsor
from membership.applications.store import ApplicationStore
from membership.bylaws import Bylaws
from membership.eligibility.criteria import CRITERIA, REQUIREMENTS
from membership.errors import IllegalTransition, NotAcceptable, NotComplete
from membership.events import MembershipEvent
from membership.organisation import Category, Ending
from membership.record import LONGEST_TEXT, REVIEWED, Record, changed, problems
from membership.register import leave_register

__all__ = (
    "Missing",
    "answer",
    "attach",
    "confirm",
    "detach",
    "missing",
    "save",
    "start",
    "submit",
    "withdraw",
)

MOST_LINKS, MOST_SPONSORS = 10, 10
LONGEST_NAME = 200  # characters of a file's name
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}")
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
_LINK = re.compile(r"https?://[^\s<>\"\x00-\x1f]{4,500}")

Events = tuple[MembershipEvent, ...]


def start(
    store: ApplicationStore, *, id_: str, email: str, zone: str, at: datetime
) -> tuple[Application, Events]:
    """Begin an application; whoever reads mail at the address goes on with it."""
    address = email.strip().casefold()
    if not _EMAIL.fullmatch(address) or not address.isprintable():
        raise NotAcceptable("An e-mail address is written like soc@example.org.")
    if not _ZONE.fullmatch(zone):
        raise NotAcceptable("A time zone is written like Europe/Lisbon.")
    application = Application(
        id=id_,
        email=address,
        zone=zone,
        state=State.DRAFT,
        revision=1,
        opened=at,
        confirmed=None,
        changed=at,
        entered=at,
    )
    store.add(application)
    return application, (ApplicationStarted(id_),)


def confirm(store: ApplicationStore, id_: str, *, at: datetime) -> Events:
    """The link was opened; nothing happens the second time."""
    application = store.application(id_)
    if application.confirmed is not None:
        return ()
    store.save(replace(application, confirmed=at))
    return (AddressConfirmed(id_),)


def save(
    store: ApplicationStore,
    id_: str,
    revision: int,
    *,
    at: datetime,
    record: Record | None = None,
    category: Category | None = None,
    answers: Mapping[str, Answer] | None = None,
    sponsors: Iterable[str] | None = None,
) -> tuple[Application, Events]:
    """Change what is given and nothing else; of `answers`, those on the criteria that it names.

    An empty answer takes back what was said. Overtaken unless `revision` is the stored one.
    """
    before = store.application(id_)
    after = replace(
        before,
        record=before.record if record is None else record,
        category=before.category if category is None else category,
        answers=before.answers if answers is None else _merged(before.answers, answers),
        sponsors=before.sponsors if sponsors is None else tuple(dict.fromkeys(sponsors)),
    )
    parts = tuple(name for name in _PARTS if getattr(before, name) != getattr(after, name))
    if not parts and before.state in WRITABLE:
        return before, ()
    check_revision(before, revision)
    _check_writable(before)
    _check_content(store, after, parts)
    saved = replace(after, revision=before.revision + 1, changed=at)
    store.save(saved)
    store.supersede_judgements(id_, _to_judge_anew(before, after), at)
    return saved, (ApplicationSaved(id_, saved.revision, parts),)


_PARTS = ("record", "category", "answers", "sponsors")


def attach(  # noqa: PLR0913 - one file, and all that is said of it
    store: ApplicationStore,
    id_: str,
    *,
    file_id: str,
    criterion: str,
    name: str,
    media_type: str,
    digest: bytes,
    content: bytes,
    at: datetime,
) -> tuple[EvidenceFile, Events]:
    """Attach a file to the answer on one criterion; `digest` is the SHA-256 of its content."""
    application = store.application(id_)
    _check_writable(application)
    if criterion not in CRITERIA:
        raise NotAcceptable("Say which criterion the file is about.")
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise NotAcceptable(f"The name of a file has 1 to {LONGEST_NAME} printable characters.")
    present = store.files(id_)
    if len(present) >= MOST_FILES:
        raise NotAcceptable(f"An application holds at most {MOST_FILES} files.")
    if sum(file.size for file in present) + len(content) > MOST_OCTETS:
        most = MOST_OCTETS // (1024 * 1024)
        raise NotAcceptable(f"The files of an application hold at most {most} MB together.")
    file = EvidenceFile(file_id, id_, criterion, name, media_type, len(content), digest, at)
    store.add_file(file, content)
    _touch(store, application, criterion, at)
    return file, (EvidenceAttached(id_, file_id, criterion, digest.hex()),)


def detach(store: ApplicationStore, id_: str, file_id: str, *, at: datetime) -> Events:
    """Take a file away; its content is gone."""
    application = store.application(id_)
    _check_writable(application)
    found = next((file for file in store.files(id_) if file.id == file_id), None)
    if found is None:
        raise NotAcceptable("There is no such file any more.")
    store.remove_file(file_id)
    _touch(store, application, found.criterion, at)
    return (EvidenceDetached(id_, file_id),)


def submit(
    store: ApplicationStore, id_: str, revision: int, *, bylaws: Bylaws, at: datetime
) -> Events:
    """Hand it to the secretariat; NotComplete lists what is missing."""
    application = store.application(id_)
    check_revision(application, revision)
    submitted = moved(application, Action.SUBMIT, Party.APPLICANT, at)
    _check_complete(store, application, bylaws)
    store.save(replace(submitted, changed=at))
    return (ApplicationSubmitted(id_), *ask_sponsors(store, submitted, at))


def answer(store: ApplicationStore, id_: str, revision: int, *, at: datetime) -> Events:
    """Hand it back to the secretariat with what it asked for; it must still be complete."""
    application = store.application(id_)
    check_revision(application, revision)
    answered = moved(application, Action.ANSWER, Party.APPLICANT, at)
    _check_complete(store, application, store.register.bylaws(at))
    store.save(replace(answered, changed=at))
    return (ApplicationAnswered(id_), *ask_sponsors(store, answered, at))


def withdraw(store: ApplicationStore, id_: str, *, at: datetime) -> Events:
    """Give it up; an organisation that was on its way to the NDA leaves the register with it."""
    application = store.application(id_)
    withdrawn = moved(application, Action.WITHDRAW, Party.APPLICANT, at)
    store.save(replace(withdrawn, changed=at))
    events: Events = (ApplicationWithdrawn(id_, application.state.value),)
    if application.organisation is None:
        return events
    return events + leave_register(
        store.register,
        application.organisation,
        ending=Ending.LEFT,
        reason="The application was withdrawn before the NDA was signed.",
        at=at,
    )


def _merged(before: Mapping[str, Answer], given: Mapping[str, Answer]) -> Mapping[str, Answer]:
    said = {**before, **given}
    return MappingProxyType(
        {criterion: item for criterion, item in said.items() if item.text or item.links}
    )


def _to_judge_anew(before: Application, after: Application) -> Iterable[str]:
    """The criteria whose answers differ; all of them where what eligibility rests on does."""
    if REVIEWED.intersection(changed(before.record, after.record)):
        return CRITERIA
    return _differing(before.answers, after.answers)


def _differing(before: Mapping[str, Answer], after: Mapping[str, Answer]) -> list[str]:
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def _touch(store: ApplicationStore, application: Application, about: str, at: datetime) -> None:
    store.save(replace(application, revision=application.revision + 1, changed=at))
    store.supersede_judgements(application.id, [about], at)


def _check_writable(application: Application) -> None:
    if application.state not in WRITABLE:
        raise IllegalTransition(
            f"The application is {application.state.text}: what it says cannot be changed now."
        )


def _check_complete(store: ApplicationStore, application: Application, bylaws: Bylaws) -> None:
    if application.confirmed is None:
        raise NotComplete("The address has not been confirmed: open the link that it was sent.")
    lacking = missing(application, store.files(application.id), bylaws)
    if lacking:
        raise NotComplete("Still missing: " + " ".join(item.text for item in lacking))


def _check_content(
    store: ApplicationStore, application: Application, parts: tuple[str, ...]
) -> None:
    wrong = problems(application.record) if "record" in parts else ()
    if wrong:
        raise NotAcceptable(" ".join(f"{item.path}: {item.text}" for item in wrong))
    if application.category is not None and application.category not in REQUIREMENTS:
        raise NotAcceptable(f"A {application.category.text} does not apply for membership.")
    if "answers" in parts:
        _check_answers(application.answers)
    if "sponsors" in parts:
        _check_sponsors(store, application.sponsors)


def _check_answers(answers: Mapping[str, Answer]) -> None:
    for criterion, item in answers.items():
        if criterion not in CRITERIA:
            raise NotAcceptable(f"There is no criterion “{criterion}”.")
        if len(item.text) > LONGEST_TEXT or "\x00" in item.text:
            raise NotAcceptable(f"An answer has at most {LONGEST_TEXT:,} characters.")
        if len(item.links) > MOST_LINKS:
            raise NotAcceptable(f"An answer has at most {MOST_LINKS} links.")
        if not all(_LINK.fullmatch(link) and link.isprintable() for link in item.links):
            raise NotAcceptable("A link is an address like https://www.example.org.")


def _check_sponsors(store: ApplicationStore, sponsors: tuple[str, ...]) -> None:
    if len(sponsors) > MOST_SPONSORS:
        raise NotAcceptable(f"At most {MOST_SPONSORS} sponsors.")
    found = store.register.organisations_by_id(sponsors)
    if not all(id_ in found and can_sponsor(found[id_]) for id_ in sponsors):
        raise NotAcceptable("A sponsor is a member; choose it from the list.")
