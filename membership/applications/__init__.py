"""Applications for membership, from the first opened form to a member or an end.

Reading order: `application` (the value, and the table of its moves), `evidence`, `checks` and
`facts` (what supports it), `completeness` (what is missing), `applying` (the applicant's
commands), `sponsorship` and `sponsoring` (members that support it), `reviewing` (the
secretariat's commands, with `note`), `outcomes` (the Board's and the platform's), `lapsing`;
`store` and `tables` (how it is kept), `events` (what is remembered).
"""
