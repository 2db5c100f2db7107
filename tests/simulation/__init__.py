"""A day of a shop, lived through by the real service and real tills in a clock of its own."""
