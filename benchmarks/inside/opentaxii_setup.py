"""Puts a collection with the given objects into OpenTAXII's database; prints their ids.

Writes what its own `add_objects` would, in bulk.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from opentaxii.config import ServerConfig
from opentaxii.persistence.sqldb import taxii2models
from opentaxii.server import TAXIIServer

_START = datetime(2026, 3, 1, tzinfo=UTC)
_APART = ("id", "type", "spec_version")


def main(material: str) -> None:
    """Fill the database that the settings name."""
    api = TAXIIServer(ServerConfig()).servers.taxii2.persistence.api
    root = api.add_api_root("root", "root", True, True)
    collection = api.add_collection(root.id, "All", "All", "all", True, True)
    found = json.loads(Path(material).read_text())
    rows = [_row(number, item, collection.id) for number, item in enumerate(found)]
    api.db.session.bulk_insert_mappings(taxii2models.STIXObject, rows)
    api.db.session.commit()
    print(json.dumps([str(root.id), str(collection.id)]))


def _row(number: int, item: dict[str, Any], collection: Any) -> dict[str, Any]:
    version = datetime.fromisoformat(item["modified"])
    return {
        "id": item["id"],
        "collection_id": collection,
        "type": item["type"],
        "spec_version": item["spec_version"],
        "date_added": _START + timedelta(milliseconds=number),
        "version": version,
        "serialized_data": {name: item[name] for name in item if name not in _APART},
    }


main(sys.argv[1])
