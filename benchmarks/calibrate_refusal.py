"""Finds `resources/answering/refusal.json`: `python -m benchmarks.calibrate_refusal SET=LIBRARY…`.

A SET is a folder with `questions.jsonl`, a LIBRARY one that `paperlamp --library LIBRARY add SET/pdfs` has filled. A
line of the file has `question`, `documents` (file names), perhaps `gold_pages` (from 1, of the first document), and
`"answerable": false` where the documents do not answer. Every set counts the same, whatever its size.

Four kinds of questions are asked of each library: `answered` by it; `far`, those of the other sets; `near`, its own
where the pages that answer are hidden and only the rest of their document is searched (another page may still answer);
and `unanswerable`, which the set itself names so. Weights are learnt from `answered` and `far` alone, the others are
judged by them. Printed is which share of each is refused when so many of the answered are, with weights of all sets,
and, for each set, with weights found without it. --remember keeps the signals for later runs.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.calibrate_fusion import gold_of
from core.answering.missing import OF_THE_EMBEDDER, SIGNALS, Signals, missing
from core.answering.refusal import CONSTANT, KNOWN, WORDS_ONLY, evidence_against, is_known, words_tell
from core.embedding.choice import chosen_embedder
from core.embedding.embedder import Embedder
from core.index.library import Library
from core.index.vector_index import Ids
from core.paths import resources_folder
from core.retrieval.retriever import Retriever
from core.types import Scope

ANSWERED, FAR, NEAR, UNANSWERABLE = "answered", "far", "near", "unanswerable"
ASKED = {KNOWN: ("far_words", "far_tokens", "nowhere"), WORDS_ONLY: ("words", "nowhere")}
BUDGETS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.1)
# Of the answered questions, refused at most: the mean over the sets, and in any one of them.
MOST_ON_AVERAGE, MOST_OF_A_SET = 0.02, 0.05
_RIDGE = 0.01
_STEPS = 50
_PASSAGES = 24  # as many as an answer looks at
_DESCRIPTION = (
    "Weights by signal (core/answering/missing.py) and a constant; a sum above 0 is refused. Written by "
    "benchmarks/calibrate_refusal.py; see docs/decisions/005-refusal.md."
)

Floats = npt.NDArray[np.float64]
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked of a library.

    Attributes:
        set: whose library; the foreign questions of a set are a set of their own.
        signals: those of the embedder only where it knows the language.
    """

    set: str
    kind: str
    question: str
    signals: Signals


class PartialLibrary(Library):
    """A library of which only some chunks are searched, while `shown` names them."""

    shown: Ids | None = None

    def chunks_in_scope(self, scope: Scope, documents: Sequence[int] | None) -> Ids | None:
        """As for any library, unless some chunks are shown alone."""
        return super().chunks_in_scope(scope, documents) if self.shown is None else self.shown

    def beside(self, gold: set[tuple[str, int]]) -> Ids:
        """The chunks of the documents that have these (file name, page from 0), without those of the pages."""
        names = {name for name, _ in gold}
        rows = self.database.read().execute(
            """SELECT DISTINCT c.id, c.page_index, l.path FROM chunks c JOIN locations l ON l.document = c.document
            ORDER BY c.id"""
        )
        places = ((chunk, Path(path).name, page) for chunk, page, path in rows)
        return np.array([c for c, name, page in places if name in names and (name, page) not in gold], np.int64)


def questions_of(folder: Path) -> list[dict[str, Any]]:
    """The lines of a set."""
    return [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines() if line.strip()]


def is_answerable(line: Mapping[str, Any]) -> bool:
    """False where the set says that its documents do not answer."""
    return bool(line.get("answerable", True))


