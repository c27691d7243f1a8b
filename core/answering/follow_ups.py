"""The standalone form of a follow-up, by rule: "And in 2022?" takes its place in the question before it.

Rules know what is likely, not what was meant. Whatever they make is shown to the person, and searched beside their own
words (`core.answering.asking`). A question that stands alone is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.answering.antecedents import antecedent
from core.answering.leaning import Lean, Leaning, leaning
from core.answering.mentions import Kind, Mention, counterpart, mentions, shifted_year
from core.answering.phrases import (
    ARTICLES,
    PREPOSITIONS,
    TOKEN,
    Phrase,
    is_named,
    is_plural,
    is_small,
    is_verb,
    phrases,
    singular,
    with_complement,
)
from core.index.query_syntax import parse
from core.language import latin_language
from core.llm.chat_model import ChatTurn
from core.types import Message, Role

LONGEST = 400  # characters of a standalone question
_MARK = re.compile(r"\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\]")
_ENGLISH_START = re.compile(r"^\W*(?:what|which|who|whom|whose|when|where|why|how|is|are|does|do|did|can|will)\b", re.I)
_GERMAN_START = re.compile(
    r"^\W*(?:welche\w*|wer|wen|wem|wessen|wann|wo|warum|wieso|wie|und|ist|sind|hat|gilt|gibt|für|im|bei|seit)\b", re.I
)
_POSSESSIVE = re.compile(r"(?:its|their|his|her|hers|theirs)", re.I)
_COMPARED = re.compile(r"\b(?:ones?|the (?:former|latter))$", re.I)
_OF_A_YEAR = re.compile(r"\s+(?:in|of|for|im|von)\s+(?:[^\W\d]+\s+)?(?:Q[1-4]\s+)?(?:1[5-9]|20)\d\d.*$", re.IGNORECASE)
_PARTICLE = 2  # letters


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A follow-up as a question that stands alone.

    Attributes:
        sure: the rule knew the place; where it did not, a model may know better.
    """

    text: str
    sure: bool


def turns_of(messages: Sequence[Message]) -> list[ChatTurn]:
    """A conversation for a prompt and for the next question: what was asked in the form that stands alone."""
    turns = []
    for at, message in enumerate(messages):
        following = messages[at + 1].answer if at + 1 < len(messages) else None
        asked = following.standalone_question if message.role is Role.USER and following is not None else ""
        turns.append(ChatTurn(message.role, asked or message.text))
    return turns


def by_rule(question: str, history: Sequence[ChatTurn]) -> Rewrite | None:
    """What a question means after those before it; None where it stands alone or nothing was asked before.

    Args:
        question: in the person's own words, operators included.
        history: the conversation so far, its questions in the form that stands alone (`turns_of`).
    """
    previous = next((turn.content for turn in reversed(history) if turn.role is Role.USER), "")
    previous = " ".join(parse(previous).text.split())
    query = parse(question)
    if not previous or not query.text:
        return None
    language = language_of_questions(query.text, previous)
    leans = leaning(query.text, language)
    if leans is None:
        return None
    answer = next((turn.content for turn in reversed(history) if turn.role is Role.ASSISTANT), "")
    made = _rewritten(leans, previous, _MARK.sub("", answer))
    if made is None or len(made.text) > LONGEST or made.text.casefold() == query.text.casefold():
        return None
    operators = "".join(f' -"{word}"' if " " in word else f" -{word}" for word in query.excluded)
    return Rewrite(made.text + operators, made.sure)


def language_of_questions(question: str, previous: str) -> str:
    """The language whose rules hold: `en`, `de`, or another one's code."""
    for language, start in (("en", _ENGLISH_START), ("de", _GERMAN_START)):
        if start.match(question) and latin_language(question) in (language, None):
            return language
    found = latin_language(question) or latin_language(previous) or latin_language(f"{previous} {question}")
    if found is not None:
        return found
    return "en" if _ENGLISH_START.match(previous) else "de" if _GERMAN_START.match(previous) else "other"


def _rewritten(leans: Leaning, previous: str, answer: str) -> Rewrite | None:
    match leans.lean:
        case Lean.OFFER:
            return _offered(leans.rest, previous)
        case Lean.BARE:
            return Rewrite(f"{_without_mark(previous)}, {_joint(previous)} {_lowered(leans.rest)}?", True)
        case Lean.PRONOUN:
            return _resolved(leans, previous, answer)
        case Lean.JOINED:
            return _continued(leans.rest, previous)
        case Lean.OTHER:
            return _offered_number(leans.rest, previous) or Rewrite(_beside(previous, leans.rest), False)
        case Lean.MORE:
            return Rewrite(_beside(previous, leans.rest), False)


