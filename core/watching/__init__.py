"""Folders that are watched: what comes into them is added, what goes from them is marked, until the person decides."""
