"""Rules about the code itself, read from its source and never by running it."""
