"""Proofs of the sharing rules: laws, random histories, two worlds side by side, canaries."""
