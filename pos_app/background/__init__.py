"""The till's threads and the bridge from them to Qt signals."""