# ── something else in a place of the question before ─────────────────────────────────────────────────────────────────


def _offered(offered: str, previous: str) -> Rewrite:
    """The question before with what is offered in the place of what is like it."""
    offered = shifted_year(offered, previous)
    if made := _offered_number(offered, previous):
        return made
    words = offered.split()
    preposition = words[0].casefold() if words[0].casefold() in PREPOSITIONS and len(words) > 1 else ""
    thing = offered[len(words[0]) :].strip() if preposition else offered
    if place := _place_for(thing, preposition, phrases(previous), previous):
        start, end, sure = place
        return Rewrite(_tidy(previous[:start] + _fitting(thing, previous[start:end]) + previous[end:]), sure)
    if preposition:
        return Rewrite(f"{_without_mark(previous)} {offered}?", False)
    return Rewrite(_beside(previous, offered), False)


def _offered_number(offered: str, previous: str) -> Rewrite | None:
    """Years, quarters, numbers and the like take the place of what is of their kind, or are added behind."""
    new, old = mentions(offered), mentions(previous)
    if not new or _says_more(offered, new):
        return None
    made, at_end = previous, []
    replaced: list[tuple[Mention, Mention]] = []
    for mention in reversed(new):
        other = counterpart(mention, [m for m in old if all(m is not taken for _, taken in replaced)])
        if other is None:
            at_end.append(mention)
        else:
            replaced.append((mention, other))
    if not replaced:
        first = offered.split()[0].casefold()
        lead = "" if first in PREPOSITIONS else "in "
        return Rewrite(f"{_without_mark(previous)} {lead}{offered.strip()}?", bool(lead == ""))
    for mention, other in sorted(replaced, key=lambda pair: -pair[1].start):
        made = made[: other.start] + mention.text + made[other.end :]
    tail = "".join(f" {mention.text}" for mention in at_end)
    return Rewrite(f"{_without_mark(made)}{tail}{_mark(previous)}" if tail else made, not at_end)


def _says_more(text: str, found: Sequence[Mention]) -> bool:
    """Whether a text says more than what it mentions; two letters are a particle of some language."""
    rest = text
    for mention in reversed(found):
        rest = rest[: mention.start] + rest[mention.end :]
    return any(word[0].isalnum() and not is_small(word) and len(word) > _PARTICLE for word in TOKEN.findall(rest))


def _place_for(thing: str, preposition: str, found: list[Phrase], previous: str) -> tuple[int, int, bool] | None:
    """Where in the question before something new belongs: span, and whether that is sure."""
    dated = [] if mentions(thing) else mentions(previous)
    places = [
        phrase
        for phrase in found
        if not (phrase.asked and len(found) > 1)
        and not any(mention.start < phrase.end and phrase.start < mention.end for mention in dated)
    ]
    head = singular(TOKEN.findall(thing)[-1]) if TOKEN.findall(thing) else ""
    for phrase in reversed(found):
        if phrase.head == head:
            return phrase.start, phrase.end, True
    named = is_named(thing)
    if preposition:
        same = [phrase for phrase in places if phrase.preposition == preposition]
        if same:
            place = next((phrase for phrase in reversed(same) if phrase.named == named), same[-1])
            return place.start, place.end, place.named == named
        return None
    alike = [phrase for phrase in places if phrase.named == named]
    if not alike:
        return None
    if named or len(alike) == 1:
        return alike[-1].start, alike[-1].end, len(alike) == 1
    plural = [phrase for phrase in alike if is_plural(phrase.text) == is_plural(thing)]
    place = (plural or alike)[-1]
    return place.start, place.end, len(plural) == 1


def _fitting(thing: str, replaced: str) -> str:
    """What is offered, with the article of what it replaces where it has none and would want one."""
    first, word = replaced.split()[0], thing.split()[0].casefold()
    wants = first.casefold() == "the" and word not in ARTICLES and not is_plural(thing)
    return thing if not wants or (is_named(thing) and not is_named(replaced)) else f"{first} {thing}"


