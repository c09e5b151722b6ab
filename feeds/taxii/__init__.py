"""The door to TAXII 2.1: medallion's blueprints over our store.

Reading order: `exchange` (what the door needs from the house), `negotiation` (media types),
`profiles` (what differs for a product), `answers` (resources), `backend` (medallion's interface),
`door` (mounting; the one place that knows where medallion deviates from the standard),
`validators` (ETags, and 304 for what a caller holds).
"""
