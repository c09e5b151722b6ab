"""One script per change of the schema, in a single line of descent."""
