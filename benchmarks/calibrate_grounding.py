"""Finds the weights of `resources/answering/grounding.json`: `python -m benchmarks.calibrate_grounding SET=LIBRARY…`.

A SET is a folder with `questions.jsonl`, a LIBRARY one that `paperlamp --library LIBRARY add SET/pdfs` has filled. Out
of sentences of the library claims are made, true ones and false ones (`made_claims.py`); each is checked against the
passages that a search for its words finds. Every set counts the same. Printed are, for each set with weights found
without it, how many true and how many false claims come out as supported, then the same by kind with all sets.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from benchmarks.made_claims import Claim, false_claims, statement_of, true_claims
from core.answering.closeness import Closeness, Weights
from core.answering.grounding import GroundingCheck
from core.answering.words import content_words
from core.embedding.choice import chosen_embedder
from core.embedding.embedder import Embedder
from core.index.library import Library
from core.language import latin_language
from core.paths import resources_folder
from core.sentences import sentence_spans
from core.types import Passage, Verdict

_PASSAGES = 5
_SHORTEST, _LONGEST = 40, 260
_STEPS = 3000
_RATE = 0.5
_RIDGE = 0.002
_FALSE_SUPPORTED = 0.02  # of all false claims, at most, where the threshold is chosen
_FALSE_PARTLY = 0.25  # of those that no fault gives away
_SAID = 0.9  # of a sentence's words: a page that has as many most often says the same
_IS_PROSE = re.compile(r"^[\"“(]?[A-Z0-9].*[a-z].*[.]$")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """A claim with what the check measured of it."""

    claim: Claim
    closeness: Closeness
    fault: str
    verdict: Verdict
    reason: str


def measured(library: Library, embedder: Embedder | None, count: int, random: Random) -> Iterator[Measured]:
    """Claims from about `count` sentences of a library, each checked against passages found by its words."""
    connection = library.database.read()
    chunks = [row[0] for row in connection.execute("SELECT id FROM chunks ORDER BY id")]
    random.shuffle(chunks)
    used: set[str] = set()
    for chunk in chunks:
        if len(used) >= count:
            return
        (passage,) = library.passages([(chunk, 1.0)])
        sentences = _sentences(passage)
        fresh = [sentence for sentence in sentences if sentence not in used]
        if not fresh or latin_language(passage.text) not in (None, "en"):
            continue
        sentence = random.choice(fresh)
        used.add(sentence)
        yield from _checked(sentence, passage, sentences, library, embedder, random)


def _checked(
    sentence: str,
    passage: Passage,
    sentences: Sequence[str],
    library: Library,
    embedder: Embedder | None,
    random: Random,
) -> Iterator[Measured]:
    found = library.passages([(c, 1.0) for c, _ in library.search_keywords(sentence, 6 * _PASSAGES, None)])
    here = _squeezed(sentence)
    others = [other for other in found if here not in _squeezed(other.text)]
    shown = [passage, *(other for other in found if _squeezed(other.text) != _squeezed(passage.text))][:_PASSAGES]
    random.shuffle(shown)
    said = [_squeezed(other.text) for other in shown]

    def is_said(claim: str) -> bool:
        return any(_squeezed(claim) in text for text in said)

    near = [*sentences, *(other for place in others[:2] for other in _sentences(place))]
    check = GroundingCheck(shown, library.words, library.page_text, embedder)
    for claim in (*true_claims(sentence, random), *false_claims(sentence, near, library.words, random, is_said)):
        yield _measure(check, claim)
    wanted = content_words(sentence, library.words)
    others = [other for other in others if len(wanted & content_words(other.text, library.words)) < _SAID * len(wanted)]
    if len(others) >= _PASSAGES:  # what its own passage says, held against those that are only near
        check = GroundingCheck(others[:_PASSAGES], library.words, library.page_text, embedder)
        yield _measure(check, Claim(sentence, False, "of another page"))


def written_answers(
    folder: Path, library: Library, embedder: Embedder | None, count: int, random: Random
) -> Iterator[Measured]:
    """Sentences of a set's long answers, which say in other words what stands on the gold pages, and changed ones."""
    lines = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines() if line]
    lines = [line for line in lines if line.get("answerable", True) and line["documents"] and line["gold_pages"]]
    connection = library.database.read()
    rows = connection.execute("SELECT d.id, d.hash, l.path FROM documents d JOIN locations l ON l.document = d.id")
    numbers = {Path(row[2]).name: row[0] for row in rows}
    for line in random.sample(lines, len(lines)):
        if count <= 0:
            return
        answer = str(line["answer"])
        said = [answer[a:b] for a, b in sentence_spans(answer)]
        said = [sentence for sentence in said if len(sentence) >= _SHORTEST and _IS_PROSE.match(sentence)]
        if len(answer) < 2 * _SHORTEST or not said or latin_language(answer) not in (None, "en"):
            continue
        pages = ",".join(str(page + step - 1) for page in line["gold_pages"] for step in (0, 1))
        query = f"SELECT id FROM chunks WHERE document = ? AND page_index IN ({pages}) ORDER BY id"
        chunks = [row[0] for row in connection.execute(query, (numbers[line["documents"][0]],))]
        passages = library.passages([(chunk, 1.0) for chunk in chunks])
        check = GroundingCheck(passages, library.words, library.page_text, embedder)
        near = [sentence for passage in passages for sentence in _sentences(passage)]
        sentence = random.choice(said)
        count -= 1
        yield _measure(check, Claim(sentence, True, "written answer"))
        for claim in false_claims(sentence, near, library.words, random, lambda _: False):
            yield _measure(check, claim)


