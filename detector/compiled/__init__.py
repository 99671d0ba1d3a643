"""Lexicon and weights in one local file, so that a form check starts at once."""
