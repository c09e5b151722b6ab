"""Starts the production web server: gunicorn with threads (docs/adr/0004)."""

import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from cloudsirt.app import create_app
from cloudsirt.config import Config
from cloudsirt.house import open_house

THREADS = 4
"""Requests that one process works on at a time; more only wait for the same interpreter."""

IDLE_SECONDS = 30
GRACE_SECONDS = 20


def serve(config: Config, host: str, port: int, workers: int) -> None:
    """Serve until told to stop; each process opens the database for itself, after the fork."""
    _Server(lambda: create_app(open_house(config)), f"{_bracketed(host)}:{port}", workers).run()


def _say_ready(server: Any) -> None:
    addresses = ", ".join(str(listener) for listener in server.LISTENERS)
    print(f"Serving on {addresses}", file=sys.stderr, flush=True)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, told everything here and nothing by files or the environment."""

    def __init__(self, make: Callable[[], Flask], address: str, workers: int) -> None:
        self._make = make
        self._settings: dict[str, Any] = {
            "bind": address,
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": IDLE_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": IDLE_SECONDS,
            "accesslog": None,  # addresses of requests may hold what is searched for
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "cloudsirt",
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "when_ready": _say_ready,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand the settings over."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made in each worker process."""
        return self._make()
