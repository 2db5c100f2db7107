"""Drills of what an operator does after a disaster, with real files, databases, tills and calls."""
