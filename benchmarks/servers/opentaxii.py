"""OpenTAXII: in an environment of its own, its collection open to everyone, loaded in bulk.

Without credentials it does less than it would in use: its passwords are slow to check.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.material import objects
from benchmarks.servers.running import INSIDE, Server, free_port, gunicorn, run, running

_SETTINGS = """---
domain: "127.0.0.1"
support_basic_auth: yes
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters:
    db_connection: "sqlite:///{folder}/accounts.db"
    create_tables: yes
    secret: "made up for one run"
taxii1:
taxii2:
  public_discovery: yes
  title: "OpenTAXII"
  max_content_length: 104857600
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters:
      db_connection: "{url}"
      create_tables: yes
logging:
  opentaxii: error
  root: error
"""


@contextmanager
def serving(name: str, python: Path, folder: Path, url: str, count: int) -> Iterator[Server]:
    """Serve so many objects from a database."""
    folder.mkdir()
    settings = folder / "opentaxii.yml"
    settings.write_text(_SETTINGS.format(folder=folder, url=url))
    environment = {"OPENTAXII_CONFIG": str(settings)}
    material = folder / "objects.json"
    material.write_text(json.dumps(objects(0, count)))
    found = run([str(python), str(INSIDE / "opentaxii_setup.py"), str(material)], environment)
    root, collection = json.loads(found.splitlines()[-1])
    port = free_port()
    command = [str(python), *gunicorn(port, "opentaxii_app:app")]
    with running(command, port, environment, folder / "opentaxii.log"):
        path = f"/taxii2/{root}/collections/{collection}/"
        yield Server(name, port, read=path, post=f"{path}objects/")
