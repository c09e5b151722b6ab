"""The peers' own environments: installed from PyPI once, at fixed versions, outside this folder."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.servers.running import run

# The server is pinned to the one that serves CloudSIRT.
PEERS: Mapping[str, tuple[str, ...]] = {
    "medallion": ("medallion==3.0.0", "gunicorn==27.0.1"),
    "opentaxii": ("opentaxii==0.9.3", "psycopg2-binary==2.9.13", "gunicorn==27.0.1"),
}


def cache() -> Path:
    """Where the environments are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cloudsirt-benchmarks"


def python_of(peer: str) -> Path:
    """The interpreter of a peer's environment, which is made where it is not there yet."""
    wanted = PEERS[peer]
    folder = cache() / "-".join((peer, *(part.rpartition("==")[2] for part in wanted)))
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        print(f"Installing {', '.join(wanted)} into {folder}", file=sys.stderr, flush=True)
        run([sys.executable, "-m", "venv", "--clear", str(folder)])
        run([str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", *wanted])
        done.touch()
    return python
