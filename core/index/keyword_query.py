"""A person's query → tantivy's: words rank, phrases and exclusions rule out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import tantivy

from core.index.analysis import Word, analyse, analyse_word, is_stop_word, split
from core.index.language import DEFAULT, latin_languages
from core.index.query_syntax import KeywordQuery

# Measured on the development sets; see docs/decisions/013-words-by-language.md.
WEIGHTS = {"stems": 1.0, "forms": 0.4, "context": 0.25}
_MAX_TERMS = 160
_MAX_LANGUAGES = 3


def languages_of(text: str, held: Sequence[str]) -> list[str]:
    """The languages whose stems a query's words are looked for in, the likeliest first.

    Args:
        text: the query.
        held: the languages of the index, the commonest first.
    """
    return latin_languages(text, held or [DEFAULT])[:_MAX_LANGUAGES]


def ranking(schema: tantivy.Schema, text: str, languages: Sequence[str]) -> tantivy.Query | None:
    """What scores passages: every word in its stems, as it is written, and in the context; None without a word."""
    words, wholes = split(text)
    tokens = list(dict.fromkeys(words))
    telling = [token for token in tokens if not is_stop_word(token, languages)] or tokens
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
    seen: set[tuple[str, str]] = set()

    def should(field: str, *variants: str) -> None:
        fresh = [variant for variant in dict.fromkeys(variants) if (field, variant) not in seen]
        if not fresh or len(clauses) >= _MAX_TERMS:
            return
        seen.update((field, variant) for variant in fresh)
        terms = [tantivy.Query.term_query(schema, field, variant) for variant in fresh]
        query = terms[0] if len(terms) == 1 else tantivy.Query.disjunction_max_query(terms)
        clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, WEIGHTS[field])))

    for token in telling:
        readings = [analyse_word(token, language) for language in languages]
        for variants in zip(*(word.stems for word in readings), strict=True):
            should("stems", *variants)
            should("context", *variants)
        for form in readings[0].forms if _is_word(readings[0]) else ():
            should("forms", form)
    for whole in wholes:
        should("stems", whole)
    return tantivy.Query.boolean_query(clauses) if clauses else None


def permitting(
    schema: tantivy.Schema, query: KeywordQuery, languages: Sequence[str]
) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    """What passages must have and must not, as clauses that add nothing to their scores."""
    clauses = [(tantivy.Occur.Must, _phrase(schema, phrase)) for phrase in query.phrases]
    clauses += [(tantivy.Occur.Must, _beginning(schema, prefix)) for prefix in query.prefixes]
    clauses += [(tantivy.Occur.MustNot, _any_form(schema, excluded, languages)) for excluded in query.excluded]
    return [(occur, tantivy.Query.const_score_query(clause, 0.0)) for occur, clause in clauses]


def _is_word(word: Word) -> bool:
    """Single characters of a script without spaces stand for phrases' sake only."""
    return len(word.forms) <= len(word.stems)


def _phrase(schema: tantivy.Schema, phrase: str) -> tantivy.Query:
    return _in_a_row(schema, analyse(phrase, None).forms)


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
