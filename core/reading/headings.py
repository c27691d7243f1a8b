"""Headings by the look of a line, by its number, and by the document's outline.

A line stands out that is larger than the page's body text, or bold where the body is not. The entries of the outline
are found again among the lines of their page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.heading_numbers import begins_anew, heading_number, without_number
from core.types import Heading, OutlineEntry

_LARGER = 1.12
_MAX_CHARACTERS = 120
_MAX_WORDS = 14
_MAX_COMMAS = 3
_LEVELS = ((1.7, 1), (1.3, 2), (_LARGER, 3))
_NUMBERED_LEVEL = 3
_BOLD_LEVEL = 4
RUN_IN_LEVEL = 5
# Headings that the outline does not have stand below those that it has; outlines have eight levels at most.
BELOW_OUTLINE = 10
_SENTENCE_END = re.compile(r"[.,;!?](?:\[\w+\])*$")
_FORMULA = re.compile("[=≈≤≥∑∏∫∈∇∂√∞⊂∪∩]")
_ASIDE = re.compile(r"\(.*\)")  # "(Unaudited)", "(in millions)"
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LEADS_TO_PAGE = re.compile(r"[.\s\u2026]\d+$")
_KEY = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"\d|[A-Z]\.\d")
_CONTINUED = re.compile(r"[\s\u2013\u2014-]*\(?continued\)?$", re.IGNORECASE)

# A wrapped heading: its lines are about as high, its first one reaches this far across the column, and it has an end.
_ABOUT_AS_HIGH = 0.12
_WRAPPED = 0.6
_LONGEST_JOINED = 180
_SHORT_JOINED = 60
_MOST_LINES = 3
_FURTHEST_LINE = 0.9
# A line that is a heading by its number alone leaves room at its end and stands apart from what is above.
_NUMBERED_FILL = 0.85
_APART = 0.3
# Words in capitals of so many letters, on a page that has few lines of them.
_FEWEST_CAPITALS = 8
_MOST_CAPITALS = 0.3
_ALIKE = 0.84
_SHORTEST_KEY = 4
_RUN_IN = re.compile(r"(?=[^\W_])(?!(?:table|figure|fig|exhibit|abb|tab|tabelle|note|q|a)\b).{3,70}$", re.IGNORECASE)
_RUN_IN_END = re.compile(r"\s*[.:\u2013\u2014-]+$")
_RUN_IN_WORDS = 9


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page.

    Attributes:
        char_start, char_end: its span.
        height: in points.
        bold: all of it is.
        fill: how far it reaches towards the right edge of its column, 1 for all the way.
        gap: white between it and the line above, in its own heights; large where nothing is above.
        run_in: end of the bold words that it begins with, where it goes on without.
    """

    char_start: int
    char_end: int
    height: float
    bold: bool
    fill: float = 1.0
    gap: float = 0.0
    run_in: int = 0


def find_headings(
    text: str, lines: Sequence[Line], page: Sequence[Line] | None = None, outline: Sequence[OutlineEntry] | None = None
) -> tuple[Heading, ...]:
    """The headings of a page in reading order; lines of one heading that was wrapped are joined.

    Args:
        text: of the page.
        lines: that may be headings, in reading order.
        page: all lines, tables' too, which tell what the page's body text looks like; by default `lines`.
        outline: the entries that lead to this page; None for a document without an outline.
    """
    body = _body_style(lines if page is None else page)
    if body is None:
        return ()
    # What most lines say is looked at only where the outline may name it: they look like all others.
    larger = _LARGER * body[0]
    contents = [
        " ".join(text[line.char_start : line.char_end].split())
        if outline or line.bold or line.height >= larger or _NUMBERED.match(text, line.char_start)
        else text[line.char_start]
        for line in lines
    ]
    levels = [_level(content, line, *body) for content, line in zip(contents, lines, strict=True)]
    _drop_beginnings_of_prose(contents, lines, levels)
    _add_numbered(contents, lines, levels)
    _raise_capitals(contents, lines, levels, text)
    groups = _joined(contents, lines, levels)
    if outline is not None:
        groups = _by_outline(groups, contents, outline)
    return tuple(
        Heading(lines[group.first].char_start, group.level, " ".join(contents[group.first : group.after]))
        for group in groups
    )


