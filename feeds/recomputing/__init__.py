"""Recomputes every placement and derivative from what was submitted, and compares (DESIGN §3).

Placements are a function of the submissions, the decisions and the time. This computes that
function anew for everything there is, without the code that places step by step, and says where
the tables differ from it. Ids only, never content.

It holds some numbers for each original (`naming`), and the rest for one batch at a time: those that
are named before those that name them (`circles`), definitions last of all, since they go wherever
something that names them went (`wanting`).
"""

from feeds.recomputing.comparing import BATCH, GRACE, Comparison, compare_placements

__all__ = ["BATCH", "GRACE", "Comparison", "compare_placements"]
