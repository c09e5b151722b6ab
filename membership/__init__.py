"""Who belongs to the organisation, and on what ground.

Reading order: `organisation` and `person` (who), `bylaws` (the numbers), `ndas` (what binds
them), `standing` (what follows from all that at one instant: the only door to rights),
`register` (the commands), `store` and `tables` (how it is kept), `events` (what is remembered).
"""