def run_in_heading(text: str, line: Line, outlined: bool) -> Heading | None:
    """The bold words that begin a paragraph and name it, as "Costs. They rose …" does; None where there are none."""
    content = " ".join(text[line.char_start : line.run_in].split())
    goes_on = text[line.run_in : line.char_end].lstrip()
    if not _RUN_IN_END.search(content) and goes_on[:1] not in ("\u2013", "\u2014", ":"):
        return None
    name = _RUN_IN_END.sub("", content)
    if not _RUN_IN.match(name) or len(name.split()) > _RUN_IN_WORDS or name[0].islower() or not _LETTERS.search(name):
        return None
    return Heading(line.char_start, RUN_IN_LEVEL + (BELOW_OUTLINE if outlined else 0), name)


def heading_key(text: str) -> str:
    """A heading as it can be compared: its letters and figures, without case, number and "(continued)"."""
    return _KEY.sub("", _CONTINUED.sub("", without_number(text)).casefold())


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines `first` to `after` are one heading."""

    first: int
    after: int
    level: int


def _body_style(lines: Sequence[Line]) -> tuple[float, bool] | None:
    """Height and weight in which most characters of the page are set."""
    weights: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        weights[(round(line.height * 2) / 2, line.bold)] += line.char_end - line.char_start
    if not weights:
        return None
    return weights.most_common(1)[0][0]


def _may_be_heading(content: str) -> bool:
    return (
        len(content) <= _MAX_CHARACTERS
        and len(content.split()) <= _MAX_WORDS
        and _LETTERS.search(content) is not None
        and not _SENTENCE_END.search(content)
        and not _ASIDE.fullmatch(content)
        and "@" not in content
        and not _FORMULA.search(content)
        and content.count(",") < _MAX_COMMAS  # the names of authors
    )


def _level(content: str, line: Line, body_height: float, body_bold: bool) -> int | None:
    ratio = line.height / body_height if body_height > 0 else 1.0
    level = next((level for threshold, level in _LEVELS if ratio >= threshold), None)
    if level is None and line.bold and not body_bold:
        level = _BOLD_LEVEL
    return level if level is not None and _may_be_heading(content) else None


def _drop_beginnings_of_prose(contents: Sequence[str], lines: Sequence[Line], levels: list[int | None]) -> None:
    """Lines of one look that are too many are prose; so are bold ones, if what they say goes on without bold."""
    place = 0
    while place < len(lines):
        after = place
        level = levels[place]
        while level is not None and after < len(lines) and levels[after] == level:
            if after > place and not _is_next(lines, after):
                break
            after += 1
        if after > place:
            too_many = after - place > _MOST_LINES and all(x.fill > _NUMBERED_FILL for x in lines[place : after - 1])
            if too_many or (level == _BOLD_LEVEL and _flows_on(contents, lines, after)):
                levels[place:after] = [None] * (after - place)
        place = max(after, place + 1)


def _flows_on(contents: Sequence[str], lines: Sequence[Line], after: int) -> bool:
    """True where the line behind bold ones goes on with their sentence."""
    if after >= len(lines) or not _is_next(lines, after) or lines[after].bold:
        return False
    line, last = lines[after], lines[after - 1]
    return contents[after][:1].islower() or (line.run_in > 0 and last.fill > _NUMBERED_FILL)


def _is_next(lines: Sequence[Line], place: int) -> bool:
    return lines[place].gap <= _FURTHEST_LINE


def _add_numbered(contents: Sequence[str], lines: Sequence[Line], levels: list[int | None]) -> None:
    """Lines that are headings by their number alone: "2.1 Lights", short, and apart from the text above."""
    for place, (content, line) in enumerate(zip(contents, lines, strict=True)):
        if (
            levels[place] is None
            and len(heading_number(content)) >= 2
            and line.fill < _NUMBERED_FILL
            and line.gap >= _APART
            and without_number(content)[:1].isupper()
            and not content.endswith(":")
            and not _LEADS_TO_PAGE.search(content)
            and _may_be_heading(content)
        ):
            levels[place] = _NUMBERED_LEVEL


def _raise_capitals(contents: list[str], lines: Sequence[Line], levels: list[int | None], text: str) -> None:
    """Lines in capitals stand above those that are bold only, and need not be bold where most lines are not so."""
    capitals = [text[line.char_start : line.char_end].isupper() for line in lines]
    if sum(capitals) > _MOST_CAPITALS * len(lines):
        return
    for place, line in enumerate(lines):
        if not capitals[place] or levels[place] not in (None, _BOLD_LEVEL):
            continue
        content = " ".join(text[line.char_start : line.char_end].split())
        if sum(map(str.isalpha, content)) < _FEWEST_CAPITALS or not _may_be_heading(content):
            continue
        is_apart = line.fill < _NUMBERED_FILL and line.gap >= _APART and not _LEADS_TO_PAGE.search(content)
        if levels[place] == _BOLD_LEVEL or is_apart:
            contents[place], levels[place] = content, _NUMBERED_LEVEL


def _joined(contents: Sequence[str], lines: Sequence[Line], levels: Sequence[int | None]) -> list[_Group]:
    groups: list[_Group] = []
    for place, level in enumerate(levels):
        if level is None:
            continue
        if groups and groups[-1].after == place and _continues(groups[-1], place, contents, lines, level):
            groups[-1] = _Group(groups[-1].first, place + 1, min(level, groups[-1].level))
        else:
            groups.append(_Group(place, place + 1, level))
    return groups


def _continues(group: _Group, place: int, contents: Sequence[str], lines: Sequence[Line], level: int) -> bool:
    last, line = lines[place - 1], lines[place]
    content = contents[place]
    so_far = sum(map(len, contents[group.first : place]))
    if not 0 <= line.char_start - last.char_end <= 3 or last.bold != line.bold or begins_anew(content):
        return False
    if abs(last.height - line.height) > _ABOUT_AS_HIGH * max(last.height, line.height) or line.gap > _FURTHEST_LINE:
        return False
    if _CONTINUED.search(contents[place - 1]) or so_far + len(content) > _LONGEST_JOINED:
        return False
    wrapped = last.fill >= _WRAPPED or content[0].islower() or level <= 2
    return wrapped or so_far < _SHORT_JOINED


def _by_outline(groups: Sequence[_Group], contents: Sequence[str], outline: Sequence[OutlineEntry]) -> list[_Group]:
    """The headings with those of the outline at their level there; what it does not have stands below them."""
    keys = [heading_key(content) for content in contents]
    starts = frozenset(group.first for group in groups)
    found: list[_Group] = []
    covered: set[int] = set()
    for entry in outline:
        place = _find(heading_key(entry.title), keys, starts, covered)
        if place is not None:
            found.append(_Group(*place, entry.level))
            covered.update(range(*place))
    others = [
        _Group(group.first, group.after, group.level + BELOW_OUTLINE)
        for group in groups
        if not covered.intersection(range(group.first, group.after))
    ]
    return sorted([*found, *others], key=lambda group: group.first)


def _find(key: str, keys: Sequence[str], starts: frozenset[int], covered: set[int]) -> tuple[int, int] | None:
    """The lines that say what an entry does, first and end; where they look like a heading, nearly is enough."""
    if len(key) < _SHORTEST_KEY:
        return None
    best: tuple[float, bool, int, int] | None = None
    for first in range(len(keys)):
        said = ""
        for after in range(first + 1, min(first + _MOST_LINES, len(keys)) + 1):
            said += keys[after - 1]
            if covered.intersection(range(first, after)) or len(said) > 1.4 * len(key) + 8:
                break
            likeness = 1.0 if key == said else _likeness(key, said) if first in starts else 0.0
            if likeness >= _ALIKE:
                choice = (likeness, first in starts, -first, after)
                if best is None or choice > best:
                    best = choice
    return (-best[2], best[3]) if best else None


def _likeness(key: str, said: str) -> float:
    matcher = SequenceMatcher(None, key, said, autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()
