"""Conversations as files: a neutral structure (`transcript.py`), a writer for each kind, a door (`exporting.py`)."""
