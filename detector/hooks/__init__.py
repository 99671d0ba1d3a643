"""Checks at the moment of writing: a form before it is saved, files before they are committed."""
