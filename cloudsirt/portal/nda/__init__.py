"""The NDA as members and their people see it: the text, signing, acknowledging."""
