"""What TAXII 2.1 demands, item by item, asked of a served CloudSIRT on both engines."""
