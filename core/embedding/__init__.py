"""Text → vectors: the `Embedder` protocol, the built-in model on OpenVINO, any other through sentence-transformers."""
