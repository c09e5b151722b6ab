"""How the Board decides: one kind of ballot for everything that it decides (Board clause).

Reading order: `ballot` (the motion, the seats, the states), `motions` (what can be moved), `tally`
(what the votes come to, and why), `papers` (what secret votes are kept as), `balloting` (the
commands), `store` and `tables` (how it is kept), `events` (what is remembered).
"""
