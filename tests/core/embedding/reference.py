"""Run in a process of its own, because it imports torch: what the compiled embedder is held against.

It writes sentence-transformers' vectors in fp32, and, beside them as `states.npy`, the token states of the fifth text
by the last layer but one; then it compiles the built-in model as `core.embedding.convert` does.

python reference.py MODEL_FOLDER TEXTS.json VECTORS.npy FOLDER_TO_COMPILE_INTO
"""

import json
import sys
from pathlib import Path

import numpy as np


def main() -> None:
    """Embed the texts of a file, then compile."""
    from sentence_transformers import SentenceTransformer

    from core.embedding import convert

    folder, texts, vectors, into = sys.argv[1:]
    model = SentenceTransformer(folder, device="cpu", local_files_only=True).float()
    np.save(vectors, model.encode(json.loads(Path(texts).read_text("utf-8")), normalize_embeddings=True, batch_size=1))
    tokenized = model.tokenizer([json.loads(Path(texts).read_text("utf-8"))[4]], return_tensors="pt")
    layers = model[0].auto_model(**tokenized, output_hidden_states=True).hidden_states
    np.save(Path(vectors).with_name("states.npy"), layers[-2][0, 1:-1].detach().numpy())
    sys.argv = ["convert", "--into", into]
    convert.main()


if __name__ == "__main__":
    main()
