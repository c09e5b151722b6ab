"""The outbox: letters leave at least once, to those who may still be told, and hold nothing up."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import delete, func, select

from cloudsirt import mailing, worker
from cloudsirt import tables as t
from cloudsirt.auth.sessions import SignedIn
from cloudsirt.config import MailTls
from cloudsirt.errors import NotPermitted
from cloudsirt.events import PasswordChanged, PersonInvited, ZoneChosen
from cloudsirt.house import OPERATOR
from cloudsirt.mail import composing, occasions
from cloudsirt.mail.delivery import MailFolder
from cloudsirt.mail.occasion import Addressee, Occasion, Requires, representatives_of, secretariat
from cloudsirt.mail.outbox import GIVEN_UP, KEPT, LEASE, Letter, due_letters, latest_letters
from cloudsirt.mailing import forget_old_letters, send_due_letters
from cloudsirt.work import HousekeepingLedger
from membership import register
from membership.organisation import Ending
from membership.person import Role
from tests.plumbing.mailserver import Mailbox, running_mail_server
from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    """A member with an analyst, a representative and a tool; the secretariat."""
    world.member("Alpha", "ann")
    world.person("rep", "Alpha", "representative")
    world.person("tool", "Alpha", "service")
    world.member("Office", "sue", "secretariat")
    clear(world)
    return world


def clear(world: World) -> None:
    """Nothing waits any more: what stands in the outbox from here on is the test's."""
    with world.house.database.writing(HousekeepingLedger()) as db:
        db.execute(delete(t.letter))


@pytest.fixture
def box(world: World) -> Iterator[Mailbox]:
    """A mail server that the installation is set to."""
    with running_mail_server() as running:
        world.house.config = replace(
            world.house.config,
            smtp_host="127.0.0.1",
            smtp_port=running.port,
            smtp_tls=MailTls.NONE,
        )
        yield running


def tell(world: World, name: str = "ann") -> None:
    """Something happens that somebody is written to about."""
    with world.house.working(OPERATOR) as work:
        work.record(PasswordChanged(world.people[name]))


def outbox(world: World) -> list[Letter]:
    """What stands in the outbox, newest first."""
    with world.house.reading() as db:
        return latest_letters(db, 100)


def why(world: World) -> str | None:
    """What became of the one letter that did not leave."""
    assert send_due_letters(world.house) == 0
    (letter,) = outbox(world)
    assert (letter.state, letter.due) == ("ended", None)
    assert world.letters() == []
    return letter.why


# in the transaction of what happened


def test_a_letter_is_queued_with_what_it_tells_of(world: World) -> None:
    """One transaction: both are there, or neither."""
    tell(world)
    (letter,) = outbox(world)
    assert (letter.letter, letter.to.id, letter.state) == (
        "password-changed",
        world.people["ann"],
        "waiting",
    )


def test_a_letter_is_not_queued_where_nothing_happened(world: World) -> None:
    """What is undone is not told of."""

    def fail() -> None:
        with world.house.working(OPERATOR) as work:
            work.record(PasswordChanged(world.people["rep"]))
            raise NotPermitted("something went wrong")

    with pytest.raises(NotPermitted):
        fail()
    assert outbox(world) == []


def test_what_is_no_occasion_queues_nothing(world: World) -> None:
    """Most of what happens is nobody's mail."""
    with world.house.working(OPERATOR) as work:
        work.record(SignedIn(world.people["ann"]), ZoneChosen(world.people["ann"], "UTC"))
    assert outbox(world) == []


def test_the_outbox_holds_no_text_and_no_secret(world: World) -> None:
    """Ids and the event's own fields; the address and the link are found when it is sent."""
    world.invite("ina", "Alpha")
    with world.house.reading() as db:
        row = str(db.execute(select(t.letter)).one())
    assert "ina@" not in row
    link = world.link("ina").rpartition("/")[2]
    with world.house.reading() as db:
        for table in (t.letter, t.link, t.audit_entry):
            assert link not in str(db.execute(select(table)).all())


# as it is written


