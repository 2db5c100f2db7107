"""Ten awkward days of a shop, played at its tills by touch against its own site."""