def answers_as_claims(folder: Path, library: Library, embedder: Embedder | None, random: Random) -> Iterator[Measured]:
    """The short answers of a set's questions as sentences; with the answer of another question they are false."""
    lines = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines() if line]
    lines = [
        line
        for line in lines
        if line.get("answerable", True) and str(line["answer"]) and len(str(line["answer"])) <= 60
    ]
    lines = [line for line in lines if latin_language(line["question"]) in (None, "en") and line["question"].isascii()]
    answers = [str(line["answer"]).split(" | ")[0] for line in lines]
    for line, answer in zip(lines, answers, strict=True):
        statement = statement_of(line["question"].strip(), answer)
        gold = " ".join(line["gold_text"])
        if not statement or answer.lower() not in gold.lower():
            continue
        found = library.passages([(c, 1.0) for c, _ in library.search_keywords(gold, _PASSAGES, None)])
        if not any(answer.lower() in passage.text.lower() for passage in found):
            continue
        check = GroundingCheck(found, library.words, library.page_text, embedder)
        yield _measure(check, Claim(statement, True, "question and answer"))
        other = random.choice(answers)
        if other.lower() not in gold.lower():
            yield _measure(check, Claim(statement_of(line["question"].strip(), other), False, "question, other answer"))


def _measure(check: GroundingCheck, claim: Claim) -> Measured:
    match = check.nearest(claim.text)
    verdicts = [(sentence.verdict, sentence.reason) for sentence in check.check(claim.text)]
    if match is None or not verdicts:
        return Measured(claim, Closeness(0.0, 0.0, 0.0), "", Verdict.UNSUPPORTED, "")
    verdict, reason = max(verdicts, key=lambda judged: list(Verdict).index(judged[0]))
    return Measured(claim, match.closeness, match.fault.reason if match.fault else "", verdict, reason)


def _sentences(passage: Passage) -> list[str]:
    found = [
        " ".join(passage.text[a:b].split()) for a, b in sentence_spans(passage.text) if "|" not in passage.text[a:b]
    ]
    found = [said for said in found if "[" not in said]  # a citation's number is not one of the sentence
    return [said for said in found if _SHORTEST <= len(said) <= _LONGEST and _IS_PROSE.match(said)]


def _squeezed(text: str) -> str:
    return "".join(text.lower().split())


# ── weights ──────────────────────────────────────────────────────────────────────────────────────────────────────


def fit(sets: Sequence[Sequence[Measured]], *, with_meaning: bool) -> Weights:
    """Logistic regression over the claims that no fault gives away, and thresholds from all of them."""
    rows, truth, weight = [], [], []
    for claims in sets:
        open_ones = [m for m in claims if not m.fault]
        rows += [_row(m.closeness, with_meaning=with_meaning) for m in open_ones]
        truth += [m.claim.is_true for m in open_ones]
        weight += [1.0 / max(1, len(open_ones))] * len(open_ones)
    features, right = np.array(rows), np.array(truth, float)
    share = np.array(weight) / len(sets)
    found = np.zeros(features.shape[1])
    for _ in range(_STEPS):
        odds = 1.0 / (1.0 + np.exp(-features @ found))
        gradient = features.T @ (share * (odds - right)) + _RIDGE * np.array([0.0, *found[1:]])
        found = found - _RATE * 4 * gradient
        found[1:] = np.maximum(found[1:], 0.0)
    bias, coverage, opening, pairs, cosine = (round(float(value), 2) for value in found)
    unset = Weights(bias, coverage, opening, pairs, cosine, 1.0, 1.0)
    return Weights(bias, coverage, opening, pairs, cosine, *_thresholds(sets, unset))


def _row(closeness: Closeness, *, with_meaning: bool) -> list[float]:
    return [
        1.0,
        closeness.coverage,
        closeness.opening,
        closeness.pairs,
        (closeness.cosine or 0.0) if with_meaning else 0.0,
    ]


