"""SQLite is the truth; FAISS and tantivy are caches rebuilt from it at will; `Library` keeps them in step."""
