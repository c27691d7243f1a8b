"""Finds the weights of `resources/retrieval/fusion.json`: `python benchmarks/calibrate_fusion.py SET=LIBRARY…`.

A SET is a folder with `questions.jsonl`, a LIBRARY one that `paperlamp --library LIBRARY add SET/pdfs` has filled. A
line of the file has `question`, `documents` (file names) and `gold_pages` (from 1, of the first document); it has none
where only the document is known. Every set counts the same, whatever its size. Printed are page recall (document
recall where no page is known) at 1, 5 and 10 with all sets, and for each set with weights found without it. Passages
are compared token by token with each question, which takes minutes; --remember keeps what was found for later runs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.embedding.choice import chosen_embedder
from core.embedding.embedder import Embedder, TokenEmbedder, embedded_text
from core.index.candidates import Candidate
from core.index.library import Library
from core.paths import resources_folder
from core.retrieval.evidence import OF_THE_EMBEDDER, SIGNALS, add_tokens
from core.retrieval.language import is_english
from core.retrieval.late_interaction import LateInteraction, most_promising
from core.retrieval.ranking import FOREIGN, KNOWN, WITHOUT_TOKENS
from core.retrieval.retriever import Retriever

_CANDIDATES = 100
_STEPS = 250
_RATE = 0.1
_RIDGE = 0.01
# Signals that say the same as others of their kind, and say it worse: places tell more than scores where there are two
# lists, scores more where there is one.
_OTHERS_SAY_IT = {KNOWN: ("words", "page_words"), FOREIGN: ("words_rank",)}

Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Judged:
    """A question's candidates, which are right, and the page or document of each.

    Attributes:
        signals: shape (candidates, signals); the column of late interaction is filled by `compare`.
    """

    question: str
    candidates: list[Candidate]
    signals: Floats
    right: npt.NDArray[np.bool_]
    places: list[Any]
    foreign: bool


Sets = Mapping[str, Sequence[Judged]]


class Comparisons:
    """Late interaction, computed once for each question and passage.

    Args:
        embedder: whose token vectors are compared.
        found: by question and passage, of earlier runs.
    """

    def __init__(self, embedder: TokenEmbedder, found: dict[str, dict[str, float]]) -> None:
        self._late = LateInteraction(embedder, lambda chunks: {})  # of several libraries
        self.found = found

    def fill(self, questions: Sequence[Judged], weights: Mapping[str, float]) -> None:
        """Fill the column of late interaction for the candidates that these weights put first."""
        column = SIGNALS.index("tokens")
        for question in questions:
            chosen = most_promising(question.candidates, list(question.signals @ row_of({**weights, "tokens": 0.0})))
            known = self.found.setdefault(question.question, {})
            keys = {i: _key(question.candidates[i]) for i in chosen}
            fresh = [i for i in chosen if keys[i] not in known]
            if fresh:
                found = self._late.similarities(question.question, [question.candidates[i] for i in fresh])
                known.update({keys[i]: round(value, 5) for i, value in zip(fresh, found, strict=True)})
            signals = [{"tokens": 0.0} for _ in question.candidates]
            add_tokens(signals, chosen, [known[keys[i]] for i in chosen])
            question.signals[:, column] = [signal["tokens"] for signal in signals]


def judged(folder: Path, library: Library, embedder: Embedder) -> Iterator[Judged]:
    """Ask every question that has an answer."""
    retriever = Retriever(library, embedder)
    rows = library.database.read().execute("SELECT d.id, l.path FROM documents d JOIN locations l ON l.document = d.id")
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
        proposed = retriever.propose(question, dense, library.search_keywords(question, _CANDIDATES, None))
        weighed = retriever.weigh(question, proposed, None)
        if not weighed.foreign and not is_english(question):
            continue  # no word of it was found: there is nothing to weigh
        places = [(names[c.document], c.page_index if by_page else None) for c in weighed.candidates]
        signals = np.array([[s[name] for name in SIGNALS] for s in weighed.signals]).reshape(-1, len(SIGNALS))
        right = np.array([place in gold for place in places], bool)
        yield Judged(question, weighed.candidates, signals, right, places, weighed.foreign)


def gold_of(line: dict[str, Any]) -> set[tuple[str, int]]:
    """(file name, page from 0) of each page that answers."""
    pages = line.get("gold_by_document") or {line["documents"][0]: line.get("gold_pages", [])}
    gold = {(name, page - 1) for name, numbers in pages.items() for page in numbers}
    alternatives = line.get("gold_pages_alt", [])
    return gold | {(line["documents"][0], page - 1) for page in alternatives if isinstance(page, int)}


def _key(candidate: Candidate) -> str:
    return hashlib.sha256(embedded_text(candidate.context, candidate.text).encode()).hexdigest()[:16]


def row_of(weights: Mapping[str, float]) -> Floats:
    """Weights by signal → one for each column."""
    return np.array([weights.get(name, 0.0) for name in SIGNALS])


def fit(sets: Sequence[Sequence[Judged]], names: Sequence[str]) -> dict[str, float]:
    """Weights, none negative, under which a right candidate is likeliest the first: softmax over each question."""
    columns = [SIGNALS.index(name) for name in names]
    stacks = [_stacked([q for q in questions if q.right.any()], columns) for questions in sets]
    weights = np.zeros(len(columns))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        gradient = 2 * _RIDGE * weights
        for questions, (signals, right, real) in zip(sets, stacks, strict=True):
            odds = np.where(real, signals @ weights, -np.inf)
            odds = np.exp(odds - odds.max(1, keepdims=True))
            among_right = odds * right
            surplus = odds / odds.sum(1, keepdims=True) - among_right / among_right.sum(1, keepdims=True)
            gradient += np.einsum("qc,qcs->s", surplus, signals) / len(questions)
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        weights -= _RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        weights = np.maximum(weights, 0.0)
    return {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}


def _stacked(
    questions: Sequence[Judged], columns: Sequence[int]
) -> tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Signals, which candidates are right, and which are real: the others fill up the shorter lists."""
    most = max((len(q.right) for q in questions), default=0)
    signals = np.zeros((len(questions), most, len(columns)))
    right, real = np.zeros((len(questions), most), bool), np.zeros((len(questions), most), bool)
    for i, question in enumerate(questions):
        count = len(question.right)
        signals[i, :count] = question.signals[:, columns]
        right[i, :count], real[i, :count] = question.right, True
    return signals, right, real


