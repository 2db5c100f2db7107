"""Tests of what is in the background package."""
