"""Writes of the accounts room: signing in, the second factor, roles."""
