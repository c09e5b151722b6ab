"""Reading: the feed, objects, and the advisories that are for everybody."""
