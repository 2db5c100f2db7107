"""Copies of a whole site in one file each: made while it works, checked, put back with a new epoch."""
