"""Many clients at once, processes that are killed, and requests that nobody should send."""