def test_a_letter_says_who_where_and_when(world: World) -> None:
    """Plain text that survives, a Message-ID of a fixed domain, and no request to answer."""
    world.house.config = replace(world.house.config, base_url="https://share.example.org")
    with world.house.working(OPERATOR) as work:
        person = work.membership.person(world.people["ann"])
        work.membership.save_person(replace(person, name="Änne “A.” Example, PhD"))
        work.record(PasswordChanged(person.id))
    assert send_due_letters(world.house) == 1
    (letter,) = world.letters("ann")
    (queued,) = outbox(world)
    assert letter["Message-ID"] == f"<{queued.id}@share.example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == world.now
    assert letter["From"] == "CloudSIRT <cloudsirt@share.example.org>"
    assert letter["To"].addresses[0].display_name == "Änne “A.” Example, PhD"
    assert letter.get_content_type() == "text/plain"
    assert letter["Content-Transfer-Encoding"] == "quoted-printable"
    assert letter.get_content_charset() == "utf-8"
    text = letter.get_content()
    assert text.startswith("Hello Änne")
    assert "https://share.example.org/forgot" in text.splitlines()
    assert text.splitlines()[-3:] == [
        "-- ",
        "CloudSIRT, https://share.example.org",
        "Nobody reads answers to this address.",
    ]
    raw = letter.as_bytes()
    assert max(len(line) for line in raw.splitlines()) <= 78
    assert raw.isascii()


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Berlin", "1 March 2026, 13:00 (Europe/Berlin); 1 March 2026"),
        ("UTC", "1 March 2026, 12:00 (UTC); 1 March 2026"),
        ("Pacific/Kiritimati", "2 March 2026, 02:00 (Pacific/Kiritimati); 2 March 2026"),
        ("Nowhere/Land", "1 March 2026, 12:00 (UTC); 1 March 2026"),
    ],
)
def test_times_are_told_in_the_readers_zone(zone: str, expected: str) -> None:
    """And the zone is named; one that this machine does not know is UTC."""
    template = composing._environment().from_string("{{ at|moment }}; {{ at|day }}")
    assert template.render(at="2026-03-01T12:00:00+00:00", zone=zone) == expected


def test_what_people_are_called_cannot_forge_a_letter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is text: in a subject it starts no header, in a letter it rings no bell."""
    template = "Subject: For {{ event.about }}\n\nHello {{ event.about }}\n"
    environment = composing._environment()
    monkeypatch.setattr(composing, "_environment", lambda: _One(environment.from_string(template)))
    subject, text = composing.rendered(
        Occasion("any", lambda event, db: ()),
        event={"about": "A\r\nBcc: b@example.org\x1b[2J\x07"},
        facts={},
        recipient=composing.Recipient("Ann", "ann@example.org", "UTC"),
        site="https://share.example.org",
        link=None,
    )
    assert subject == "For A"
    assert "\x1b" not in text
    assert "\x07" not in text


class _One:
    """An environment with one template."""

    def __init__(self, template: object) -> None:
        self._template = template

    def get_template(self, name: str) -> object:
        """That one."""
        return self._template


# who may still be told


def end(world: World) -> None:
    """Alpha leaves."""
    with world.house.working(OPERATOR) as work:
        work.record(
            *register.end_membership(
                work.membership,
                world.organisations["Alpha"],
                ending=Ending.LEFT,
                reason="test",
                at=work.at,
            )
        )


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters for the representatives, and for the secretariat, when somebody chooses a zone."""

    def plant(*given: Occasion) -> None:
        monkeypatch.setitem(occasions._JOINED, ZoneChosen, given)
        for occasion in given:
            monkeypatch.setitem(
                occasions._BY_NAME,
                (ZoneChosen.tag, occasion.letter),
                occasion,
            )

    plant(
        Occasion("password-changed", lambda event, db: representatives_of(event.zone, db), _facts),
        Occasion("account-ended", secretariat, _facts, requires=Requires.ACCOUNT),
    )


def _facts(event: object, db: object) -> dict[str, object]:
    return {"email": "…", "organisation": "…"}


def choose(world: World) -> None:
    """The event of these tests, about Alpha."""
    with world.house.working(OPERATOR) as work:
        work.record(ZoneChosen(world.people["ann"], world.organisations["Alpha"]))


@pytest.mark.usefixtures("planted")
def test_an_event_may_be_the_occasion_of_several_letters(world: World) -> None:
    """Each to its own people, and to nobody else."""
    world.person("rex", "Alpha", "representative", "analyst")
    clear(world)
    choose(world)
    assert send_due_letters(world.house) == 3
    told = sorted(str(letter["To"].addresses[0].addr_spec) for letter in world.letters())
    assert told == ["rep@example.org", "rex@example.org", "sue@example.org"]


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("change", ["remove", "suspend", "end", "role"])
def test_whoever_may_not_be_told_any_more_is_not(world: World, change: str) -> None:
    """C36, C51: the audience is looked at again when the letter leaves."""
    world.remove("sue")
    choose(world)
    if change == "role":
        with world.house.working(OPERATOR) as work:
            person = work.membership.person(world.people["rep"])
            work.membership.save_person(replace(person, roles=frozenset({Role.ANALYST})))
            work.record(SignedIn(person.id))
    elif change == "remove":
        world.remove("rep")
    elif change == "suspend":
        world.suspend("Alpha")
    else:
        end(world)
    send_due_letters(world.house)
    (letter,) = (letter for letter in outbox(world) if letter.tag == ZoneChosen.tag)
    assert letter.state == "ended"
    expected = {
        "remove": "The account has ended.",
        "suspend": "Their organisation is suspended.",
        "end": "Their organisation's membership has ended.",
        "role": "They are no longer representative.",
    }
    assert letter.why == expected[change]
    assert not any("password of" in letter["Subject"] for letter in world.letters("rep"))


