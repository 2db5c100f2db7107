"""Tests of the routes of the site service."""
