"""Tests of Site Manager, through its pages as a browser gets them."""
