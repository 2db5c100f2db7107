"""What a shop puts on paper or shows as a page, as plain data made by pure functions."""
