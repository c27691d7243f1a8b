"""Whether a question leans on the conversation, and on what: an ellipsis, a pronoun, a bare "Why?", or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from core.answering.mentions import mentions
from core.answering.phrases import AUXILIARIES, PREPOSITIONS, TOKEN, WH, is_small, is_verb, phrases
from core.scripts import is_cjk, is_spaceless

_FRAGMENT_WORDS = 8
_OTHER_WORDS = 4
_SHORT_QUESTION = 4  # words
_OTHER_LETTERS = 6

_CONNECTOR = re.compile(
    r"^(?:(?:ok(?:ay)?|well|so|and|but|or|also|then|now|yes|no|right|thanks|thank you|i see|und|aber|oder|also|gut|"
    r"danke|"
    r"et|mais|y|pero|e|ma|en|maar|och|a|ale|и|а|но)\b[\s,.!–-]*)+(?=\S)",
    re.IGNORECASE,
)
_JOINING = re.compile(r"\b(?:and|but|or|also|und|aber|oder)\b", re.IGNORECASE)
_OFFER = re.compile(
    r"^(?:(?:what|how) about|what of|what is it for|(?:is|was|are|were) (?:it|that|this) (?:also )?(?:the )?(?:same|"
    r"true|so) (?:for|in|with|of)|"
    r"(?:is|does) (?:the same|it|that|this) (?:also )?(?:apply|true|hold|go|valid) (?:to|for|in|with)|"
    r"(?:the )?same (?:question |thing )?(?:for|with|about|in|but for|but in)|(?:how|what) (?:is|does) (?:it|"
    r"that) (?:look )?(?:for|in|with)|"
    r"was ist mit|was ist bei|wie (?:ist|war|sieht|steht|verhält)(?: es| das)?(?: sich)?(?: mit| bei| um| für| in| im)|"
    r"(?:gilt|ist) (?:das|dies|es)(?: auch)? (?:für|bei)|(?:das ?selbe|das gleiche|dasselbe|ebenso) (?:für|bei)|"
    r"qu['’]en est-il (?:de|du|des)|et pour|y (?:para|en)|e (?:per|in))\b\s*",
    re.IGNORECASE,
)
_OFFERED_PREPOSITION = re.compile(r"\b(for|in|with|für|bei|im|para|per|pour)$", re.IGNORECASE)
_BARE = re.compile(
    r"^(?P<wh>(?:why|how|when|where|who|what|which|since when|until when|by whom|for whom|from whom|with whom|how so|"
    r"why not|how long|how often|"
    r"how much|how many|how far|how old|to whom|what for|where to|by how much|in which year|what year|"
    r"warum|wieso|weshalb|wie|wann|wo|wer|was|seit wann|bis wann|von wem|für wen|wie lange|wie oft|wie viel|"
    r"wie viele|wozu|"
    r"pourquoi|quand|où|comment|combien|por qué|cuándo|dónde|cómo|cuánto|perché|quando|dove|come|quanto))"
    r"(?: exactly| then| else| again| genau| denn| dann| sonst)?[\s?!.]*$",
    re.IGNORECASE,
)
# "When was that?" asks for the when of all that was asked before.
_THAT = re.compile(
    r"^(?P<wh>why|how|when|where|warum|wieso|weshalb|wie|wann|wo)\s+(?:is|was|did|does|has|ist|war|hat)\s+"
    r"(?:(?:this|that|das|dies)[\s?!.]*$|(?:this|that|it|das|dies|es)\s+(?:so|happen|happened|geschehen|passiert|"
    r"done|the case)[\s?!.]*$)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^(?:(?:please |can you |could you )?(?:tell me more|explain|elaborate|go on|more details?|details?|more|"
    r"anything else|what else|who else|"
    r"where else|any others?|an example|for example|examples?|in what way|mehr|genauer|mehr dazu|zum beispiel|erkläre?|"
    r"was noch|wer noch|sonst noch etwas)"
    r"(?: (?:about|on|of))?(?: (?:this|that|it|them|these|das|dies))?(?: please| bitte| in more detail|"
    r" genauer)?)[\s?!.]*$",
    re.IGNORECASE,
)
# An "it" that stands for nothing.
_EXPLETIVE = re.compile(
    r"\bit\b(?=\s+(?:(?:really |still |ever |also )?(?:possible|allowed|true|necessary|required|important|permitted|"
    r"mandatory|legal|safe|likely|"
    r"raining|worth|clear|known|take[ns]?|took|costs?|cost|matter|happen|mean)\b[^?]*\b(?:to|that|if|when|for)\b|"
    r"be\b))|"
    r"\b(?:what time|how late|does it matter|es gibt|gibt es|geht es|handelt es|ist es (?:möglich|erlaubt|nötig))\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:it(?!['’])|its|they|them|their|theirs|he|him|his|she|her|hers|"
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )there(?=\s*[?!.]|\s*$|\s+(?:in|at|on|to|before|after|"
    r"then)\b)|"
    r"this|that|these|those|the former|the latter|the same(?=\s*[?!.]|\s*$|\s+(?:for|in|with)\b)|(?:this|that|these|"
    r"those|which|the \w+) ones?|(?:which|any|all|some|none|both|each|how many|most) of (?:them|these|those)"
    r")\b"
)
_GERMAN = re.compile(
    r"\b(?:er|ihn|ihm|ihnen|dies|dort|davon|dafür|damit|darüber|dazu|dabei|daran|darin|danach|davor|"
    r"diese[rsmn]?|jene[rsmn]?)\b"
)
_GERMAN_SIE = re.compile(r"(?<!^)(?<![.?!] )\b(?:sie|es)\b")
_GERMAN_DAS = re.compile(
    r"\bdas(?=\s*(?:[?!.,]|$|(?:so|gebaut|gemacht|passiert|heißen|bedeutet|kosten|gelten|auch|alles|genau|möglich)\b))",
    re.IGNORECASE,
)
_POSSESSIVE = frozenset(("its", "their", "his", "her", "hers", "theirs"))
_SUBJECT = frozenset(("they", "he", "she", "er"))  # behind a noun they begin a clause of their own
_DEMONSTRATIVE = frozenset(("this", "that", "these", "those"))
_OWN = re.compile(
    r"\b(?:this|that|these|those|diese[rsmn]?)\s+(?:document|documents|file|files|page|pages|pdf|pdfs|report|reports|"
    r"book|paper|papers|text|collection|"
    r"library|conversation|dokumente?s?|dateien?|seiten?|bericht\w*|buch\w*|texte?s?)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:.?!]|\b(?:if|when|while|because|before|after|and|or|who|which|that|where|so|wenn|weil|und|oder|nachdem|"
    r"bevor|dass|die|der)\b",
    re.IGNORECASE,
)


class Lean(StrEnum):
    """How a question leans on what was said before."""

    OFFER = "offer"  # something else is put in a place of the question before: "And in 2022?", "What about spouses?"
    BARE = "bare"  # a question word alone: "Why?"
    MORE = "more"  # "Tell me more"
    PRONOUN = "pronoun"  # "When was it built?"
    JOINED = "joined"  # a whole question that goes on with "And …"
    OTHER = "other"  # very short, in a language that has no rules here


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a question leans, and what is to be put where.

    Attributes:
        rest: the question without what only joins it to the one before; of an offer, what is offered.
        start, end: of a pronoun, in `rest`.
    """

    lean: Lean
    rest: str
    start: int = 0
    end: int = 0


