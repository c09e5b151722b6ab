"""Starts a server as a process of its own, knows when it is ready, and stops it.

All of them run under the same gunicorn with the same options: those of `cloudsirt serve`.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cloudsirt.serving import THREADS

ROOT = Path(__file__).resolve().parents[2]
INSIDE = ROOT / "benchmarks" / "inside"
PATIENCE = 300  # seconds until a server has to answer
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers: where its objects are read and posted, and what to send along."""

    name: str
    port: int
    read: str
    post: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    post_headers: dict[str, str] = field(default_factory=dict)
    password: tuple[str, str] = ("", "")
    process: int = 0
    """The parent of its workers."""

    def objects(self, query: str) -> str:
        """The path of its objects."""
        return f"{self.read}objects/?{query}"

    def manifest(self, query: str) -> str:
        """The path of its manifest."""
        return f"{self.read}manifest/?{query}"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        found: int = probe.getsockname()[1]
    return found


def gunicorn(port: int, application: str, workers: int = PROCESSES) -> list[str]:
    """The arguments that give a peer the server that CloudSIRT has."""
    return [
        *("-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)),
        *("--worker-class", "gthread", "--threads", str(THREADS), "--keep-alive", "15"),
        *("--timeout", "600", "--http-parser", "python", "--no-control-socket"),
        *("--limit-request-line", "8190", "--backlog", "1024", "--log-level", "warning"),
        application,
    ]


@contextmanager
def running(
    command: Sequence[str], port: int, environment: Mapping[str, str], log: Path
) -> Iterator[int]:
    """Run a server until the block ends; its process."""
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 (the commands are written here)
            command,
            cwd=INSIDE,
            env={**os.environ, **environment},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait(process, port, log)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{log.stem} did not start:\n{log.read_text()[-2000:]}")


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """Run a command to its end; its standard output."""
    done = subprocess.run(  # noqa: S603 (the commands are written here)
        command,
        cwd=INSIDE,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} failed:\n{done.stderr[-2000:]}")
    return done.stdout
