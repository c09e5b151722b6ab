"""OpenTAXII as its own module starts it, with one fault mended.

On PostgreSQL 0.9.3 stores what is posted and then answers 500, because the id in its status is no
text: here it is written as text.
"""

import json
from functools import partial
from types import SimpleNamespace

import opentaxii.taxii2.http as answers
from opentaxii.http import app

answers.json = SimpleNamespace(dumps=partial(json.dumps, default=str))

__all__ = ["app"]
