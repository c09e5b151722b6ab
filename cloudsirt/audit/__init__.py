"""The audit trail: append-only, hash-chained, in the transaction of what it records.

`entry` (what an entry is and how it is chained: pure), `trail` (append), `verify` (walk).
"""