def _thresholds(sets: Sequence[Sequence[Measured]], weights: Weights) -> tuple[float, float]:
    """The lowest scores at which, on average over the sets, few enough false claims pass."""
    steps = np.arange(0.02, 0.99, 0.01)
    false = [[m for m in claims if not m.claim.is_true] for claims in sets]

    def passing(threshold: float, claims: Sequence[Measured], among: int) -> float:
        return sum(not m.fault and weights.score(m.closeness) >= threshold for m in claims) / max(1, among)

    wrong = [np.mean([passing(t, claims, len(claims)) for claims in false]) for t in steps]
    half = [np.mean([passing(t, c, sum(not m.fault for m in c)) for c in false]) for t in steps]
    supported = next((t for t, share in zip(steps, wrong, strict=True) if share <= _FALSE_SUPPORTED), steps[-1])
    partly = next((t for t, share in zip(steps, half, strict=True) if share <= _FALSE_PARTLY), steps[-1])
    return round(float(supported), 2), round(float(min(partly, supported)), 2)


def shares(claims: Sequence[Measured], weights: Weights) -> tuple[float, float]:
    """Of the true and of the false claims, those that come out as supported, by one window."""
    passed = {True: [0.0], False: [0.0]}
    for m in claims:
        passed[m.claim.is_true].append(float(not m.fault and weights.score(m.closeness) >= weights.supported))
    true, false = (round(sum(passed[kind]) / max(1, len(passed[kind]) - 1), 3) for kind in (True, False))
    return true, false


def report(sets: Mapping[str, Sequence[Measured]]) -> None:
    """What the check says with the weights in force, by kind of claim."""
    by_kind: dict[tuple[bool, str], list[Measured]] = defaultdict(list)
    for claims in sets.values():
        for m in claims:
            by_kind[not m.claim.is_true, m.claim.kind].append(m)
    for (is_false, kind), claims in sorted(by_kind.items()):
        counts = "  ".join(f"{sum(m.verdict is verdict for m in claims) / len(claims):.3f}" for verdict in Verdict)
        print(f"  {'false' if is_false else 'true '} {kind:28s} {len(claims):4d}  {counts}")
    for name, claims in sets.items():
        line = []
        for is_true in (True, False):
            group = [m for m in claims if m.claim.is_true is is_true]
            line.append(
                f"{sum(m.verdict is Verdict.SUPPORTED for m in group) / max(1, len(group)):.3f} of {len(group)}"
            )
        print(f"  {name:14s} supported: true {line[0]}, false {line[1]}")


def main() -> None:
    """Calibrate on the sets named, and write the weights if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="SET=LIBRARY")
    parser.add_argument("--sentences", type=int, default=120, help="of each set")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words-only", action="store_true", help="without an embedder")
    parser.add_argument("--write", action="store_true", help="write resources/answering/grounding.json")
    parser.add_argument("--show", action="store_true", help="print the claims that are judged wrong")
    args = parser.parse_args()
    choice = chosen_embedder()
    sets: dict[str, list[Measured]] = {}
    with closing(choice.open()) as embedder:
        for pair in args.sets:
            folder, _, place = pair.partition("=")
            random = Random(args.seed)
            used = None if args.words_only else embedder
            with closing(Library(Path(place), choice.model_id, choice.dimension, writable=False)) as library:
                found = list(measured(library, used, args.sentences, random))
                found += written_answers(Path(folder), library, used, args.sentences // 2, random)
                found += answers_as_claims(Path(folder), library, used, random)
            sets[Path(folder).name] = found
    print("verdicts by kind with the weights in force: supported, partly, unsupported")
    report(sets)
    kind = "words_only" if args.words_only else "with_meaning"
    for name, claims in sets.items() if len(sets) > 1 else ():
        apart = fit([other for key, other in sets.items() if key != name], with_meaning=not args.words_only)
        print(f"  left out {name}: true, false supported {shares(claims, apart)}  {apart}")
    weights = fit(list(sets.values()), with_meaning=not args.words_only)
    for name, claims in sets.items():
        print(f"  all {name}: {shares(claims, weights)}")
    print(weights)
    if args.show:
        for m in (m for claims in sets.values() for m in claims):
            if m.claim.is_true != (m.verdict is Verdict.SUPPORTED):
                print(f"{m.claim.is_true!s:5} {m.claim.kind} {m.verdict} {m.reason or m.fault} {m.closeness}")
                print(f"   {m.claim.text}")
    if args.write:
        file = resources_folder() / "answering" / "grounding.json"
        data = json.loads(file.read_text("utf-8"))
        data[kind] = {name: getattr(weights, name) for name in Weights.__slots__}
        file.write_text(json.dumps(data, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
