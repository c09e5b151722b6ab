"""What the exchange costs, beside its peers and beside its limits: `python -m benchmarks`.

Reading order: `material` (what is exchanged), `servers` (who is measured), `client` (how),
`reading`, `posting`, `crawling`, `growth` (what), `rounds` and `report` (ratios, and their table).
"""
