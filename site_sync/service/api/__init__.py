"""The HTTP routes of the site service, one module per audience."""