class Asker:
    """Asks a library and remembers the signals.

    Args:
        embedder: in force in the library.
        found: the signals of earlier runs, by set, kind and question.
    """

    def __init__(self, embedder: Embedder, found: dict[str, Signals]) -> None:
        self._embedder = embedder
        self.found = found

    def ask(self, name: str, kind: str, question: str, library: Library, retriever: Retriever) -> Asked:
        """One question."""
        known = is_known(question, self._embedder)
        key = "\t".join((name, kind, question))
        if key not in self.found:
            retrieval = retriever.retrieve_with_evidence(question, _PASSAGES)
            count_tokens = self._embedder.count_tokens if known else None
            if retrieval.passages:
                signals = missing(question, retrieval, library, Scope(), count_tokens)
            else:
                signals = {name: 1.0 for name in SIGNALS if known or name not in OF_THE_EMBEDDER}
            self.found[key] = {signal: round(value, 5) for signal, value in signals.items()}
        return Asked(name if known else f"{name}, foreign", kind, question, self.found[key])


def asked_of(
    folder: Path, library: PartialLibrary, asker: Asker, embedder: Embedder, others: Sequence[str], most: int
) -> Iterator[Asked]:
    """All questions that a library is asked, `others` being those of other sets."""
    retriever = Retriever(library, embedder)
    lines = questions_of(folder)
    for line in lines:
        kind = ANSWERED if is_answerable(line) else UNANSWERABLE
        yield asker.ask(folder.name, kind, line["question"], library, retriever)
    for question in others:
        yield asker.ask(folder.name, FAR, question, library, retriever)
    with_pages = [line for line in lines if is_answerable(line) and line["documents"] and gold_of(line)]
    for knows in (True, False):
        lines = [line for line in with_pages if is_known(line["question"], embedder) is knows]
        for line in random.Random(0).sample(lines, min(most, len(lines))):
            library.shown = library.beside(gold_of(line))
            yield asker.ask(folder.name, NEAR, line["question"], library, retriever)
    library.shown = None


