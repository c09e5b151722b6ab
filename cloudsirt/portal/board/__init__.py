"""The Board's room: ballots, and what they are about."""
