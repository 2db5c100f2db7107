"""Site Manager, the back office in the browser."""
