"""The words on the wire between till, site and web shop."""
