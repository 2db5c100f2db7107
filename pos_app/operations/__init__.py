"""What staff do at the till, one module per subject."""
