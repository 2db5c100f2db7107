"""Tests of the site's database."""
