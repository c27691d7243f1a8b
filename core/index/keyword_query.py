"""A person's query → tantivy's: words rank, phrases and exclusions rule out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import tantivy

from core.index.analysis import Word, analyse, analyse_word, is_stop_word, split
from core.index.language import DEFAULT, latin_languages
from core.index.query_syntax import KeywordQuery

# Measured on the development sets; see docs/decisions/013-words-by-language.md.
WEIGHTS = {"stems": 1.0, "forms": 0.4, "context": 0.25, "near": 0.2}
# Telling words of a query this near one another are neighbours, and may stand this much farther apart in a text.
_NEIGHBOURS = 3
_SLOP = 3
_MAX_CLAUSES = 160
_MAX_LANGUAGES = 3


def languages_of(text: str, held: Sequence[str]) -> list[str]:
    """The languages whose stems a query's words are looked for in, the likeliest first.

    Args:
        text: the query.
        held: the languages of the index, the commonest first.
    """
    return latin_languages(text, held or [DEFAULT])[:_MAX_LANGUAGES]


def ranking(schema: tantivy.Schema, text: str, languages: Sequence[str]) -> tantivy.Query | None:
    """What scores passages: every word in its stems, as it is written, in the context, and near its neighbour.

    Returns:
        None where the text has no word.
    """
    words, wholes = split(text)
    telling = [(at, word) for at, word in enumerate(words) if not is_stop_word(word, languages)] or list(
        enumerate(words)
    )
    clauses = _Clauses(schema)
    before: tuple[int, str] | None = None
    for at, token in telling:
        readings = [analyse_word(token, language) for language in languages]
        for variants in zip(*(word.stems for word in readings), strict=True):
            clauses.add_any("stems", variants)
            clauses.add_any("context", variants)
        if not _is_written_apart(readings[0]):
            before = None
            continue
        form = readings[0].forms[0]
        clauses.add_any("forms", [form])
        if before is not None and at - before[0] <= _NEIGHBOURS and before[1] != form:
            clauses.add_near(before[1], form, at - before[0])
        before = (at, form)
    for whole in wholes:
        clauses.add_any("stems", [whole])
    return tantivy.Query.boolean_query(clauses.all) if clauses.all else None


class _Clauses:
    """Gathers the parts of a disjunction, each once and at most so many.

    Attributes:
        all: the parts.
    """

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema
        self._seen: set[tuple[str, str]] = set()
        self.all: list[tuple[tantivy.Occur, tantivy.Query]] = []

    def add_any(self, field: str, variants: Sequence[str]) -> None:
        """The best of several readings of a word, so that none counts twice."""
        fresh = [variant for variant in dict.fromkeys(variants) if (field, variant) not in self._seen]
        self._seen.update((field, variant) for variant in fresh)
        if not fresh:
            return
        terms = [tantivy.Query.term_query(self._schema, field, variant) for variant in fresh]
        self._add(terms[0] if len(terms) == 1 else tantivy.Query.disjunction_max_query(terms), WEIGHTS[field])

    def add_near(self, first: str, second: str, distance: int) -> None:
        """Two words of the query about as far from one another as there."""
        pair: list[str | tuple[int, str]] = [(0, first), (distance, second)]
        self._add(tantivy.Query.phrase_query(self._schema, "forms", pair, _SLOP), WEIGHTS["near"])

    def _add(self, query: tantivy.Query, weight: float) -> None:
        if len(self.all) < _MAX_CLAUSES:
            self.all.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, weight)))


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
