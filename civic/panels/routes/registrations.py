"""Registering from a letter, and a person's own page."""
