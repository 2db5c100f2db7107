"""Tests of what is in the hardware package."""
