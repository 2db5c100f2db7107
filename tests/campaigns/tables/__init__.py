"""Damaged tables of goods: every input is rows, or refused in words."""
