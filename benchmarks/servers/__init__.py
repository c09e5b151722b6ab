"""Who is measured: each module starts one kind of server, with the same objects in it."""
