"""Passwords of documents: one prompt for all that wait for one, and those that the system's keyring remembers."""
