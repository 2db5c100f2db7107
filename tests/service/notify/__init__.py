"""Tests of what messages are made of."""
