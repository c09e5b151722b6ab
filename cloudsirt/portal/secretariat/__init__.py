"""The work of the secretariat: applications, records, the NDA, motions, peers."""