def strange_questions(folders: Sequence[Path], own: Path, most: int, is_asked: Callable[[str], bool]) -> list[str]:
    """Up to `most` questions in all of the other sets, of each as many."""
    drawn: list[str] = []
    others = [folder for folder in folders if folder != own]
    for folder in others:
        questions = [line["question"] for line in questions_of(folder) if is_answerable(line)]
        questions = [question for question in questions if is_asked(question)]
        drawn += random.Random(0).sample(questions, min(most // len(others), len(questions)))
    return drawn


def matrix(questions: Sequence[Asked], names: Sequence[str]) -> Floats:
    """Shape (questions, signals)."""
    return np.array([[question.signals[name] for name in names] for question in questions])


def fit(questions: Sequence[Asked], names: Sequence[str]) -> Weights:
    """Logistic regression of far against answered, by Newton's method; each kind, and each set in it, counts alike."""
    learnt = [question for question in questions if question.kind in (ANSWERED, FAR)]
    counts: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for question in learnt:
        counts[question.kind][question.set] += 1
    share = np.array([0.5 / len(counts[q.kind]) / counts[q.kind][q.set] for q in learnt])
    signals = matrix(learnt, names)
    is_far = np.array([question.kind == FAR for question in learnt], float)
    mean = share @ signals
    spread = np.sqrt(share @ (signals - mean) ** 2) + 1e-9
    columns = np.column_stack(((signals - mean) / spread, np.ones(len(learnt))))
    ridge = np.diag([_RIDGE] * len(names) + [1e-9])
    found = np.zeros(len(names) + 1)
    for _ in range(_STEPS):
        likely = 1.0 / (1.0 + np.exp(-columns @ found))
        slope = columns.T @ (share * (likely - is_far)) + ridge @ found
        found -= np.linalg.solve((columns.T * (share * likely * (1.0 - likely))) @ columns + ridge, slope)
    weights = found[:-1] / spread
    return {**dict(zip(names, weights.tolist(), strict=True)), CONSTANT: float(found[-1] - weights @ mean)}


def scored(questions: Sequence[Asked], names: Sequence[str], *, apart: bool) -> list[float]:
    """The evidence against each question, by weights of all sets, or of all but its own."""
    sets = list(dict.fromkeys(question.set for question in questions))
    weights = {name: fit([q for q in questions if not apart or q.set != name], names) for name in sets}
    return [evidence_against(question.signals, weights[question.set]) for question in questions]


def shares_refused(questions: Sequence[Asked], scores: Sequence[float], above: float) -> dict[tuple[str, str], float]:
    """(kind, set) → the share of its questions refused."""
    refused: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for question, score in zip(questions, scores, strict=True):
        refused[question.kind, question.set].append(score > above)
    return {group: float(np.mean(found)) for group, found in refused.items()}


def threshold(questions: Sequence[Asked], scores: Sequence[float], average: float, of_a_set: float = 1.0) -> float:
    """The lowest score above which no more of the answered questions are refused than that."""
    answered = sorted((s for q, s in zip(questions, scores, strict=True) if q.kind == ANSWERED), reverse=True)
    lowest = answered[0]
    for score in answered:
        shares = [v for (kind, _), v in shares_refused(questions, scores, score).items() if kind == ANSWERED]
        if np.mean(shares) > average or max(shares) > of_a_set:
            break
        lowest = score
    return lowest


def print_curve(questions: Sequence[Asked], scores: Sequence[float], above: Sequence[float]) -> None:
    """What share of each kind and set is refused at each threshold."""
    columns = [shares_refused(questions, scores, limit) for limit in above]
    for kind, name in sorted(columns[0]):
        count = sum((question.kind, question.set) == (kind, name) for question in questions)
        shares = "  ".join(f"{column[kind, name]:.3f}" for column in columns)
        print(f"    {kind:12s} {name:22s} {count:4d}  {shares}")


def calibrate(questions: Sequence[Asked], names: Sequence[str]) -> Weights:
    """Learn from all sets; the constant is such that what is refused keeps to the bounds. Prints the curves."""
    weights = fit(questions, names)
    together, apart = (scored(questions, names, apart=apart) for apart in (False, True))
    limit = max(threshold(questions, scores, MOST_ON_AVERAGE, MOST_OF_A_SET) for scores in (together, apart))
    for title, scores in (("weights of all sets", together), ("weights found without the set", apart)):
        print(f"  {title}; refused of the answered, mean over sets: {BUDGETS}, then as it ships")
        print_curve(questions, scores, [*(threshold(questions, scores, budget) for budget in BUDGETS), limit])
    weights[CONSTANT] -= limit
    return {name: round(weight, 2) for name, weight in weights.items()}


def usable(questions: Sequence[Asked], names: Sequence[str]) -> list[Asked]:
    """The questions that have all of these signals, and are decided by them."""
    return [
        q
        for q in questions
        if q.signals.keys() >= set(names) and (set(names) & set(OF_THE_EMBEDDER) or words_tell(q.question))
    ]


def main() -> None:
    """Calibrate on the sets named, and write the weights if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="SET=LIBRARY")
    parser.add_argument("--most", type=int, default=100, help="far and near questions for each library")
    parser.add_argument("--remember", metavar="FILE", help="keep the signals there, for later runs")
    parser.add_argument("--without", nargs="*", default=[], choices=SIGNALS, help="signals to leave out, for ablation")
    parser.add_argument("--write", action="store_true", help="write resources/answering/refusal.json")
    args = parser.parse_args()
    choice = chosen_embedder()
    places = {Path(folder): Path(place) for folder, _, place in (pair.partition("=") for pair in args.sets)}
    file = Path(args.remember) if args.remember else None
    questions: list[Asked] = []
    with closing(choice.open()) as embedder:
        asker = Asker(embedder, json.loads(file.read_text("utf-8")) if file and file.exists() else {})
        for folder, place in places.items():
            others = strange_questions(list(places), folder, args.most, lambda text: is_known(text, embedder))
            with closing(PartialLibrary(place, choice.model_id, choice.dimension, writable=False)) as library:
                questions += asked_of(folder, library, asker, embedder, others, args.most)
            if file:
                file.write_text(json.dumps(asker.found), "utf-8")
    found: dict[str, Any] = {"description": _DESCRIPTION, "embedder": choice.model_id}
    for group, signals in ASKED.items():
        print(group)
        names = [name for name in signals if name not in args.without]
        found[group] = calibrate(usable(questions, names), names)
    print(json.dumps(found, indent=1))
    if args.write:
        (resources_folder() / "answering" / "refusal.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
