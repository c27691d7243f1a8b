"""Run in a process of its own: vectors by sentence-transformers in fp32, the reference. It imports torch.

python reference.py MODEL_FOLDER TEXTS.json VECTORS.npy
"""

import json
import sys
from pathlib import Path

import numpy as np


def main() -> None:
    """Embed the texts of a file."""
    from sentence_transformers import SentenceTransformer

    folder, texts, target = sys.argv[1:]
    model = SentenceTransformer(folder, device="cpu", local_files_only=True).float()
    vectors = model.encode(json.loads(Path(texts).read_text("utf-8")), normalize_embeddings=True, batch_size=1)
    np.save(target, vectors)


if __name__ == "__main__":
    main()
