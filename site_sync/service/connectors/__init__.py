"""Web shops the site talks to, one module per kind of shop."""
