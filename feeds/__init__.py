"""What is shared: STIX objects in, each placed where its marking lets it go, and read back.

Reading order: `envelope` (bytes to objects), `validation` (is it STIX 2.1), `markings` (how
strict), `handling` (what the source asks for), `examining` (all of that for one submission),
`succession` (whose object is it), `intake` (the command), `placing` and `precedence` (which
channels, in which order), `shelf` (the only way to read), `taxii/` (the door to the web).
"""
