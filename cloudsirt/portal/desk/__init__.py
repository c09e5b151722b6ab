"""The desk of those who share: releases, what is held, requests, editions, what was withdrawn."""
