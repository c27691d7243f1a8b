"""Paperlamp without its window: reading, indexing, retrieving and answering. Nothing here knows Qt."""

__version__ = "0.1.0"
