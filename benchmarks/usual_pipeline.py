"""The way that most tutorials show: pypdf, a recursive splitter (1000/200), sentence-transformers in fp32, FAISS.

Run by `benchmarks.ingest` in a process of its own, because it imports torch:

    python -m benchmarks.usual_pipeline MODEL_FOLDER PDF…

It prints one JSON object: pages, chunks and the seconds from the first file to the finished index, imports and the
loading of the model left out.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Sequence

CHUNK_CHARACTERS = 1000
OVERLAP_CHARACTERS = 200
_SEPARATORS = ("\n\n", "\n", " ", "")


def split(text: str, separators: Sequence[str] = _SEPARATORS) -> list[str]:
    """Cut at the first separator that occurs, the pieces that are too long at the next one, and join what fits.

    After LangChain's RecursiveCharacterTextSplitter with its defaults.
    """
    separator, *finer = next(
        (separators[i:] for i, candidate in enumerate(separators) if candidate in text), separators[-1:]
    )
    pieces = text.split(separator) if separator else list(text)
    chunks: list[str] = []
    joined: list[str] = []
    length = 0
    for piece in pieces:
        if len(piece) > CHUNK_CHARACTERS and finer:
            chunks += [separator.join(joined)] if joined else []
            joined, length = [], 0
            chunks += split(piece, finer)
            continue
        if joined and length + len(piece) + len(separator) > CHUNK_CHARACTERS:
            chunks.append(separator.join(joined))
            while joined and (length > OVERLAP_CHARACTERS or length + len(piece) > CHUNK_CHARACTERS):
                length -= len(joined.pop(0)) + len(separator)
        joined.append(piece)
        length += len(piece) + len(separator)
    return [chunk.strip() for chunk in [*chunks, separator.join(joined)] if chunk.strip()]


def main() -> None:
    """Read, split, embed, index."""
    import faiss  # with torch in one process, as the tutorials have it; their order of import matters on some systems
    import numpy as np
    from pypdf import PdfReader
    from sentence_transformers import SentenceTransformer

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    folder, *paths = sys.argv[1:]
    model = SentenceTransformer(folder, device="cpu", local_files_only=True).float()
    model.encode(["warm"])
    began = time.perf_counter()
    pages = 0
    chunks: list[str] = []
    for path in paths:
        for page in PdfReader(path).pages:
            chunks += split(page.extract_text())
            pages += 1
    vectors = model.encode(chunks, normalize_embeddings=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, np.float32))
    print(json.dumps({"pages": pages, "chunks": len(chunks), "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
