"""Tests of the house rules: how code is laid out, named and bounded."""
