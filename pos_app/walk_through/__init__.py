"""The guided demo: the real till, its site and a web shop played through one day; every screen pictured."""
