"""Conversations as a whole: found again, renamed, handed on as files."""
