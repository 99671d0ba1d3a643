"""One module per kind of input; each yields comments, and what could not be read."""
