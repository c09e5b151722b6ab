"""Starts the production web server: gunicorn, told everything here and nothing elsewhere.

Why this server, and what it does badly: docs/adr/0004-wsgi-server.md. Neither a gunicorn.conf.py
in the working folder nor GUNICORN_CMD_ARGS is read. TLS, slow clients and the addresses of
clients are the part of the proxy in front.
"""

import gc
import os
import socket
import struct
import sys
import threading
from typing import Any, NoReturn

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.errors import HaltServer
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from cloudsirt.app import create_app
from cloudsirt.config import Config
from cloudsirt.errors import CannotServe
from cloudsirt.house import House, open_house
from cloudsirt.polling import keep_writing

BACKLOG = 1024
THREADS = 8
STALL_SECONDS = 20
"""How long one read from, or write to, a silent client may hold a thread."""


def serve(config: Config, host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; returns after a clean stop, raises CannotServe.

    Workers are forked inside: dispose of database engines first, and start no thread before.
    """
    listener = _listen(host, port)
    url = _url(host, listener.getsockname()[1])
    options = _options(listener.detach(), url, workers)
    parent = os.getpid()
    try:
        _Server(config, options).run()
    except (HaltServer, SystemExit) as stop:
        status = stop.exit_status if isinstance(stop, HaltServer) else stop.code
        if os.getpid() != parent:
            _leave(status)
        if status:
            raise CannotServe("A worker could not start; the log above says why.") from stop


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The options, and the application that each worker makes for itself, after the fork."""

    def __init__(self, config: Config, options: dict[str, Any]) -> None:
        self._config = config
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand the options over."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one worker."""
        house = open_house(self._config)
        app = create_app(house)
        self._start_writing(house)
        _settle_memory()
        return app

    def _start_writing(self, house: House) -> None:
        """Keep what clients asked, beside the answers and once more at the end."""
        stop = threading.Event()
        thread = threading.Thread(target=keep_writing, args=(house, stop), daemon=True)

        def finish(server: object, worker: object) -> None:
            stop.set()
            thread.join(STALL_SECONDS)

        self.cfg.set("worker_exit", finish)
        thread.start()


class QuietLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """The server's log without what was sent: gunicorn quotes malformed headers and addresses."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Warn; of a request that is no HTTP, say no more than that."""
        if msg.startswith("Invalid request"):
            super().warning("A request that is no HTTP was refused.")
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Name the kind of a fault below the application, whose own are logged elsewhere."""
        kind = type(sys.exc_info()[1]).__name__
        super().error("A request failed in the server: %s", kind)


def _settle_memory() -> None:
    """Look for lost objects less often, and never among what stays for good.

    A large submission makes tens of thousands of values that all go by themselves; looking
    through everything after each 700 of them took a third of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _leave(status: str | int | None) -> NoReturn:
    """End a worker here: the caller's `with` blocks and exit handlers are the parent's to run."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))


def _listen(host: str, port: int) -> socket.socket:
    """Listen here, so that a taken port is our error, and at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    stall = struct.pack("ll", STALL_SECONDS, 0)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted connections inherit both, and gunicorn sets no limit of its own.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, stall)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, stall)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as refusal:
        listener.close()
        raise CannotServe(f"Cannot listen on {_url(host, port)}: {refusal.strerror}.") from refusal
    return listener


def _options(listener: int, url: str, workers: int) -> dict[str, Any]:
    def say_ready(worker: Worker) -> None:
        if worker.age == 1:  # the first one ever; replacements count on
            print(f"CloudSIRT is ready on {url}", file=sys.stderr, flush=True)

    return {
        "bind": f"fd://{listener}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "keepalive": 15,
        "timeout": 60,
        "graceful_timeout": 30,
        "limit_request_line": 8190,  # the longest it allows: match[id] takes lists
        "http_parser": "python",  # not whichever happens to be installed
        "control_socket_disable": True,  # else anyone of this user can steer the server
        "forwarded_allow_ips": "",  # believe no X-Forwarded-Proto, SCRIPT_NAME, PATH_INFO
        "forwarder_headers": "",
        "header_map": "drop",  # X_Forwarded_For is not X-Forwarded-For
        "loglevel": "warning",
        "logger_class": QuietLog,
        "post_worker_init": say_ready,
    }


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
