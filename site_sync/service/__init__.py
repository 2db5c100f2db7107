"""The site's end of the sync, the authority on stock and orders."""
