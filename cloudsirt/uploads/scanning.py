"""The operator's own look at a file: a command of theirs, such as a virus scanner.

CLOUDSIRT_SCAN_COMMAND names it. It gets the content on its standard input, no shell, and an
environment with nothing of ours. Exit status 0: clean; 1: refused; anything else, or no answer in
time: not known, so not accepted now. Without the setting nothing is scanned.
"""

import logging
import os
import signal
import subprocess
from collections.abc import Sequence

from cloudsirt.errors import UploadRefused

LONGEST = 45.0  # seconds: a web worker is given sixty for a request
_CLEAN, _REFUSED = 0, 1
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
log = logging.getLogger("cloudsirt.scanning")


def scan(command: Sequence[str], content: bytes, *, longest: float = LONGEST) -> None:
    """Raise UploadRefused unless the command finds the content clean; no command finds all clean.

    `longest` is in seconds.
    """
    if not command:
        return
    status = _status(command, content, longest)
    if status == _REFUSED:
        raise UploadRefused("The scanner of this site refuses the file.")
    if status != _CLEAN:
        log.error("the scan command did not answer: %s", status)
        raise UploadRefused("Files cannot be checked at present. Try again later.")


def _status(command: Sequence[str], content: bytes, longest: float) -> int | str:
    """The exit status of the command, or why there is none."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the operator's own command, without a shell
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_ENVIRONMENT,
            start_new_session=True,
        )
    except OSError as error:
        return type(error).__name__
    try:
        process.communicate(content, timeout=longest)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its children as well: it leads its own group
        process.communicate()
        return "no answer in time"
    return process.returncode
