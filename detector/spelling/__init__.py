"""Mends the spelling of comments: what is wrong with a word is one of a few slips."""
