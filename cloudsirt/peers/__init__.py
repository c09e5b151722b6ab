"""Exchange with peers' TAXII 2.1 servers: what is pulled from them, what is pushed to them.

`peer` (values and what they may say), `events`, `store`; `arranging` (add, pause, resume,
remove); `credentials`, `session` (the guard under taxii2-client), `collection` (what is asked of a
peer); `holding` (a run has its peer for itself); `pulling`, `pushing`, `running` (now, or what is
due).
"""
