"""What known TAXII clients send, and what they need of each answer; real ones where there are."""
