"""Tests of the web shops whose webhooks come in."""
