"""What the fixtures stand on: a database server and a browser, started and stopped."""
