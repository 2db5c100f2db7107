"""Tests of the demo shop's data."""
