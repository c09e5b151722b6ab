"""Who may be a member: criteria as data, judgements of people, and what follows from both.

Reading order: `criteria` (what each category asks for), `judgement` (what reviewers found, and
`assess`: the pure function from both to an outcome that explains itself).
"""
