"""The operator's scanner: a real command that says clean, refused, or nothing useful."""

import stat
import time
from pathlib import Path

import pytest

from cloudsirt.errors import UploadRefused
from cloudsirt.uploads.accepting import Accepted, accept
from cloudsirt.uploads.scanning import scan
from tests.cloudsirt.uploads.files import pdf
from tests.world import World


def script(folder: Path, text: str) -> str:
    """A command of the operator's."""
    path = folder / "scan command.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(stat.S_IRWXU)
    return str(path)


def test_without_a_command_nothing_is_scanned() -> None:
    """The default: there is nobody to ask."""
    scan((), b"anything")


def test_the_command_sees_the_content(tmp_path: Path) -> None:
    """Exit status 0 is clean, 1 is refused, by what stands on its standard input."""
    command = (script(tmp_path, "! grep -q EICAR"),)
    scan(command, b"nothing of interest")
    with pytest.raises(UploadRefused, match="scanner of this site refuses"):
        scan(command, b"... EICAR ...")


def test_a_command_need_not_read_it_all(tmp_path: Path) -> None:
    """One that knows enough may end early."""
    scan((script(tmp_path, "exit 0"),), b"x" * 5_000_000)


@pytest.mark.parametrize("status", [2, 3, 127, 255])
def test_no_answer_is_no_yes(tmp_path: Path, status: int) -> None:
    """A scanner in trouble accepts nothing."""
    with pytest.raises(UploadRefused, match="cannot be checked at present"):
        scan((script(tmp_path, f"exit {status}"),), b"x")


def test_a_missing_command_is_no_yes(tmp_path: Path) -> None:
    """Nor is one that is not there."""
    with pytest.raises(UploadRefused, match="cannot be checked at present"):
        scan((str(tmp_path / "nowhere"),), b"x")


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    """The time it has is short, and nothing of it stays behind."""
    mark = tmp_path / "still there"
    command = (script(tmp_path, f"(sleep 2; touch '{mark}') & sleep 5"),)
    began = time.monotonic()
    with pytest.raises(UploadRefused, match="cannot be checked at present"):
        scan(command, b"x", longest=0.3)
    assert time.monotonic() - began < 2
    time.sleep(2)
    assert not mark.exists()


def test_the_command_learns_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its environment holds no setting, and so no password of a database."""
    monkeypatch.setenv("CLOUDSIRT_DATABASE_URL", "postgresql://somebody:secret@db.example/x")
    scan((script(tmp_path, '! env | grep -q "CLOUDSIRT\\|HOME"'),), b"x")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_file_passes_everything_in_one_call(world: World, tmp_path: Path) -> None:
    """Kind, name, digest; and the command of the settings is asked."""
    found = accept(world.house, "../Statute.docx", pdf())
    assert isinstance(found, Accepted)
    assert (found.name, found.media_type) == ("Statute.pdf", "application/pdf")
    command = (script(tmp_path, "exit 1"),)
    made = World(world.database_url, tmp_path / "other", settings={"scan_command": command})
    with pytest.raises(UploadRefused, match="scanner"):
        accept(made.house, "statute.pdf", pdf())
    made.close()
