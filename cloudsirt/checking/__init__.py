"""Facts of an application that a machine looks up elsewhere; people judge what follows from them.

`openpgp` (keys of contacts), `domains` (control of a domain by DNS or a well-known address),
`applications` (all facts of one application, looked up outside any transaction, then kept).
"""
