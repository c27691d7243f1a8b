"""How fast files are taken in, against the usual pipeline on the same files and model, and against embedding alone.

    python -m benchmarks.ingest PDF…

Three runs, each in processes of its own: `paperlamp add` into a new library; `benchmarks.usual_pipeline`; and the same
chunks through the same embedder with as many workers and nothing else to do. Starting programs and loading models is
left out everywhere: `add` is measured from its first commit to its last, and the pages of the first are not counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

from core import composition
from core.embedding.choice import chosen_embedder
from core.embedding.convert import ensure_builtin
from core.embedding.embedder import Embedder, embedded_text
from core.embedding.weights import builtin_model_folder

ROOT = Path(__file__).resolve().parent.parent
_PROGRAM = "import sys; from core.cli import main; sys.exit(main())"
_TEXTS_IN_A_BATCH = 24  # about what eight pages give

_embedder: Embedder | None = None


def add(library: Path, paths: Sequence[Path]) -> tuple[int, float]:
    """Pages and seconds of `paperlamp add`."""
    command = [sys.executable, "-c", _PROGRAM, "--library", str(library), "add", "--json", *map(str, paths)]
    began = ended = 0.0
    first = 0
    pages: dict[str, int] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] != "progress":
                continue
            if event["pages_done"] > pages.get(event["document"], 0):
                pages[event["document"]] = event["pages_done"]
                ended = time.perf_counter()
                if not began:
                    began, first = ended, event["pages_done"]
    return sum(pages.values()) - first, ended - began


def usual(paths: Sequence[Path]) -> tuple[int, float]:
    """Pages and seconds of the usual pipeline."""
    command = [sys.executable, "-m", "benchmarks.usual_pipeline", str(builtin_model_folder()), *map(str, paths)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return told["pages"], told["seconds"]


def embedding_alone(library: Path) -> tuple[int, int, float]:
    """Chunks, their pages, and the seconds of embedding a library's chunks again, uncached, with as many workers."""
    with closing(composition.open_library(library, writable=False)) as opened:
        documents = opened.documents()
        pages = sum(document.health.pages_done for document in documents)
        chunks = opened.chunk_texts([document.id for document in documents])
        texts = [embedded_text(context, text) for context, text in chunks]
    batches = [texts[i : i + _TEXTS_IN_A_BATCH] for i in range(0, len(texts), _TEXTS_IN_A_BATCH)]
    workers = composition.worker_count()
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_load) as pool:
        list(pool.map(_embed, [["warm"]] * workers * 4))
        began = time.perf_counter()
        list(pool.map(_embed, batches))
        return len(texts), pages, time.perf_counter() - began


def _load() -> None:
    global _embedder
    _embedder = chosen_embedder({}).open_in_worker(1)


def _embed(texts: Sequence[str]) -> int:
    assert _embedder is not None
    return len(_embedder.embed_passages(texts))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__.split("\n", 1)[0])
    parser.add_argument("pdfs", nargs="+", type=Path, metavar="PDF", help="files with text; scans measure OCR instead")
    args = parser.parse_args(arguments)
    paths = [path.absolute() for path in args.pdfs]
    ensure_builtin()
    with tempfile.TemporaryDirectory(prefix="paperlamp-ingest-") as scratch:
        library = Path(scratch) / "library"
        pages, seconds = add(library, paths)
        print(
            f"paperlamp add          {pages:>6} pages  {seconds:>7.1f} s  {pages / seconds:>6.1f} pages/s", flush=True
        )
        chunks, read_pages, alone = embedding_alone(library)
        alone_rate = read_pages / alone
        print(f"embedding alone        {chunks:>6} chunks {alone:>7.1f} s  {alone_rate:>6.1f} pages/s", flush=True)
        usual_pages, usual_seconds = usual(paths)
        rate = usual_pages / usual_seconds
        print(f"the usual pipeline     {usual_pages:>6} pages  {usual_seconds:>7.1f} s  {rate:>6.1f} pages/s")
    print(
        f"{pages / seconds / rate:.1f} times the usual pipeline; {pages / seconds / alone_rate:.2f} of embedding alone"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
