"""What staff see and touch."""
