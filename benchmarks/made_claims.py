"""Claims about a text that are known to be true or false: its sentences said otherwise, or changed in one fact."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from core.answering.names import names_of
from core.answering.words import Words

_SAID_OTHERWISE = (
    ("in order to", "to"), ("such as", "like"), ("approximately", "about"), ("must", "have to"), ("may", "can"),
    ("began", "started"), ("received", "got"), ("numerous", "many"), ("during", "in"), ("various", "different"),
    ("obtain", "get"), ("however", "but"), ("therefore", "so"), ("it is important to", "one should"), ("also", ""),
    ("assist", "help"), ("provide", "offer"), ("provides", "offers"), ("ensure", "make sure"), ("often", "frequently"),
    ("large", "big"), ("located", "situated"), ("because", "since"), ("needs to", "must"), ("you", "members"),
    ("your", "their"), ("we", "the company"), ("our", "its"), ("contains", "holds"), ("shows", "presents"),
    ("usually", "generally"), ("primarily", "mainly"), ("for example", "for instance"),
)  # fmt: skip
_WORD_OF_NUMBER = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "ten": "10"}
_AUXILIARY = re.compile(
    r"\b(is|was|are|were|can|will|has been|have been|does|did|should|must|would)\b(?! not\b| only\b)"
)
_NOT = re.compile(r"\b(?:not|never)\s+|(?<=can)not\b")
_PASSIVE = re.compile(r"^(?P<what>[^,;]{3,80}?) (?:was|were) (?P<verb>\w+ed) by (?P<who>[^,;.]{3,60})(?P<rest>.*)$")
_NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w.,]*\d)")
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_PARENTHESIS = re.compile(r"\s*\([^()]{3,80}\)")
_TRAILING = re.compile(r",\s+(?:which|who|where|including|such as|especially)\b[^,;]{5,120}(?=\.$)")
_LEADING = re.compile(r"^((?:In|On|At|For|During|After|Before|By|As of) [^,]{3,60}), (\w.*?)\.$")
_PREDICATE = re.compile(r" (?:is|was|are|were|has|have|had|can|will|may|must|provides|covers|offers|includes) ")
_ASKS_FOR_SUBJECT = re.compile(r"(?:who|what) (?!(?:do|does|did|(?:is|are|was|were) the)\b)(\w+ .+?)\s*\?$", re.I)
_NO_SUBJECT = re.compile(r"(?:it|he|she|they|we|you|this|that|these|those|there|if|when|while|in|by|as|for|at)\b", re.I)
_OPPOSITES = (
    ("increased", "decreased"), ("increase", "decrease"), ("higher", "lower"), ("more", "less"), ("before", "after"),
    ("minimum", "maximum"), ("includes", "excludes"), ("in-network", "out-of-network"), ("first", "last"),
    ("north", "south"), ("rose", "fell"), ("gain", "loss"), ("required", "optional"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and whether its source says it.

    Attributes:
        kind: what was done to it, for the table of results.
    """

    text: str
    is_true: bool
    kind: str


def true_claims(sentence: str, random: Random) -> list[Claim]:
    """A sentence as it is, and said otherwise by rules that keep what it says."""
    found = [Claim(sentence, True, "as it is")]
    for kind, change in (
        ("shortened", _shorten), ("turned round", _turn_round), ("made active", _make_active),
        ("other words", _say_otherwise), ("numbers written otherwise", _write_numbers_otherwise),
    ):  # fmt: skip
        changed = change(sentence)
        if changed != sentence:
            found.append(Claim(changed, True, kind))
    if len(found) > 2:
        several = _say_otherwise(_write_numbers_otherwise(_turn_round(_shorten(sentence))))
        found.append(Claim(several, True, "several of these"))
    return [found[0], *random.sample(found[1:], min(2, len(found) - 1))]


def false_claims(
    sentence: str, others: Sequence[str], words: Words, random: Random, is_said: Callable[[str], bool]
) -> list[Claim]:
    """A sentence with one fact changed, as often as its facts allow.

    Args:
        sentence: that is true.
        others: sentences of the same document, from which names, numbers and predicates are taken.
        words: splits a text into comparable words.
        random: chooses.
        is_said: whether the passages happen to say a claim after all.
    """
    made = [
        ("number changed", _change_number(sentence, others, random)),
        ("date shifted", _shift_year(sentence, random)),
        ("numbers exchanged", _exchange_numbers(sentence)),
        ("name swapped", _swap_name(sentence, others, words, random)),
        ("not added", _add_not(sentence)),
        ("not removed", _remove_not(sentence)),
        ("opposite", _say_opposite(sentence)),
        ("glued", _glue(sentence, others, words, random)),
    ]
    claims = [Claim(text, False, kind) for kind, text in made if text and text != sentence and not is_said(text)]
    return random.sample(claims, min(4, len(claims)))


def statement_of(question: str, answer: str) -> str:
    """A question about its subject with its answer, as a sentence: "Who lit it?" and "Agnes" make "Agnes lit it".

    Empty where the rule does not fit.
    """
    found = re.match(
        r"(?:who|what) (?!do\b|does\b|did\b|is the\b|are the\b|was the\b|were the\b)(\w+ .+?)\s*\?$", question, re.I
    )
    if found is None or re.match(r"(?:can|will|would|could|should|kind|type|year)\b", found.group(1)):
        return ""
    return f"{answer[:1].upper()}{answer[1:]} {found.group(1)}."


