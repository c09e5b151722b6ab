"""Letters: what happened becomes mail for those whom it concerns."""
