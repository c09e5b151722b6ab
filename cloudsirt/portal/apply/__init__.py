"""The applicant's pages: a form in steps, saved as it goes, opened by a link and by nothing else.

Reading order: `access` (the link in the cookie), `steps` (what is done and what is missing),
`entry` (asking for a link, opening it), `record` (the steps about the organisation), `criteria`
(category, answers, files), `sponsors`, `review` (all of it, submitting), `status`.
"""
