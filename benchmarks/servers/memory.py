"""medallion with its memory backend: in an environment of its own, loaded from a file.

Each of its processes has its own copy and its own cursors, so it can be read by several
processes, but neither crawled nor posted to.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.material import objects
from benchmarks.servers.running import PROCESSES, Server, free_port, gunicorn, running

_COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
_MEDIA_TYPE = "application/stix+json;version=2.1"


@contextmanager
def serving(
    name: str, python: Path, folder: Path, count: int, processes: int = PROCESSES
) -> Iterator[Server]:
    """Serve so many objects from memory."""
    folder.mkdir()
    settings = folder / "medallion.json"
    material = folder / "data.json"
    material.write_text(json.dumps(_data(count)))
    settings.write_text(json.dumps(_settings(material)))
    port = free_port()
    command = [str(python), *gunicorn(port, "medallion_app:app", processes)]
    environment = {"MEDALLION_CONFIG": str(settings)}
    with running(command, port, environment, folder / "medallion.log"):
        pair = base64.b64encode(b"reader:secret").decode()
        yield Server(
            name,
            port,
            read=f"/root/collections/{_COLLECTION}/",
            headers={"Authorization": f"Basic {pair}"},
            password=("reader", "secret"),
        )


def _settings(material: Path) -> dict[str, Any]:
    return {
        "users": {"reader": "secret"},
        "taxii": {"max_page_size": 1_000},
        "backend": {
            "module": "medallion.backends.memory_backend",
            "module_class": "MemoryBackend",
            "filename": str(material),
        },
    }


def _data(count: int) -> dict[str, Any]:
    found = objects(0, count)
    manifest = [
        {
            "id": item["id"],
            "date_added": f"2026-03-01T{number // 3600:02}:{number // 60 % 60:02}"
            f":{number % 60:02}.000000Z",
            "version": item["modified"],
            "media_type": _MEDIA_TYPE,
        }
        for number, item in enumerate(found)
    ]
    collection = {
        "id": _COLLECTION,
        "title": "All",
        "can_read": True,
        "can_write": False,
        "media_types": [_MEDIA_TYPE],
        "objects": found,
        "manifest": manifest,
    }
    root = {"title": "Root", "versions": [_MEDIA_TYPE], "max_content_length": 10_000_000}
    return {
        "/discovery": {"title": "medallion", "api_roots": ["http://127.0.0.1/root/"]},
        "root": {"information": root, "status": [], "collections": [collection]},
    }
