"""A throw-away consortium with realistic content, for `cloudsirt demo` and for newcomers.

Reading order: `consortium` (who belongs, and how they stand), `stories` (one cloud incident
each, told as data), `building` (the words the stories are told with), `rendering` (words to
STIX 2.1 at one instant), `content` (all of it, as submissions in the order they were posted).
"""
