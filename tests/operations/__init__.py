"""Tests of what is in the operations package."""