def recall(questions: Sequence[Judged], weights: Mapping[str, float]) -> list[float]:
    """The share of questions with a right place among the first 1, 5 and 10 distinct ones."""
    hits = np.zeros(3)
    for question in questions:
        order = np.argsort(-(question.signals @ row_of(weights)), kind="stable")
        places = list(dict.fromkeys(question.places[i] for i in order))
        gold = {question.places[i] for i in np.flatnonzero(question.right)}
        hits += [bool(gold.intersection(places[:k])) for k in (1, 5, 10)]
    return [round(float(hit) / max(1, len(questions)), 3) for hit in hits]


def learn(
    sets: Sequence[Sequence[Judged]], names: Sequence[str], comparisons: Comparisons
) -> dict[str, dict[str, float]]:
    """Weights without late interaction, which choose what is compared, and with it."""
    before = fit(sets, [name for name in names if name != "tokens"])
    for questions in sets:
        comparisons.fill(questions, before)
    return {WITHOUT_TOKENS: before, KNOWN: fit(sets, names)}


def calibrate_known(sets: Sets, without: Sequence[str], comparisons: Comparisons) -> dict[str, dict[str, float]]:
    """Learn from all sets, print what that gives and what leaving each out costs."""
    names = [name for name in SIGNALS if name not in (*without, *_OTHERS_SAY_IT[KNOWN])]
    apart: dict[str, list[float]] = {}
    for name, questions in sets.items() if len(sets) > 1 else ():
        found = learn([other for key, other in sets.items() if key != name], names, comparisons)
        comparisons.fill(questions, found[WITHOUT_TOKENS])
        apart[name] = recall(questions, found[KNOWN])
    found = learn(list(sets.values()), names, comparisons)
    for name, questions in sets.items():
        print(f"  {name:24s} {recall(questions, found[KNOWN])}  left out {apart.get(name)}", flush=True)
    return found


def calibrate_foreign(sets: Sets, known: Sets, without: Sequence[str]) -> dict[str, float]:
    """The same for languages that the embedder does not know.

    What is learnt of words in English holds elsewhere, and keeps these weights from leaning on few sets.
    """
    names = [name for name in SIGNALS if name not in (*without, *OF_THE_EMBEDDER, *_OTHERS_SAY_IT[FOREIGN])]
    weights = fit([*known.values(), *sets.values()], names)
    for name, questions in sets.items():
        apart = fit([*known.values(), *(other for key, other in sets.items() if key != name)], names)
        print(f"  {name:24s} {recall(questions, weights)}  left out {recall(questions, apart)}", flush=True)
    return weights


def main() -> None:
    """Calibrate on the sets named, and write the weights if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="SET=LIBRARY")
    parser.add_argument("--without", nargs="*", default=[], choices=SIGNALS, help="signals to leave out, for ablation")
    parser.add_argument("--each", action="store_true", help="leave out each signal in turn, for ablation")
    parser.add_argument("--remember", metavar="FILE", help="keep late interaction there, for later runs")
    parser.add_argument("--write", action="store_true", help="write resources/retrieval/fusion.json")
    args = parser.parse_args()
    choice = chosen_embedder()
    known: dict[str, list[Judged]] = {}
    foreign: dict[str, list[Judged]] = {}
    with ExitStack() as stack:
        embedder = stack.enter_context(closing(choice.open()))
        if not isinstance(embedder, TokenEmbedder):
            parser.error("the embedder chosen has no token vectors to compare")
        file = Path(args.remember) if args.remember else None
        comparisons = Comparisons(embedder, json.loads(file.read_text("utf-8")) if file and file.exists() else {})
        for pair in args.sets:
            folder, _, place = pair.partition("=")
            library = Library(Path(place), choice.model_id, choice.dimension, writable=False)
            with closing(library):
                for question in judged(Path(folder), library, embedder):
                    (foreign if question.foreign else known).setdefault(Path(folder).name, []).append(question)
        print("a language that the embedder knows")
        found: dict[str, dict[str, float]] = calibrate_known(known, args.without, comparisons)
        print("other languages")
        found[FOREIGN] = calibrate_foreign(foreign, known, args.without)
        for name in [name for name in SIGNALS if name not in args.without] if args.each else ():
            print(f"without {name}")
            calibrate_known(known, [*args.without, name], comparisons)
            calibrate_foreign(foreign, known, [*args.without, name])
    if file:
        file.write_text(json.dumps(comparisons.found), "utf-8")
    print(json.dumps(found, indent=1))
    if args.write:
        (resources_folder() / "retrieval" / "fusion.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
