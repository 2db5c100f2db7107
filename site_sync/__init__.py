"""What the till and the site agree on: rules, words on the wire, and each end of the sync."""
