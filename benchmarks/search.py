"""Search in a library of a million chunks: how long it takes, what it finds, and what it holds in memory.

    python -m benchmarks.search --pdfs FOLDER                    1,000,000 chunks
    python -m benchmarks.search --pdfs FOLDER --chunks 100000

The folder's PDFs are added as a person adds them. `benchmarks.large_library` makes as many chunks of them as wanted,
the indexes are built, and a process of its own asks questions: parts of sentences of the documents, or those of a file.
It exits with 1 when a bound is not kept. Bounds hold for an idle machine; where it is not, look at the processor time,
which is printed beside.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.large_library import make_large
from benchmarks.made_pdfs import make_versions
from core import composition
from core.embedding.choice import chosen_embedder
from core.embedding.embedder import Vectors
from core.index import store
from core.index.library import Library
from core.retrieval.retriever import Retriever

VECTOR_MS, KEYWORD_MS, SEARCH_MS = 5.0, 15.0, 100.0
"""At the 95th percentile."""

RECALL = 0.99
"""Of the ten nearest, against comparing with all."""

RESIDENT_MB = 900.0
"""What opening a library and searching both indexes adds to a process, pages of mapped files included."""

_LIST = 100  # of each index a search takes so many
_NEAREST = 10
_WARM = 20
_MADE_PAGES = 1000
_WORDS_OF_A_QUESTION = (5, 14)
_COMPARED_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of each question, by the clock and of the processor."""

    clock: list[float]
    processor: list[float]

    def line(self) -> str:
        """p50 and p95 of both."""
        clock, processor = (np.percentile(times, (50, 95)) for times in (self.clock, self.processor))
        return (
            f"p50 {clock[0]:7.2f} ms   p95 {clock[1]:7.2f} ms   (processor {processor[0]:.2f} and {processor[1]:.2f})"
        )

    def p95(self) -> float:
        """By the clock."""
        return float(np.percentile(self.clock, 95))


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found out about one library."""

    chunks: int
    form: str
    questions: int
    opening_seconds: float
    vector: Times
    recall: float
    keyword: Times
    search: Times
    in_a_document: Times
    in_half: Times
    resident_mb: float
    process_mb: float

    def report(self) -> str:
        """The table."""
        return "\n".join(
            (
                f"{self.chunks:,} chunks, vectors {self.form}, opened in {self.opening_seconds:.1f} s, "
                f"{self.questions} questions",
                f"vector search      {self.vector.line()}",
                f"  recall@{_NEAREST}        {self.recall:.4f}",
                f"  in one document  {self.in_a_document.line()}",
                f"  in half of all   {self.in_half.line()}",
                f"keyword search     {self.keyword.line()}",
                f"whole search       {self.search.line()}",
                f"memory             {self.resident_mb:.0f} MB for the indexes, {self.process_mb:.0f} MB in all",
            )
        )

    def missed(self) -> list[str]:
        """The bounds that were not kept."""
        bounds = (
            ("vector search p95, ms", self.vector.p95(), VECTOR_MS),
            ("keyword search p95, ms", self.keyword.p95(), KEYWORD_MS),
            ("whole search p95, ms", self.search.p95(), SEARCH_MS),
            ("memory, MB", self.resident_mb, RESIDENT_MB),
        )
        found = [f"{what}: {value:.1f}, not below {bound:g}" for what, value, bound in bounds if value >= bound]
        if self.recall < RECALL:
            found.append(f"recall@{_NEAREST}: {self.recall:.4f}, not {RECALL:g}")
        return found


def main() -> int:
    """Make what is missing, measure, and say which bounds were missed."""
    args = _arguments()
    scratch = None if args.keep else tempfile.mkdtemp(prefix="paperlamp-search-")
    folder = args.keep or Path(scratch or "")
    try:
        real = args.real or folder / "real"
        if not (real / "library.sqlite3").exists():
            _timed("adding the documents", lambda: add_documents(real, args.pdfs, folder))
        large = folder / f"large-{args.chunks}"
        if not (large / "made").exists():
            shutil.rmtree(large, ignore_errors=True)
            _timed(f"making {args.chunks:,} chunks", lambda: make_large(real, large, args.chunks))
            _timed("building the indexes", lambda: in_a_process(build_indexes, large))
            (large / "made").touch()
        questions = read_questions(args.questions) if args.questions else questions_of(real, args.count)
        measured = in_a_process(measure, large, questions[: args.count])
    finally:
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)
    print(measured.report())
    missed = measured.missed()
    for sentence in missed:
        print(f"missed: {sentence}")
    return 1 if missed else 0


def in_a_process(function: Callable[..., Any], *values: Any) -> Any:
    """Run a function of this module in a process that has done nothing else."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *values).result()