def leaning(question: str, language: str) -> Leaning | None:
    """How a question leans on the conversation; None where it stands alone.

    Args:
        question: in the person's own words.
        language: `en`, `de`, or anything else, for which only the length of a question tells.
    """
    text = " ".join(question.split()).lstrip("¿¡ ")
    connector = _CONNECTOR.match(text)
    rest = text[connector.end() :] if connector else text
    joins = bool(connector and (_JOINING.search(connector.group()) or language not in ("en", "de")))
    if not re.search(r"\w", rest):
        return None
    if bare := _BARE.match(rest) or _THAT.match(rest):
        return Leaning(Lean.BARE, bare["wh"])
    if _is_asked_short(rest):
        return Leaning(Lean.BARE, rest.strip(" ?!."))
    if _MORE.match(rest):
        return Leaning(Lean.MORE, rest)
    if (offer := _OFFER.match(rest)) and (offered := rest[offer.end() :].strip(" ?!.")):
        preposition = _OFFERED_PREPOSITION.search(offer.group().strip())
        if preposition and offered.split()[0].casefold() not in PREPOSITIONS:
            offered = f"{preposition[1].casefold()} {offered}"
        return Leaning(Lean.OFFER, offered)
    if language not in ("en", "de"):
        return _other(rest, joins)
    if _is_fragment(rest, joins):
        return Leaning(
            Lean.OFFER, _in_a_sentence(rest.strip(" ?!.")) if not connector and language == "en" else rest.strip(" ?!.")
        )
    if pronoun := _pronoun(rest, language):
        return Leaning(Lean.PRONOUN, rest, *pronoun)
    return Leaning(Lean.JOINED, rest) if joins else None


