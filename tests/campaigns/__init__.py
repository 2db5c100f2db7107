"""Campaigns run by hand, each with a short run in the gate: power cuts, kills, races, an hour offline."""
