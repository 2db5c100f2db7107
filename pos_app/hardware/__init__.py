"""The till's devices, one owner module per outside library."""
