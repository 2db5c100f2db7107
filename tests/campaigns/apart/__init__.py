"""An hour apart: two tills and a site as real processes, cut off from each other, at work, and healed."""
