"""The till on a screen that is not there."""
