"""The incidents of the demo consortium: one module each, holding `POSTS` and nothing else.

Begin with `ground` (techniques and measures that every story refers to), then any story.
"""