def _is_asked_short(rest: str) -> bool:
    """Whether a question is a question word with a noun and no verb: "How many days?"."""
    words = [word.casefold() for word in TOKEN.findall(rest) if word[0].isalnum()]
    return (
        rest.rstrip().endswith("?")
        and 2 <= len(words) <= _SHORT_QUESTION
        and words[0] in ("how", "which", "what", "wie", "welche", "welcher", "welches")
        and not any(is_verb(word) or word in PREPOSITIONS for word in words[1:])
        and (words[0] not in ("how", "wie") or words[1] in ("many", "much", "viel", "viele"))
        and not (words[0] == "what" and words[1] in ("about", "if"))
    )


def _in_a_sentence(fragment: str) -> str:
    """A fragment without the capital of its beginning: "Hearing aids?" names nothing."""
    first, *others = fragment.split()
    is_common = first[1:].islower() and (first.endswith("s") or bool(others)) and not any(map(_has_capital, others))
    return fragment[0].casefold() + fragment[1:] if is_common else fragment


def _has_capital(word: str) -> bool:
    return word != word.casefold()


def _other(rest: str, joins: bool) -> Leaning | None:
    """A question of a language without rules leans when it is little more than a year, or short after an "and"."""
    words = rest.split()
    spaceless = any(map(is_cjk, rest)) or is_spaceless(rest)
    letters = len(re.sub(r"[\W\d]", "", rest))
    little = letters <= (_OTHER_LETTERS // 2 if spaceless else _OTHER_LETTERS) and len(words) <= _OTHER_WORDS
    joined = joins and not spaceless and len(words) <= _OTHER_WORDS
    return Leaning(Lean.OTHER, rest) if little or joined else None


def _is_fragment(rest: str, joins: bool) -> bool:
    """Whether there is no sentence: something new alone, to be put in a place of the question before.

    Two words or more that nothing marks as a part of a sentence are a query of keywords, which stands alone.
    """
    found = mentions(rest)  # in "4 May" is no verb
    bare = rest
    for mention in reversed(found):
        bare = f"{bare[: mention.start]}0{bare[mention.end :]}"
    words = [token for token in TOKEN.findall(bare) if token[0].isalnum()]
    plain = [word.casefold() for word in words]
    if not words or len(words) > _FRAGMENT_WORDS:
        return False
    if any(word in AUXILIARIES or word in WH for word in plain) or is_verb(words[0]):
        return False
    if joins:
        return not any(is_verb(word) for word in plain[1:])
    if plain[0] in PREPOSITIONS:
        return True
    content = [word for word in words if not is_small(word)]
    if len(content) <= 1 or (rest.endswith("?") and len(content) <= 3):
        return True
    return bool(found) and len(content) <= 2 and not any(word[0].isalpha() for word in content)


def _pronoun(rest: str, language: str) -> tuple[int, int] | None:
    """The span of the first word that stands for something said before."""
    spare = [match.span() for pattern in (_EXPLETIVE, _OWN) for match in pattern.finditer(rest)]
    found = [*_PERSONAL.finditer(rest)] if language == "en" else []
    if language == "de":
        found = [*_GERMAN.finditer(rest), *_GERMAN_DAS.finditer(rest), *_GERMAN_SIE.finditer(rest)]
    elif rest[:1].isupper():
        lowered = rest[0].casefold() + rest[1:]
        if (first := _PERSONAL.match(lowered)) is not None:
            found.append(first)
    for match in sorted(found, key=lambda match: (match.start(), -match.end())):
        inside = any(start <= match.start() < end for start, end in spare)
        if not inside and _points_back(rest, match, language):
            return match.span()
    return None


def _points_back(rest: str, match: re.Match[str], language: str) -> bool:
    """Whether a pronoun has nothing to stand for in its own question.

    What is named in the same clause cannot be meant by it ("Did the employer pay them?"), but by a possessive
    ("How do employees hand in their sheets?") and by a pronoun of another clause it mostly is.
    """
    word = match.group().casefold()
    before, after = rest[: match.start()], rest[match.end() :].strip()
    nouns = [phrase for phrase in phrases(before) if not phrase.asked]
    if word in _DEMONSTRATIVE:
        if not _is_demonstrative(before, word, after):
            return False
        following = re.match(r"[^\W\d_][\w-]*", after)
        if nouns and following and not is_small(following[0]):
            return False
    if not nouns:
        return True
    if word in _POSSESSIVE or word in _SUBJECT:
        return False
    return not _CLAUSE.search(before, nouns[0].end) and not (language == "de" and word in ("sie", "es"))


def _is_demonstrative(before: str, word: str, after: str) -> bool:
    """Not the "that" of "the plan that covers …" or "state that …"."""
    if word == "those" and re.match(r"(?:that|who|which|with|without|of|in|for|to|from)\b", after):
        return False
    if word != "that":
        return True
    if re.match(r"(?:[?!.]|$)", after):
        return True
    previous = TOKEN.findall(before)
    return not previous or previous[-1].casefold() in PREPOSITIONS | AUXILIARIES
