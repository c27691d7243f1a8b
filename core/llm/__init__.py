"""Chat models: the `ChatModel` protocol, Ollama through its official client, and the small model that is built in."""
