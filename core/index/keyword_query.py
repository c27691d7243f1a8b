"""A person's query → tantivy's: words rank, phrases and exclusions rule out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import tantivy

from core.index.analysis import Word, analyse, analyse_word, is_stop_word, split
from core.index.compounds import LANGUAGES as COMPOUNDING
from core.index.compounds import parts_of
from core.index.query_syntax import KeywordQuery
from core.language import DEFAULT, latin_languages

# Measured on the development sets; see docs/decisions/013-words-by-language.md.
WEIGHTS = {"stems": 1.0, "forms": 0.4, "title": 0.25, "headings": 0.25, "near": 0.2}
_STEMMED = ("stems", "title", "headings")
# What the parts of a compound weigh beside the whole.
_PART_SHARE = 0.4
# Telling words of a query this near one another are neighbours, and may stand this much farther apart in a text.
_NEIGHBOURS = 3
_SLOP = 3
# Where both words of a pair are in more passages than that, reading all their places takes too long.
_TOO_COMMON = 10_000
_MAX_CLAUSES = 160
_MAX_LANGUAGES = 3


def languages_of(text: str, held: Sequence[str]) -> list[str]:
    """The languages whose stems a query's words are looked for in, the likeliest first.

    Args:
        text: the query.
        held: the languages of the index, the commonest first.
    """
    return latin_languages(text, held or [DEFAULT])[:_MAX_LANGUAGES]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What scores passages.

    Attributes:
        words: any of them, in their stems, as they are written, in title and headings; None where the text has no word.
        near: what a passage gains where words that are neighbours in the query stand together; None without a pair. It
            is a query of its own, for one with phrases in it is slow.
    """

    words: tantivy.Query | None
    near: tantivy.Query | None


def ranking(schema: tantivy.Schema, text: str, languages: Sequence[str], frequency: Callable[[str], int]) -> Ranking:
    """What scores passages for the words of a text.

    Args:
        schema: of the index.
        text: the query, without operators.
        languages: in which its words may be.
        frequency: how many passages have a form.
    """
    words, wholes = split(text)
    telling = [(at, word) for at, word in enumerate(words) if not is_stop_word(word, languages)] or list(
        enumerate(words)
    )
    clauses = _Clauses(schema)
    before: _Placed | None = None
    for at, token in telling:
        readings = [analyse_word(token, language) for language in languages]
        for variants in zip(*(word.stems for word in readings), strict=True):
            for field in _STEMMED:
                clauses.add_any(field, variants)
        if not _is_written_apart(readings[0]):
            before = None
            continue
        form = readings[0].forms[0]
        clauses.add_any("forms", [form])
        passages = frequency(form)
        if (
            before is not None
            and at - before.at <= _NEIGHBOURS
            and before.form != form
            and min(before.passages, passages) <= _TOO_COMMON
        ):
            clauses.add_near(before.form, form, at - before.at)
        before = _Placed(at, form, passages)
        if languages[0] in COMPOUNDING:
            for part in parts_of(form, frequency) or ():
                clauses.add_any("stems", [analyse_word(part, languages[0]).stems[0]], _PART_SHARE)
    for whole in wholes:
        clauses.add_any("stems", [whole])
    return Ranking(clauses.words(), clauses.near())


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word of the query: its place there, its form, and how many passages have it."""

    at: int
    form: str
    passages: int


class _Clauses:
    """Gathers the parts of a ranking, each once and at most so many."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema
        self._seen: set[tuple[str, str]] = set()
        self._words: list[tantivy.Query] = []
        self._near: list[tantivy.Query] = []

    def words(self) -> tantivy.Query | None:
        return _any_of(self._words)

    def near(self) -> tantivy.Query | None:
        return _any_of(self._near)

    def add_any(self, field: str, variants: Sequence[str], share: float = 1.0) -> None:
        """The best of several readings of a word, so that none counts twice."""
        fresh = [variant for variant in dict.fromkeys(variants) if (field, variant) not in self._seen]
        self._seen.update((field, variant) for variant in fresh)
        if not fresh:
            return
        terms = [tantivy.Query.term_query(self._schema, field, variant) for variant in fresh]
        best = terms[0] if len(terms) == 1 else tantivy.Query.disjunction_max_query(terms)
        self._words.append(tantivy.Query.boost_query(best, WEIGHTS[field] * share))

    def add_near(self, first: str, second: str, distance: int) -> None:
        """Two words of the query about as far from one another as there."""
        pair: list[str | tuple[int, str]] = [(0, first), (distance, second)]
        phrase = tantivy.Query.phrase_query(self._schema, "forms", pair, _SLOP)
        self._near.append(tantivy.Query.boost_query(phrase, WEIGHTS["near"]))


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query | None:
    if not queries:
        return None
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries[:_MAX_CLAUSES]])


def permitting(
    schema: tantivy.Schema, query: KeywordQuery, languages: Sequence[str]
) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    """What passages must have and must not, as clauses that add nothing to their scores."""
    clauses = [(tantivy.Occur.Must, _in_a_row(schema, analyse(phrase, None).forms)) for phrase in query.phrases]
    clauses += [(tantivy.Occur.Must, _beginning(schema, prefix)) for prefix in query.prefixes]
    clauses += [(tantivy.Occur.MustNot, _any_form(schema, excluded, languages)) for excluded in query.excluded]
    return [(occur, tantivy.Query.const_score_query(clause, 0.0)) for occur, clause in clauses]


def _is_written_apart(word: Word) -> bool:
    """False for scripts without spaces, whose forms are single characters and stand for phrases' sake only."""
    return len(word.forms) == 1 and len(word.stems) == 1


def _in_a_row(schema: tantivy.Schema, forms: Sequence[str]) -> tantivy.Query:
    if not forms:
        return tantivy.Query.empty_query()
    if len(forms) == 1:
        return tantivy.Query.term_query(schema, "forms", forms[0])
    return tantivy.Query.phrase_query(schema, "forms", list(forms))


def _beginning(schema: tantivy.Schema, prefix: str) -> tantivy.Query:
    *before, last = analyse(prefix, None).forms or [prefix]
    starting = tantivy.Query.regex_query(schema, "forms", f"{re.escape(last)}.*")
    if not before:
        return starting
    return tantivy.Query.phrase_prefix_query(schema, "forms", [*before, last])


def _any_form(schema: tantivy.Schema, excluded: str, languages: Iterable[str]) -> tantivy.Query:
    """A word in all its inflections; a phrase, or a word of a script without spaces, as it is written."""
    forms = analyse(excluded, None).forms
    if len(forms) != 1:
        return _in_a_row(schema, forms)
    token = split(excluded)[0][0]
    stems = dict.fromkeys(stem for language in languages for stem in analyse_word(token, language).stems)
    variants = [tantivy.Query.term_query(schema, "stems", stem) for stem in stems]
    variants.append(_in_a_row(schema, forms))
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, variant) for variant in variants])
