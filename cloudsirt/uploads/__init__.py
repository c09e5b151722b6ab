"""Files from strangers: what may come in, under which name, and what looks at it first.

`accepting.accept` is the one way in. Reading order: `kinds` (what is accepted), `inspecting` (which
kind a content is, by the whole of it: `pdf`, `images`, `plain`), `naming`, `scanning`, `accepting`.
"""
