"""The till's local SQLite file."""
