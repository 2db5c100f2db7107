"""Messages to customers: their text and their way out."""
