"""The rules of customer orders, as pure functions on frozen values."""