def test_a_service_account_reads_no_letters(world: World) -> None:
    """Its address is a name for tools."""
    tell(world, "tool")
    assert why(world) == "A service account reads no letters."


def test_who_was_removed_is_told_that_and_nothing_else(world: World) -> None:
    """What was queued before is dropped; the end of the account is said."""
    tell(world)
    world.remove("ann")
    assert send_due_letters(world.house) == 1
    (letter,) = world.letters("ann")
    assert letter["Subject"] == "Your CloudSIRT account has ended"


def test_letters_about_passwords_reach_people_of_an_ended_organisation(world: World) -> None:
    """They still sign in and read what is public; invitations do not reach them any more."""
    world.invite("ina", "Alpha")
    tell(world)
    end(world)
    send_due_letters(world.house)
    assert [letter["Subject"] for letter in world.letters("ina")] == []
    assert "The password of your CloudSIRT account was changed" in [
        letter["Subject"] for letter in world.letters("ann")
    ]


def test_a_letter_whose_link_has_ended_is_dropped(world: World) -> None:
    """Two invitations before the first left: one letter, with the link that is good."""
    world.invite("ina", "Alpha")
    with world.house.working(OPERATOR) as work:
        work.record(PersonInvited(world.people["ina"], OPERATOR))
    assert send_due_letters(world.house) == 1
    states = {letter.state: letter.why for letter in outbox(world)}
    assert states == {"sent": None, "ended": "Its link has expired, or a newer letter has another."}


def test_an_application_that_is_gone_is_not_written_to(world: World) -> None:
    """Nor one that never was."""
    with world.house.reading() as db:
        found = composing.recipient_of(
            db, Addressee("application", "none"), Requires.ACTIVE, world.now
        )
        nobody = composing.recipient_of(db, Addressee("person", "none"), Requires.ACTIVE, world.now)
    assert found == composing.Dropped("There is no such application.")
    assert nobody == composing.Dropped("There is no such person.")


def test_a_letter_that_this_release_does_not_know_is_dropped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update, what was queued before it says why it did not leave."""
    tell(world)
    monkeypatch.setattr(composing, "occasion_of", lambda tag, letter: None)
    assert why(world) == "This release has no such letter."


# at least once


class Killed(BaseException):
    """The worker was killed."""


def test_a_worker_killed_after_sending_sends_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once; the second has the same Message-ID and the same file, and no other follows."""
    tell(world)
    deliver = MailFolder.deliver

    def killed(self: MailFolder, name: str, message: EmailMessage) -> None:
        deliver(self, name, message)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(MailFolder, "deliver", killed)
        with pytest.raises(Killed):
            send_due_letters(world.house)
    (first,) = world.letters("ann")
    assert outbox(world)[0].state == "waiting"
    assert send_due_letters(world.house) == 0  # claimed: another worker would be at it
    world.advance(seconds=LEASE.total_seconds())
    assert send_due_letters(world.house) == 1
    (second,) = world.letters("ann")
    assert second["Message-ID"] == first["Message-ID"]
    world.advance(days=1)
    assert send_due_letters(world.house) == 0


