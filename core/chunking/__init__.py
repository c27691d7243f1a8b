"""Pages → Chunks: sentences packed up to the embedder's real window, each with its exact span on the page."""
