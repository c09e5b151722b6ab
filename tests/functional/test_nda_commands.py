"""`cloudsirt nda`: what the operator records, decides, exports and verifies."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from cloudsirt import binding
from cloudsirt.auth import passwords
from cloudsirt.cli import cloudsirt, ndas
from cloudsirt.errors import ChecksFailed, UploadRefused
from membership.bylaws import BYLAWS
from membership.errors import IllegalTransition, NotAcceptable, UnknownText
from membership.store import MembershipStore
from tests.cloudsirt.uploads.files import pdf
from tests.world import PASSWORD, World


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Alpha, admitted, with a signatory; this is the operator's house."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    monkeypatch.setattr(ndas, "house", lambda: world.house)
    world.organisation("Alpha")
    world.person("ann", "Alpha", "signatory", acknowledged=False)
    return world


def invoke(*words: str, status: int = 0) -> str:
    """A command; what it prints."""
    result = CliRunner().invoke(cloudsirt, ["nda", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.stdout


def run(*words: str) -> Any:
    """A command with `--json`; the document that it prints."""
    return orjson.loads(invoke(*words, "--json"))


def newest(world: World) -> str:
    """The digest of the text to sign."""
    with world.house.reading() as db:
        return MembershipStore(db).ndas.newest_text().digest


def hand_in(world: World) -> str:
    """Let Ann hand a signed document in; its id."""
    principal = world.principal("ann")
    return binding.hand_in(world.house, principal, "x.pdf", pdf(), newest(world)).id


def test_a_signature_is_recorded_listed_and_ended(world: World) -> None:
    """For the days that the paper says, in UTC; the reason is kept."""
    alpha = world.organisations["Alpha"]
    made = run("sign", "--org", alpha, "--since", "2026-02-01", "--until", "2028-02-29")
    assert made["until"] == "2028-02-29T00:00:00+00:00"
    (line,) = run("list", "--org", alpha)
    assert (line["in_force"], line["method"], line["id"]) == (True, "outside", made["id"])
    run("end", "--org", alpha, "--reason", "They left.")
    (line,) = run("list", "--org", alpha)
    assert (line["in_force"], line["until"]) == (False, world.now.isoformat())
    with world.house.reading() as db:
        assert MembershipStore(db).signatures(alpha)[0].reason == "They left."
    with pytest.raises(IllegalTransition):
        invoke("end", "--org", alpha)


def test_a_text_is_proposed_shown_and_listed(world: World, tmp_path: Path) -> None:
    """A draft, known by its digest; its exact bytes come back."""
    path, copy = tmp_path / "new.txt", tmp_path / "copy.txt"
    path.write_bytes("A new text: naïve, 規約.\n".encode())
    made = run("text", "propose", "--title", "new", str(path))
    assert [item["title"] for item in run("text", "list")] == ["new", BYLAWS.nda_text]
    shown = run("text", "show", "new")
    assert (shown["sha256"], shown["text"].encode()) == (made["sha256"], path.read_bytes())
    invoke("text", "show", "new", "--output", str(copy))
    assert copy.read_bytes() == path.read_bytes()
    with pytest.raises(UnknownText):
        invoke("text", "show", "another")
    path.write_bytes(b"MZ\x00\x01")
    with pytest.raises(UploadRefused):
        invoke("text", "propose", "--title", "program", str(path))
    path.write_bytes(pdf())
    run("text", "propose", "--title", "as a PDF", str(path))
    invoke("text", "show", "as a PDF", status=2)
    assert run("text", "show", "as a PDF")["text"] is None


def test_a_document_that_waits_is_accepted_or_refused(world: World) -> None:
    """By its id, as the list of those that wait says it."""
    first = hand_in(world)
    assert [item["id"] for item in run("uploads")] == [first]
    run("refuse", first, "--reason", "Not signed.")
    assert run("uploads") == []
    second = hand_in(world)
    nda = run("accept", second, "--since", "2026-02-28")["id"]
    (line,) = run("list", "--org", world.organisations["Alpha"])
    assert (line["id"], line["method"]) == (nda, "upload")
    with pytest.raises(IllegalTransition, match="was accepted already"):
        invoke("refuse", second, "--reason", "Too late.")


def test_the_roster_at_a_date_in_every_form(world: World) -> None:
    """Lines, JSON and CSV say the same; what is to come is refused."""
    world.advance(days=1)
    world.sign_nda("Alpha")
    assert [line["organisation"] for line in run("roster")] == ["Alpha", "CloudSIRT"]
    assert [line["organisation"] for line in run("roster", "--at", "2026-03-01")] == ["CloudSIRT"]
    (alpha, _) = run("roster", "--at", "2026-03-02T21:00:00+09:00")
    assert alpha["since"] == "2026-03-02T12:00:00.000000Z"
    assert "Alpha" in invoke("roster")
    assert invoke("roster", "--csv").splitlines()[1].startswith("Alpha,")
    with pytest.raises(NotAcceptable, match="not known yet"):
        invoke("roster", "--at", "2026-03-03")
    invoke("roster", "--csv", "--json", status=2)


@pytest.mark.parametrize("when", ["9999-12-31", "0001-01-01T00:00:00+14:00"])
def test_a_date_at_an_end_of_the_calendar_is_refused_with_a_sentence(
    world: World, when: str
) -> None:
    """What cannot be reckoned with is no fault of ours, and no traceback."""
    with pytest.raises(NotAcceptable):
        invoke("roster", "--at", when)
    with pytest.raises(NotAcceptable):
        invoke("sign", "--org", world.organisations["Alpha"], "--since", "9999-12-31")


def test_a_receipt_is_verified_without_an_installation(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither database nor home folder is asked; any change, and any other file, is refused."""
    world.set_password("ann")
    principal = world.principal("ann")
    nda = binding.sign_on_platform(world.house, principal, PASSWORD, newest(world))
    with world.house.reading() as db:
        found = MembershipStore(db).ndas.receipt(nda.id)
    assert found is not None
    files = {"receipt": found[0], "signature": found[1], "key": world.house.keys.public_pem()}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(ndas, "house", None)
    words = ["verify", *(word for name in files for word in (f"--{name}", str(tmp_path / name)))]
    said = run(*words)
    assert said["verified"] is True
    assert (said["signature"], said["signatory"]) == (nda.id, "Ann")
    assert said["text sha-256"] == nda.digest
    (tmp_path / "receipt").write_bytes(found[0].replace(b"Ann", b"Bob"))
    with pytest.raises(ChecksFailed, match="does not verify"):
        invoke(*words)
    (tmp_path / "receipt").write_bytes(b"CloudSIRT audit head\n" + found[0])
    with pytest.raises(ChecksFailed, match="no receipt"):
        invoke(*words)
