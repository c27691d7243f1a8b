"""The left pane: collections, documents and conversations, and the empty state that invites the first files."""
