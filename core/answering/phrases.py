"""The noun phrases of a question, found without a parser: what stands between its small words and its verbs.

Enough to tell what a question is about; where it is not, follow-ups are put beside the question instead of into it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(r"[^\W_]+(?:[’'./&-][^\W_]+)*[’']?|[^\w\s]")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


WH = _set(
    "what's who's how's where's when's what which who whom whose when where why how "
    "welche welcher welches welchen welchem wer wen wem wessen wann wo wohin woher warum wieso weshalb wie wofür womit"
)
AUXILIARIES = _set(
    "is are was were be been being am do does did has have had will would can could may might must shall should "
    "isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't won't wouldn't can't couldn't "
    "ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können konnte muss müssen darf dürfen "
    "soll "
    "sollen sollte gibt gab gilt gelten"
)
PREPOSITIONS = _set(
    "in of for to by at on from with under over during since before after between within without about against into "
    "through per until than as like via across among "
    "im für von bei mit auf an am um seit nach vor zu zur zum über unter ohne gegen aus beim vom durch zwischen während"
)
ARTICLES = _set(
    "the a an any some each every all both no its their his her my our your this that these those "
    "der die das dem den des ein eine einer einem einen eines kein keine jeder jede jedes mein unser ihr sein"
)
PRONOUNS = _set(
    "it they them he she him her his hers its their theirs this that these those there one ones we you i me us "
    "er sie es ihn ihm ihnen dies das dort davon dafür damit darüber dazu dabei daran darin danach man ich wir"
)
_VERBS = _set(
    "get gets got getting cover covers cost costs pay pays paid take takes took taken receive receives apply applies "
    "offer offers "
    "provide provides need needs begin begins began begun start starts end ends make makes made give gives gave say "
    "says "
    "said mean means meant happen happens work works live lives lived die died earn earns use uses used include "
    "includes "
    "require requires build built found lit light weigh weighs last lasts own owns run runs sell sells sold buy bought "
    "grow grew grown fall fell rise rose change changes hold holds held keep keeps kept lose loses lost win won write "
    "wrote written become became born come comes came go goes went see saw seen find allow allows allowed contain "
    "contains have enter enters claim claims reach reaches qualify qualifies belong belongs join joined open opened "
    "close closed report reported serve served lead led follow followed carry carried feed fed wait show shows "
    "increase increased decrease decreased compare exist exists produce produced publish published know knew "
    "kostet kosten bekommt bekommen erhält erhalten zahlt zahlen deckt decken braucht brauchen dauert beträgt betrug "
    "heißt lautet steht liegt lag enthält gebaut gegründet geboren gestorben verdient verdienen geschrieben leitet"
)
OTHER = _set(
    "and or but not if then than so also too only just still yet there else more many much most least few long often "
    "far "
    "old high big large deep wide tall fast soon please such same how's what's who's responsible available liable "
    "eligible entitled located required up out off down back away "
    "und oder aber nicht wenn dann auch nur noch mehr viel viele lange oft hoch groß so es sich denn eigentlich bitte"
)
_COMPLEMENTS = _set("of von at on in for with from bei auf im für mit")
_SMALL = WH | AUXILIARIES | PREPOSITIONS | ARTICLES | PRONOUNS | OTHER


@dataclass(frozen=True, slots=True)
class Phrase:
    """`text[start:end]` of a question, article included.

    Attributes:
        preposition: before it, in lower case; empty where there is none.
        asked: it belongs to the question word: "vacation days" in "How many vacation days do employees get?".
        named: it has a name in it.
    """

    start: int
    end: int
    text: str
    preposition: str
    asked: bool
    named: bool

    @property
    def head(self) -> str:
        """Its last word, in the singular as far as an s makes a plural."""
        words = TOKEN.findall(self.text)
        return singular(words[-1]) if words else ""


def singular(word: str) -> str:
    """A word without its plural s, in lower case."""
    plain = word.casefold()
    if plain.endswith("ies") and len(plain) > 4:
        return plain[:-3] + "y"
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") and len(plain) > 3 else plain


def is_verb(word: str) -> bool:
    """True for a verb that questions are often asked with."""
    return word.casefold() in _VERBS or word.casefold() in AUXILIARIES


def is_small(word: str) -> bool:
    """True for a word that is in no noun phrase but as its article."""
    return word.casefold() in _SMALL


def phrases(text: str) -> list[Phrase]:
    """The noun phrases of a question, in its order."""
    found: list[Phrase] = []
    tokens = list(TOKEN.finditer(text))
    at = 0
    after_wh = False
    preposition = ""
    while at < len(tokens):
        word = tokens[at].group()
        plain = word.casefold()
        first = at
        if plain in ARTICLES and at + 1 < len(tokens) and _is_part(tokens[at + 1].group()):
            at += 1
        elif not _is_part(word) or (_is_verb_here(tokens, at)):
            after_wh = plain in WH or (after_wh and plain in OTHER)
            preposition = plain if plain in PREPOSITIONS else ""
            at += 1
            continue
        last = at
        while last + 1 < len(tokens) and _is_part(tokens[last + 1].group()) and not _is_verb_here(tokens, last + 1):
            last += 1
        start, end = tokens[first].start(), tokens[last].end()
        content = [token.group() for token in tokens[at : last + 1]]
        named = any(_is_name(token, text, tokens[0].start()) for token in tokens[at : last + 1])
        if content:
            found.append(Phrase(start, end, text[start:end], preposition, after_wh, named))
        after_wh, preposition = False, ""
        at = last + 1
    return found


def _is_part(word: str) -> bool:
    return word[0].isalnum() and not is_small(word)


def _is_verb_here(tokens: list[re.Match[str]], at: int) -> bool:
    """Whether a word that can be a verb is one: not behind an article, a preposition or an adjective of a name."""
    word = tokens[at].group()
    if word[0].isupper() and at > 0:
        return False
    plain = word.casefold()
    before = tokens[at - 1].group().casefold() if at else ""
    if plain in _VERBS:
        return before not in ARTICLES and before not in PREPOSITIONS
    return (
        plain.endswith("ed")
        and len(plain) > 4
        and at > 0
        and before not in ARTICLES
        and (at + 1 == len(tokens) or not _is_part(tokens[at + 1].group()) or before in WH)
    )


def _is_name(token: re.Match[str], text: str, first: int) -> bool:
    word = token.group()
    return (
        word[0].isupper()
        and token.start() != first
        and text[max(0, token.start() - 2) : token.start()] not in (". ", "? ")
    )


def with_complement(text: str, found: list[Phrase], index: int) -> tuple[int, int]:
    """The span of a phrase with what belongs to it: "the toll at the bridge of Vey"."""
    start, end = found[index].start, found[index].end
    for following in found[index + 1 :]:
        between = text[end : following.start].strip().casefold()
        if between not in _COMPLEMENTS or between != following.preposition:
            break
        end = following.end
    return start, end


def is_named(thing: str) -> bool:
    """True for a phrase that begins or ends with a capital, its article aside."""
    words = [word for word in TOKEN.findall(thing) if word[0].isalnum() and word.casefold() not in ARTICLES]
    return bool(words) and (words[0][0].isupper() or words[-1][0].isupper())


def is_plural(text: str) -> bool:
    """True for a phrase whose last word has a plural s."""
    words = TOKEN.findall(text)
    return bool(words) and singular(words[-1]) != words[-1].casefold()
