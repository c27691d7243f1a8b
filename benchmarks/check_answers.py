"""Checks that no sentence shown as supported has a number that its citations lack.

`paperlamp --library LIBRARY ask --queries FILE --json > answers.jsonl`, then
`python -m benchmarks.check_answers LIBRARY=answers.jsonl…`. Every number and date of each supported sentence is looked
for in the characters of the page that the sentence's citations name, and nowhere else. Exit code 1 where one is
missing.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from core.answering.page_breaks import PageText
from core.answering.quantities import numbers_in, quantities_of
from core.chunking.tidy_text import tidy
from core.embedding.choice import chosen_embedder
from core.index.library import Library
from core.language import latin_language

_MARK = re.compile(r"\s*\[\d{1,3}\]")
_LEADS_IN = "In short: "


def wrong_numbers(answer: dict[str, Any], page_text: PageText) -> Iterator[tuple[str, str]]:
    """Each supported sentence of an answer with a number that is not where it is cited, and that number.

    A number counts as there if it is written so (thousands separators aside), or worth the same.
    """
    for sentence in answer["sentences"]:
        if sentence["verdict"] != "supported":
            continue
        said = _MARK.sub("", sentence["text"]).removeprefix(_LEADS_IN)
        cited = "\n".join(
            tidy(page_text(place["document"], place["page_index"])[place["char_start"] : place["char_end"]]).text
            for place in sentence["places"]
        )
        language = latin_language(cited) or latin_language(said) or "en"
        written = numbers_in(cited)
        around = "\n".join(passage["text"] for passage in answer["passages"])
        for fact in quantities_of(cited, language, around).lacks(quantities_of(said, language)):
            if not numbers_in(fact.said) <= written:
                yield sentence["text"], fact.said


def main() -> int:
    """Check the answers named; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answers", nargs="+", metavar="LIBRARY=FILE")
    args = parser.parse_args()
    choice = chosen_embedder()
    wrong = 0
    for pair in args.answers:
        place, _, file = pair.partition("=")
        answers = [json.loads(line) for line in Path(file).read_text("utf-8").splitlines() if line.startswith("{")]
        supported = sum(s["verdict"] == "supported" for answer in answers for s in answer["sentences"])
        with closing(Library(Path(place), choice.model_id, choice.dimension, writable=False)) as library:
            found = [each for answer in answers for each in wrong_numbers(answer, library.page_text)]
        for sentence, number in found:
            print(f"{number} is not on the cited words: {sentence}")
        print(
            f"{Path(place).name}: {len(answers)} answers, {supported} supported sentences, {len(found)} wrong numbers"
        )
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
