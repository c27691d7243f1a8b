"""What a person may type beside words: "a phrase", -word and word*. Whatever is none of these is plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPERATOR = re.compile(
    r"""
    (?<![^\s(])(?P<minus>-)?"(?P<phrase>[^"]*[^\W_][^"]*)"(?![^\W_])
    |(?<![^\s(])-(?P<excluded>[^\W\d_](?:[\w.&'’-]*\w)?)
    |(?<![^\s("])(?P<prefix>[^\W_](?:[\w.&'’-]*[^\W_]))\*(?=[\s?!.,;:)]|$)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class KeywordQuery:
    """A query, taken apart.

    Attributes:
        text: everything that is looked for, phrases and beginnings of words among it, without operators.
        phrases: what must stand in a passage word by word.
        excluded: words and phrases that must not.
        prefixes: beginnings; a passage must have a word for each.
    """

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    @property
    def filters(self) -> bool:
        """True where some passages are ruled out."""
        return bool(self.phrases or self.excluded or self.prefixes)


def parse(query: str) -> KeywordQuery:
    """Take a query apart. Nothing is an error: a lone quotation mark, hyphen or asterisk is itself.

    A minus counts before a letter or a quotation mark and after a space, so `well-known`, `-5` and `a - b` exclude
    nothing. Only straight quotation marks ask for a phrase: a question that quotes somebody in print has others.
    """
    phrases: list[str] = []
    excluded: list[str] = []
    prefixes: list[str] = []
    text: list[str] = []
    at = 0
    for match in _OPERATOR.finditer(query):
        text.append(query[at : match.start()])
        at = match.end()
        if match["excluded"]:
            excluded.append(match["excluded"])
        elif match["minus"]:
            excluded.append(match["phrase"])
        elif match["phrase"]:
            phrases.append(match["phrase"])
            text.append(f" {match['phrase']} ")
        else:
            prefixes.append(match["prefix"])
    text.append(query[at:])
    return KeywordQuery(" ".join("".join(text).split()), tuple(phrases), tuple(excluded), tuple(prefixes))
