"""The till's screens, none of which imports another."""
