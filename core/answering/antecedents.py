"""What a pronoun of a follow-up stands for: something of the question before, or a name of its answer."""

from __future__ import annotations

import re

from core.answering.phrases import ARTICLES, Phrase, is_named, is_plural, phrases, with_complement

_ASKS_WHO = re.compile(r"^\W*(?:who|wer)\b", re.I)
_NAME = re.compile(r"\b[A-ZÄÖÜ][\w’'-]+(?:\s+(?:of\s+|the\s+|von\s+|de\s+)?[A-ZÄÖÜ][\w’'-]+)*")
_PERSON = re.compile(r"(?:he|him|his|she|her|hers|er|ihn|ihm)", re.I)
_PLURAL = re.compile(r"(?:they|them|their|theirs|these|those|(?:\w+\s+)+of (?:them|these|those)|ihnen)", re.I)
_ASKS_WHICH = re.compile(
    r"^\W*(?:which|what) (?:\w+ ){1,3}?(?:has|have|had|covers?|is|are|was|were|offers?|includes?|pays?)\b", re.I
)
_OUT_OF_SENTENCE = frozenset(("the", "a", "an", "in", "on", "at", "it", "he", "she", "they", "this", "that", "there"))


def antecedent(pronoun: str, previous: str, answer: str) -> tuple[str, bool]:
    """What a pronoun stands for, and whether nothing else comes near it."""
    found = phrases(previous)
    said = _names_in(answer, previous)
    if _PERSON.fullmatch(pronoun):
        if said and _ASKS_WHO.match(previous):
            return said[0], len(said) == 1
        people = [phrase.text for phrase in found if phrase.named and phrase.text.split()[0].casefold() not in ARTICLES]
        if people:
            return people[0], len(people) == 1
        if said:
            return said[0], len(said) == 1
    if _ASKS_WHICH.match(previous) and len(found) > 1 and found[0].asked and not _PLURAL.fullmatch(pronoun):
        # The thing was asked for: the answer has it, the question does not.
        said = said or _names_in(answer, previous, of_one_word=True)
        return (said[0], len(said) == 1) if said else ("", False)
    index = _thing_index(pronoun, found)
    if index is not None:
        start, end = with_complement(previous, found, index)
        others = [p for p in found if not p.asked and not start <= p.start < end]
        # "It" after "the boiling point of ethanol" may be the ethanol.
        return previous[start:end], len(others) <= 1 and not re.search(r"\b(?:of|von)\b", previous[start:end])
    if said and not _PLURAL.fullmatch(pronoun):
        return said[0], len(said) == 1
    asked = [phrase.text for phrase in found]
    return (f"the {asked[0]}" if asked and not is_named(asked[0]) else asked[0] if asked else "", False)


def _thing_index(pronoun: str, found: list[Phrase]) -> int | None:
    """The first phrase of the question before that agrees in number with a pronoun."""
    usable = [i for i, phrase in enumerate(found) if not phrase.asked]
    if not usable:
        return None
    plural = bool(_PLURAL.fullmatch(pronoun))
    if pronoun.casefold() in ("there", "dort"):
        places = [i for i in usable if found[i].preposition in ("in", "at", "on", "im", "auf")]
        return (places or usable)[-1]
    agreeing = [i for i in usable if is_plural(found[i].text) == plural]
    return (agreeing or usable)[0]


def _names_in(answer: str, previous: str, *, of_one_word: bool = False) -> list[str]:
    """Names in an answer that the question did not have, the first ones first; a word alone may begin a sentence."""
    names = []
    for match in _NAME.finditer(answer):
        name = match.group()
        words = name.split()
        if words[0].casefold() in _OUT_OF_SENTENCE:
            name = " ".join(words[1:])
        if (
            len(name.split()) > (0 if of_one_word else 1)
            and name.casefold() not in previous.casefold()
            and name not in names
        ):
            names.append(name)
    return names
