"""How well documents could be read: one document's health, and the whole library's report."""
