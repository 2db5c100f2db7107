"""Power cuts on the shipped store: a disk that keeps, loses, reorders and tears what was not forced to it."""
