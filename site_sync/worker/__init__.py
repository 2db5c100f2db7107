"""The till's end of the sync."""
