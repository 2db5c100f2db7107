"""Backups made, checked, refused and put back, on real files and databases."""
