"""The history of the schema: linear, append-only, importing nothing of ours but the tables."""
