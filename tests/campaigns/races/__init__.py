"""Two tills that act on the same thing at once, over real HTTP on either database."""