# ── words that stand for something ───────────────────────────────────────────────────────────────────────────────────


def _resolved(leans: Leaning, previous: str, answer: str) -> Rewrite | None:
    """The question with what its pronoun stands for."""
    rest, start, end = leans.rest, leans.start, leans.end
    pronoun = rest[start:end]
    thing, sure = antecedent(pronoun, previous, answer)
    if not thing:
        return Rewrite(_beside(previous, rest), False)
    if any(mention.kind in (Kind.YEAR, Kind.QUARTER) for mention in mentions(rest)):
        thing = _OF_A_YEAR.sub("", thing)
    following = re.match(r"\s+([^\W\d_][\w-]*)", rest[end:])
    noun = following[1] if following and not is_small(following[1]) and not is_verb(following[1]) else ""
    if following and noun and pronoun.casefold() in ("this", "that", "these", "those"):
        return _with_noun(rest, start, end + following.end(), noun, thing, previous, answer)
    if _COMPARED.search(pronoun):
        return Rewrite(_beside(previous, rest), False)
    if pronoun.casefold() in ("there", "dort"):
        thing = f"in {thing}"
    elif _POSSESSIVE.fullmatch(pronoun) and noun:
        owned = next((phrase for phrase in phrases(rest) if phrase.start == start), None)
        if owned is not None:
            return Rewrite(
                _tidy(f"{rest[:start]}the {owned.text[len(pronoun) :].strip()} of {thing}{rest[owned.end :]}"), sure
            )
    elif " of " in pronoun:
        thing = f"{pronoun[: pronoun.rindex(' ')]} {thing}"
    if start and rest[:start].strip() and thing.startswith(("The ", "A ", "An ")):
        thing = _lowered(thing)
    made = rest[:start] + thing + rest[end:]
    return Rewrite(made[0].upper() + made[1:] if made else made, sure)


def _with_noun(rest: str, start: int, end: int, noun: str, thing: str, previous: str, answer: str) -> Rewrite:
    """Put in the plan that was spoken of for "that plan"; where none was, the thing spoken of comes behind it."""
    text = next((said for said in (previous, answer) if any(p.head == singular(noun) for p in phrases(said))), "")
    if text:
        found = phrases(text)
        index = max(i for i, phrase in enumerate(found) if phrase.head == singular(noun))
        first, last = with_complement(text, found, index)
        return Rewrite(_tidy(f"{rest[:start]}{text[first:last]}{rest[end:]}"), True)
    return Rewrite(_tidy(f"{rest[:start]}the {noun} ({thing}){rest[end:]}"), False)


# ── whole questions ──────────────────────────────────────────────────────────────────────────────────────────────────


def _continued(rest: str, previous: str) -> Rewrite | None:
    """A whole question that goes on ("And what is the premium?"), with the name that it goes on about."""
    rest = rest[0].upper() + rest[1:]
    own = phrases(rest)
    if any(phrase.named for phrase in own) or any(m.kind is not Kind.SUPERLATIVE for m in mentions(rest)):
        return Rewrite(rest, True)
    before = phrases(previous)
    kept = next((p for p in reversed(before) if p.named and p.preposition), None)
    kept = kept or next((p for p in reversed(before) if p.named), None)
    if kept is None:
        years = [mention for mention in mentions(previous) if mention.kind is Kind.YEAR]
        return Rewrite(f"{_without_mark(rest)} in {years[-1].text}?", False) if years else Rewrite(rest, False)
    preposition = kept.preposition or "of"
    return Rewrite(f"{_without_mark(rest)} {preposition} {kept.text}?", False)


def _beside(previous: str, question: str) -> str:
    """Both questions in one, where no rule knows the place."""
    return f"{_without_mark(previous)} – {question.strip(' ')}"


def _joint(previous: str) -> str:
    return "und" if language_of_questions(previous, previous) == "de" else "and"


def _without_mark(question: str) -> str:
    return question.rstrip(" ?!.。？")


def _mark(question: str) -> str:
    return "?" if question.rstrip().endswith(("?", "？")) else ""


def _lowered(text: str) -> str:
    return text[0].casefold() + text[1:]


def _tidy(text: str) -> str:
    made = re.sub(r"\b(the|a|an) (?=(?:the|a|an|this|that|my|our) )", "", " ".join(text.split()), flags=re.IGNORECASE)
    return made[0].upper() + made[1:]
