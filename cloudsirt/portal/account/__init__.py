"""One's own account: signing in and out, invitation, password, tokens, tools, last polls."""
