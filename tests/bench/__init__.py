"""Measurements against outside yardsticks, run by hand."""
