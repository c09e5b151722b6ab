"""The multi-party NDA: what there is to sign, who signed it, whom that binds, and until when.

Reading order: `text` and `signature` (what is in force), `receipt`, `reminders` and `upload` (the
rules of each); the commands `adopting`, `signing`, `uploading`, `acknowledging`, `reminding`;
`binding` (who was bound by what at any instant); `store` and `tables` (how it is kept), `events`.
"""
