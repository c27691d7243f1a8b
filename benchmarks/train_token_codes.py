"""Makes `resources/embedding/token_codes.faiss`: `python -m benchmarks.train_token_codes LIBRARY… --write`.

The tables by which token vectors are coded are learnt from passages of the libraries, as many of each. Nothing else of
the passages is kept. Printed is how much of a vector is lost: the mean squared distance, of vectors of length 1, of the
passages that were left out of learning.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from core.embedding.choice import BUILTIN_CHOICE
from core.embedding.embedder import TokenEmbedder, embedded_text
from core.paths import resources_folder

_FORM = "OPQ24_96,PQ24"
"""faiss's name for it: turned and cut to 96 numbers, of which each four become one byte of 24."""

_VECTORS = 60_000
_KEPT_FOR_TRIAL = 10_000


def main() -> None:
    """Learn, print what is lost, and write the tables if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("libraries", nargs="+", type=Path, metavar="LIBRARY")
    parser.add_argument("--passages", type=int, default=250, help="of each library; default: %(default)s")
    parser.add_argument("--form", default=_FORM, help="default: %(default)s")
    parser.add_argument("--write", action="store_true", help="write resources/embedding/token_codes.faiss")
    args = parser.parse_args()
    with closing(BUILTIN_CHOICE.open()) as embedder:
        if not isinstance(embedder, TokenEmbedder):
            parser.error("the built-in embedder has no token vectors")
        texts = [text for library in args.libraries for text in _drawn(library, args.passages)]
        vectors = np.concatenate(embedder.embed_tokens(texts)).astype(np.float32)
    vectors = vectors[np.random.default_rng(1).permutation(len(vectors))[: _VECTORS + _KEPT_FOR_TRIAL]]
    tables = faiss.index_factory(vectors.shape[1], args.form)
    tables.train(vectors[:-_KEPT_FOR_TRIAL])
    trial: npt.NDArray[np.float32] = vectors[-_KEPT_FOR_TRIAL:]
    lost = ((tables.sa_decode(tables.sa_encode(trial)) - trial) ** 2).sum(1).mean()
    print(f"{args.form}: {tables.sa_code_size()} bytes a token, {lost:.3f} lost")
    if args.write:
        faiss.write_index(tables, str(resources_folder() / "embedding" / "token_codes.faiss"))


def _drawn(library: Path, count: int) -> list[str]:
    with closing(sqlite3.connect(f"file:{library / 'library.sqlite3'}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT context, text FROM chunks ORDER BY id").fetchall()
    drawn = random.Random(1).sample(rows, min(count, len(rows)))
    return [embedded_text(context, text) for context, text in drawn]


if __name__ == "__main__":
    main()
