"""What each organisation says of itself, how it changes that, and confirms it once a year.

Reading order: `states` (what may become of a request), `changing` (which fields go through
review, and the commands), `confirming` (when a record is to be confirmed), `store` and `tables`,
`events`. What a record is stands in `membership.record`, what others see of it in
`membership.directory`.
"""
