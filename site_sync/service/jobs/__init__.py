"""Work the site does by itself, on the clock or from its outbox."""
