"""The same shop under every kind of fault: one seed, one run, no threads, no sockets, no real time."""
