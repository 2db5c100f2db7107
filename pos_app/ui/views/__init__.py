"""What the till knows, put into the words and rows that screens show; no widgets, no acts."""