def add_documents(real: Path, pdfs: Path | None, folder: Path) -> None:
    """Add a folder's PDFs, or made ones, to a library."""
    if pdfs is None:
        pdfs = folder / "pdfs"
        make_versions(pdfs, documents=_MADE_PAGES // 20, versions=1, pages=20, seed=1)
    with closing(composition.open_library(real)) as library:
        ingestor = composition.start_ingestor(library)
        try:
            ingestor.add([pdfs])
            ingestor.wait()
        finally:
            ingestor.close()


def build_indexes(large: Path) -> None:
    """Open the library once, which brings both indexes up to the rows, and wait for the vectors' final form."""
    with closing(composition.open_library(large)) as library:
        library.settle_indexes()


def questions_of(real: Path, count: int, seed: int = 3) -> list[str]:
    """Questions made of real text: some words of a sentence, in their order."""
    chance = random.Random(seed)
    with closing(composition.open_library(real, writable=False)) as library:
        texts = [row[0] for row in library.database.read().execute("SELECT text FROM chunks ORDER BY id")]
    questions: list[str] = []
    while len(questions) < count:
        words = chance.choice(texts).split()
        length = chance.randint(*_WORDS_OF_A_QUESTION)
        if len(words) > length:
            first = chance.randrange(len(words) - length)
            questions.append(" ".join(words[first : first + length]).strip('"-*').replace('"', ""))
    return questions


def read_questions(file: Path) -> list[str]:
    """The `question` of each line of a JSON lines file."""
    return [json.loads(line)["question"] for line in file.read_text("utf-8").splitlines() if line.strip()]


def measure(large: Path, questions: Sequence[str]) -> Measured:
    """Ask a library everything."""
    process = psutil.Process()
    with closing(chosen_embedder().open()) as embedder:
        vectors = [embedder.embed_query(question) for question in questions]
        if not questions:
            raise ValueError("there are no questions")
        before = process.memory_info().rss
        started = time.perf_counter()
        with closing(composition.open_library(large)) as library:
            opening = time.perf_counter() - started
            sizes = library.index_sizes()
            everywhere = [library.search_vectors(vector, _LIST, None) for vector in vectors]  # and so they are warm
            vector = _times(lambda query: library.search_vectors(query, _LIST, None), vectors)
            one, half = _scopes(library)
            in_a_document = _times(lambda query: library.search_vectors(query, _LIST, one), vectors)
            in_half = _times(lambda query: library.search_vectors(query, _LIST, half), vectors[:_WARM])
            for question in questions:
                library.search_keywords(question, _LIST, None)
            keyword = _times(lambda question: library.search_keywords(question, _LIST, None), questions)
            held = process.memory_info().rss
            retriever = Retriever(library, embedder)
            for question in questions[:_WARM]:
                retriever.retrieve(question)
            search = _times(retriever.retrieve, questions[_WARM:] or questions)
            in_all = process.memory_info().rss
            recall = recall_of(library, vectors, everywhere)
            form = str(library.vector_form)
    return Measured(
        chunks=sizes["chunks"],
        form=form,
        questions=len(questions),
        opening_seconds=opening,
        vector=vector,
        recall=recall,
        keyword=keyword,
        search=search,
        in_a_document=in_a_document,
        in_half=in_half,
        resident_mb=(held - before) / 1e6,
        process_mb=in_all / 1e6,
    )


def recall_of(library: Library, queries: Sequence[Vectors], found: Sequence[Sequence[tuple[int, float]]]) -> float:
    """The share of the ten nearest of all stored vectors that are among the first ten found."""
    db = library.database.read()
    ids = store.chunk_ids(db)
    asked = np.stack(queries)
    best_ids = np.empty((len(queries), 0), np.int64)
    best = np.empty((len(queries), 0), np.float32)
    for some, vectors in store.read_vectors(db, ids):
        best = np.hstack([best, asked @ vectors.T])
        best_ids = np.hstack([best_ids, np.broadcast_to(some, (len(queries), len(some)))])
        first = np.argsort(-best, axis=1)[:, :_NEAREST]
        best, best_ids = np.take_along_axis(best, first, 1), np.take_along_axis(best_ids, first, 1)
    hits = [
        len({chunk for chunk, _ in one[:_NEAREST]} & set(nearest.tolist()))
        for one, nearest in zip(found, best_ids, strict=True)
    ]
    return sum(hits) / best_ids.size


def _scopes(library: Library) -> tuple[list[int], list[int]]:
    """Row numbers of one document, and of every second one."""
    rows = sorted(library.document_rows())
    return rows[len(rows) // 2 : len(rows) // 2 + 1], rows[::2]


def _times(ask: Callable[[Any], object], questions: Sequence[Any]) -> Times:
    clock, processor = [], []
    for question in questions:
        begun, worked = time.perf_counter(), time.process_time()
        ask(question)
        clock.append((time.perf_counter() - begun) * 1e3)
        processor.append((time.process_time() - worked) * 1e3)
    return Times(clock, processor)


def _timed(what: str, do: Callable[[], object]) -> None:
    started = time.perf_counter()
    print(f"{what} …", file=sys.stderr, flush=True)
    do()
    print(f"{what}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pdfs", type=Path, help="a folder of PDFs with real text; without it, invented words")
    parser.add_argument("--real", type=Path, help="a library that holds such PDFs already")
    parser.add_argument("--chunks", type=int, default=1_000_000, help="how many there are to be (default: %(default)s)")
    parser.add_argument("--questions", type=Path, metavar="FILE.jsonl", help='lines of {"question":…} to ask')
    parser.add_argument("--count", type=int, default=200, help="how many questions (default: %(default)s)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep what is made there, for the next time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
