"""medallion as its own documentation starts it, for gunicorn."""

import os

import medallion

app = medallion.load_app(os.environ["MEDALLION_CONFIG"])
