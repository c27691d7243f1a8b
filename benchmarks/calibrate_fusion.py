"""Finds the weights of `resources/retrieval/fusion.json`: `python benchmarks/calibrate_fusion.py SET=LIBRARY…`.

A SET is a folder with `questions.jsonl`, a LIBRARY one that `paperlamp --library LIBRARY add SET/pdfs` has filled. A
line of the file has `question`, `documents` (file names) and `gold_pages` (from 1, of the first document); it has none
where only the document is known. Every set counts the same, whatever its size. Printed are page recall (document
recall where no page is known) at 1, 5 and 10 with all sets, and for each set with weights found without it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.embedding.choice import chosen_embedder
from core.index.library import Library
from core.paths import resources_folder
from core.retrieval.evidence import OF_THE_EMBEDDER, SIGNALS
from core.retrieval.language import is_english
from core.retrieval.ranking import FOREIGN, KNOWN
from core.retrieval.retriever import Retriever

_CANDIDATES = 100
_STEPS = 400
_RATE = 0.1
_RIDGE = 0.05

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question's candidates: signals (candidates, signals), which are right, and the page or document of each."""

    signals: Floats
    right: npt.NDArray[np.bool_]
    places: list[Any]
    foreign: bool


def judged(folder: Path, library_folder: Path) -> list[Judged]:
    """Ask every question that has an answer."""
    choice = chosen_embedder()
    found = []
    with (
        closing(choice.open()) as embedder,
        closing(Library(library_folder, choice.model_id, choice.dimension, writable=False)) as library,
    ):
        retriever = Retriever(library, embedder)
        rows = library.database.read().execute(
            "SELECT d.id, l.path FROM documents d JOIN locations l ON l.document = d.id"
        )
        names = {row[0]: Path(row[1]).name for row in rows}
        lines = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines() if line]
        lines = [line for line in lines if line.get("answerable", True) and line["documents"]]
        by_page = any(gold_of(line) for line in lines)
        for line in lines:
            gold = gold_of(line) if by_page else {(name, None) for name in line["documents"]}
            if not gold:
                continue
            question = line["question"]
            dense = library.search_vectors(embedder.embed_query(question), _CANDIDATES, None)
            weighed = retriever.weigh(question, dense, library.search_keywords(question, _CANDIDATES, None), None)
            if not weighed.foreign and not is_english(question):
                continue  # no word of it was found: there is nothing to weigh
            places = [(names[c.document], c.page_index if by_page else None) for c in weighed.candidates]
            signals = np.array([[s[name] for name in SIGNALS] for s in weighed.signals])
            right = np.array([place in gold for place in places], bool)
            found.append(Judged(signals.reshape(-1, len(SIGNALS)), right, places, weighed.foreign))
    return found


def gold_of(line: dict[str, Any]) -> set[tuple[str, int]]:
    """(file name, page from 0) of each page that answers."""
    pages = line.get("gold_by_document") or {line["documents"][0]: line.get("gold_pages", [])}
    gold = {(name, page - 1) for name, numbers in pages.items() for page in numbers}
    alternatives = line.get("gold_pages_alt", [])
    return gold | {(line["documents"][0], page - 1) for page in alternatives if isinstance(page, int)}


def fit(sets: Iterable[Sequence[Judged]], columns: Sequence[int]) -> Floats:
    """Weights, none negative, under which a right candidate is likeliest the first: softmax over each question."""
    examples = []
    for questions in sets:
        useful = [q for q in questions if q.right.any()]
        examples += [(q.signals[:, columns], q.right, 1 / len(questions)) for q in useful]
    weights = np.zeros(len(columns))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        gradient = 2 * _RIDGE * weights
        for signals, right, share in examples:
            odds = signals @ weights
            odds = np.exp(odds - odds.max())
            among_right = odds * right
            gradient += share * (signals.T @ (odds / odds.sum() - among_right / among_right.sum()))
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        weights -= _RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        weights = np.maximum(weights, 0.0)
    return weights


def recall(questions: Sequence[Judged], weights: Floats, columns: Sequence[int]) -> list[float]:
    """The share of questions with a right place among the first 1, 5 and 10 distinct ones."""
    hits = np.zeros(3)
    for question in questions:
        order = np.argsort(-(question.signals[:, columns] @ weights), kind="stable")
        places = list(dict.fromkeys(question.places[i] for i in order))
        gold = {question.places[i] for i in np.flatnonzero(question.right)}
        hits += [bool(gold.intersection(places[:k])) for k in (1, 5, 10)]
    return [round(float(hit) / max(1, len(questions)), 3) for hit in hits]


def calibrate(sets: dict[str, list[Judged]], without: Sequence[str]) -> dict[str, float]:
    """Fit on all sets, print what that gives and what leaving each out costs; returns the weights by signal."""
    names = [name for name in SIGNALS if name not in without]
    columns = [SIGNALS.index(name) for name in names]
    weights = fit(sets.values(), columns)
    for name, questions in sets.items():
        apart = fit([other for key, other in sets.items() if key != name], columns) if len(sets) > 1 else weights
        print(f"  {name:24s} {recall(questions, weights, columns)}  left out {recall(questions, apart, columns)}")
    return {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}


def main() -> None:
    """Calibrate on the sets named, and write the weights if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="SET=LIBRARY")
    parser.add_argument("--without", nargs="*", default=[], choices=SIGNALS, help="signals to leave out, for ablation")
    parser.add_argument("--each", action="store_true", help="leave out each signal in turn, for ablation")
    parser.add_argument("--write", action="store_true", help="write resources/retrieval/fusion.json")
    args = parser.parse_args()
    known: dict[str, list[Judged]] = {}
    foreign: dict[str, list[Judged]] = {}
    for pair in args.sets:
        folder, _, library = pair.partition("=")
        questions = judged(Path(folder), Path(library))
        for sets, is_foreign in ((known, False), (foreign, True)):
            some = [question for question in questions if question.foreign is is_foreign]
            if some:
                sets[Path(folder).name] = some
    found = {}
    print("a language that the embedder knows")
    found[KNOWN] = calibrate(known, args.without)
    print("other languages")
    # What is learnt of words in English holds elsewhere, and keeps these weights from leaning on one set.
    found[FOREIGN] = calibrate(
        known | {f"{name} (foreign)": some for name, some in foreign.items()}, [*args.without, *OF_THE_EMBEDDER]
    )
    if args.each:
        for name in SIGNALS:
            print(f"without {name}")
            calibrate(known, [*args.without, name])
    print(json.dumps(found, indent=1))
    if args.write:
        (resources_folder() / "retrieval" / "fusion.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
