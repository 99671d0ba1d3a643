"""Thin adapters to libraries, each importing its own; docs/integrations.md."""
