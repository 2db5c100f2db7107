"""Tests of what is in the store package."""
