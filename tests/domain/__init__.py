"""Tests of what is in the domain package."""
