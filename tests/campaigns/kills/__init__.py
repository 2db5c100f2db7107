"""Kills with real processes: a till and a site end by SIGKILL at any moment, and come back."""
