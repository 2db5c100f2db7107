"""Who may do what, tried on the whole application at once."""
