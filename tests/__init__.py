"""The tests of Handover, mirroring the tree they test."""
