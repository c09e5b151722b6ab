"""The tests of CloudSIRT: one folder per package, `functional` for whole journeys."""
