"""What others have written elsewhere, as STIX 2.1 objects to share: files in, objects out.

Reading order: `items` (what a source gives), `detecting` (what a file is), `reading` (a file to
its items), one module for each source (`stix21`, `stix20`, `misp`, `table`, `prose`), `bringing`
(items to submissions, the same as from anywhere else), `rehearsing` (a dry run).
"""
