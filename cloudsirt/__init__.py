"""The roof: web, command line, sign-in, audit, database session, worker. Nobody imports it.

Reading order: `app` (how the house is put together), `house` (what it holds), `auth/gate` (who
gets in), `work` (what is remembered), `exchange` (TAXII), `portal/` (pages), `cli/` (commands).
"""

__version__ = "0.1.0"
