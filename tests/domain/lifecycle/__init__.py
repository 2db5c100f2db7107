"""Tests of the transition table, deciding and evolving."""