def test_a_worker_killed_before_sending_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was claimed is due again."""
    tell(world)

    def killed(self: MailFolder, name: str, message: EmailMessage) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(MailFolder, "deliver", killed)
        with pytest.raises(Killed):
            send_due_letters(world.house)
    world.advance(seconds=LEASE.total_seconds())
    assert send_due_letters(world.house) == 1
    assert len(world.letters("ann")) == 1


def test_of_two_workers_one_sends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both saw the letter due; the claim of the faster one counts."""
    tell(world)

    def slow(*arguments: object) -> list[Letter]:
        found = due_letters(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(mailing, "due_letters", due_letters)
        assert send_due_letters(world.house) == 1
        return found

    monkeypatch.setattr(mailing, "due_letters", slow)
    assert send_due_letters(world.house) == 0
    assert outbox(world)[0].tries == 1


def test_no_transaction_is_open_while_a_letter_is_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow mail server keeps nobody from writing."""
    tell(world)
    deliver = MailFolder.deliver

    def slow(self: MailFolder, name: str, message: EmailMessage) -> None:
        assert world.house.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        tell(world, "rep")
        deliver(self, name, message)

    monkeypatch.setattr(MailFolder, "deliver", slow)
    assert send_due_letters(world.house) == 1


# failures


def test_a_failure_waits_longer_each_time_and_is_given_up(world: World, box: Mailbox) -> None:
    """Minutes at first, then hours; after three days the operator reads why."""
    tell(world)
    box.answer = "451 not now"
    pauses = []
    for _ in range(12):
        assert send_due_letters(world.house) == 0
        (letter,) = outbox(world)
        if letter.due is None:
            break
        assert letter.why == "SMTPDataError 451"
        pauses.append(letter.due - world.now)
        world.advance(seconds=pauses[-1].total_seconds())
    assert pauses[:5] == [
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=6),
    ]
    assert sum(pauses, timedelta()) <= GIVEN_UP
    assert (letter.state, letter.why) == ("ended", "Given up: SMTPDataError 451")
    box.answer = "250 OK"
    world.advance(days=1)
    assert send_due_letters(world.house) == 0


def test_a_letter_that_is_refused_holds_no_other_up(world: World, box: Mailbox) -> None:
    """One address that does not exist, among others that do."""
    box.refused = frozenset({"ann@example.org"})
    for name in ("ann", "rep", "sue"):
        tell(world, name)
    assert send_due_letters(world.house) == 2
    box.refused = frozenset()
    world.advance(minutes=1)
    assert send_due_letters(world.house) == 1
    assert len(box.letters) == 3


def test_a_letter_that_cannot_be_composed_holds_no_other_up(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours is logged by its kind, without what it is about."""
    tell(world, "ann")
    tell(world, "rep")

    def faulty(db: object, keys: object, config: object, letter: Letter, at: object) -> object:
        if letter.to.id == world.people["ann"]:
            raise KeyError("ann@example.org")
        return composing.compose(db, keys, config, letter, at)  # type: ignore[arg-type]

    monkeypatch.setattr(mailing, "compose", faulty)
    assert send_due_letters(world.house) == 1
    assert "KeyError" in caplog.text
    assert "ann@" not in caplog.text


def test_a_server_that_is_gone_ends_the_round(world: World, box: Mailbox) -> None:
    """One attempt, not one for each letter: the worker has other things to do."""
    world.house.config = replace(world.house.config, smtp_port=1)
    tell(world, "ann")
    tell(world, "rep")
    assert send_due_letters(world.house) == 0
    assert sorted(letter.tries for letter in outbox(world)) == [0, 1]


# the worker


def test_the_worker_sends_letters_and_forgets_old_ones(world: World) -> None:
    """What was sent long ago is forgotten; what waits never is."""
    tell(world)
    world.work()
    assert len(world.letters("ann")) == 1
    world.advance(seconds=KEPT.total_seconds())
    tell(world, "rep")
    world.advance(seconds=1)
    forget_old_letters(world.house)
    assert [letter.to.id for letter in outbox(world)] == [world.people["rep"]]


def test_a_chore_that_fails_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged by its kind; who runs one round learns of it at the end."""

    def faulty(house: object) -> None:
        raise ValueError("ann@example.org")

    chores = (worker.Chore("planted", faulty), *worker.CHORES)
    monkeypatch.setattr(worker, "CHORES", chores)
    tell(world)
    with pytest.raises(ExceptionGroup) as caught:
        world.work()
    assert [type(error) for error in caught.value.exceptions] == [ValueError]
    assert "planted failed: ValueError" in caplog.text
    assert "ann@" not in caplog.text
    assert len(world.letters("ann")) == 1


def test_a_round_with_nothing_due_writes_no_letter(world: World) -> None:
    """Looking on is no fault."""
    world.work()
    with world.house.reading() as db:
        assert db.execute(select(func.count()).select_from(t.letter)).scalar_one() == 0
    assert not re.search("mail", str(list(world.house.config.home.iterdir())))


def test_who_works_for_the_consortium_is_told_only_in_good_standing(world: World) -> None:
    """C36: no NDA in force, no word about other members."""
    world.end_nda("Alpha")
    world.end_nda("Office")
    send_due_letters(world.house)
    ended = [item for item in outbox(world) if item.letter == "nda-ended-secretariat"]
    assert [item.state for item in ended] == ["ended", "ended"]
    assert {item.why for item in ended} == {"They are not in good standing."}