# ── true ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _shorten(sentence: str) -> str:
    return _TRAILING.sub("", _PARENTHESIS.sub("", sentence))


def _turn_round(sentence: str) -> str:
    found = _LEADING.match(sentence)
    if found is None:
        return sentence
    when, what = found.groups()
    return f"{what[:1].upper()}{what[1:]} {when[:1].lower()}{when[1:]}."


def _make_active(sentence: str) -> str:
    found = _PASSIVE.match(sentence)
    if found is None:
        return sentence
    what, who = found["what"], found["who"]
    return f"{who[:1].upper()}{who[1:]} {found['verb']} {what[:1].lower()}{what[1:]}{found['rest']}"


def _say_otherwise(sentence: str) -> str:
    for word, other in _SAID_OTHERWISE:
        sentence = re.sub(rf"(?<![\w-]){word}(?![\w-])", other, sentence)
    return " ".join(sentence.split())


def _write_numbers_otherwise(sentence: str) -> str:
    for word, digits in _WORD_OF_NUMBER.items():
        sentence = re.sub(rf"(?<![\w-]){word}(?![\w-])", digits, sentence)
    sentence = re.sub(r"(?<=\d)\s?%", " percent", sentence)
    sentence = re.sub(r"(?<![\d,])(\d{1,3}),(\d{3})\b(?!,)", r"\1\2", sentence)
    sentence = re.sub(r"\$(\d+)000000\b", r"$\1 million", sentence)
    return re.sub(r"\b([A-Z][a-z]{2,8}) (\d{1,2}), (\d{4})\b", r"\2 \1 \3", sentence)


# ── false ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _add_not(sentence: str) -> str:
    if _NOT.search(sentence) or re.match(r"(?:all|some|no|it|this|these|there)\b", sentence, re.IGNORECASE):
        return ""
    return _AUXILIARY.sub(lambda found: f"{found.group()} not", sentence, count=1)


def _remove_not(sentence: str) -> str:
    return "" if re.search(r"\bnot (?:only|just|limited)\b", sentence) else _NOT.sub("", sentence, count=1)


def _change_number(sentence: str, others: Sequence[str], random: Random) -> str:
    """Another number of the document in the place of one, or one that is a little off."""
    places = [match for match in _NUMBER.finditer(sentence)]
    if not places:
        return ""
    place = random.choice(places)
    elsewhere = [n for other in others for n in _NUMBER.findall(other) if n not in sentence]
    near = str(int(place.group().replace(",", "").split(".")[0]) + random.choice((1, 2, 10)))
    other = random.choice(elsewhere) if elsewhere and random.random() < 0.7 else near
    return sentence[: place.start()] + other + sentence[place.end() :]


def _shift_year(sentence: str, random: Random) -> str:
    found = _YEAR.search(sentence)
    if found is None:
        return ""
    year = str(int(found.group()) + random.choice((-10, -1, 1, 2)))
    return "" if year in sentence else sentence[: found.start()] + year + sentence[found.end() :]


def _exchange_numbers(sentence: str) -> str:
    places = list(_NUMBER.finditer(sentence))
    if len(places) != 2 or places[0].group() == places[1].group():
        return ""
    one, two = places
    between = sentence[one.end() : two.start()]
    if len(between) < 12:
        return ""
    return sentence[: one.start()] + two.group() + between + one.group() + sentence[two.end() :]


def _swap_name(sentence: str, others: Sequence[str], words: Words, random: Random) -> str:
    mine = [name for name in names_of(sentence, words, lambda _: False) if not name.opens]
    elsewhere = [
        name.said
        for other in others
        for name in names_of(other, words, lambda _: False)
        if not name.opens and not any(name.words & own.words for own in mine) and name.said not in sentence
    ]
    if not mine or not elsewhere:
        return ""
    return sentence.replace(random.choice(mine).said, random.choice(elsewhere), 1)


def _say_opposite(sentence: str) -> str:
    for one, other in _OPPOSITES:
        for word, contrary in ((one, other), (other, one)):
            changed = re.sub(rf"(?<![\w-]){word}(?![\w-])", contrary, sentence)
            if changed != sentence and not re.search(rf"(?<![\w-]){contrary}(?![\w-])", sentence):
                return changed
    return ""


def _glue(sentence: str, others: Sequence[str], words: Words, random: Random) -> str:
    """The subject of this sentence and what another one says of its own: both subjects have a name, and no pronoun."""
    head = _PREDICATE.search(sentence)
    if head is None or not _is_subject(sentence[: head.start()], words):
        return ""
    subject = sentence[: head.start()]
    mine = frozenset(words(subject))
    ends = []
    for other in others:
        found = _PREDICATE.search(other)
        if found is None or not _is_subject(other[: found.start()], words) or mine & frozenset(words(other)):
            continue
        ends.append(other[found.start() :])
    return subject + random.choice(ends) if ends else ""


def _is_subject(text: str, words: Words) -> bool:
    if not 6 <= len(text) <= 80 or "," in text or _NO_SUBJECT.match(text):
        return False
    return bool(names_of(f"of {text}", words, lambda _: False))
