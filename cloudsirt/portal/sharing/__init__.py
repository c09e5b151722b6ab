"""Sharing from the portal: the form, what it says, and who would read what."""
