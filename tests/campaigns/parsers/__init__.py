"""Damaged inputs for every reader of what comes from outside: a value, or the error that is named."""
