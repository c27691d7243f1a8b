"""A conversation as something to hand on: questions, answers as blocks, and numbered footnotes for what they cite.

This is what every writer is given. All text in it is clean (`plain_text.py`); each writer escapes it for its format.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.answering.answer_blocks import Block, BlockKind, Run
from core.answering.answer_markup import layout_answer
from core.answering.export.plain_text import clean, on_one_line
from core.reading.text.parts import is_part_label
from core.types import Answer, AnswerSentence, Citation, Conversation, Message, Passage, Role, Verdict

_LONGEST_HEADING = 200
_LONGEST_QUOTE = 600
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Footnote:
    """What a number in an answer stands for.

    Attributes:
        number: from 1, in the order in which the answers first cite them.
        place: `p. iv (page 6 of the file)`, or `§ 3` of a document without pages.
        quote: the words cited.
    """

    number: int
    title: str
    place: str
    quote: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer; either may be missing.

    Attributes:
        question: on one line.
        model: that answered; empty without an answer.
        blocks: of the answer. A run with a number is the mark of the footnote with that number.
        notes: sentences below it: what was not found, what was refused or broken off.
    """

    question: str
    model: str = ""
    blocks: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_heading(self) -> bool:
        """Whether the question is short enough for one."""
        return 0 < len(self.question) <= _LONGEST_HEADING


@dataclass(frozen=True, slots=True)
class Transcript:
    """A branch of a conversation, ready to be written.

    Attributes:
        date: when it was last spoken in, for people.
        made_at: the same moment.
    """

    title: str
    date: str
    made_at: datetime
    turns: tuple[Turn, ...]
    footnotes: tuple[Footnote, ...]


def transcript_of(conversation: Conversation, messages: Sequence[Message]) -> Transcript:
    """Put a conversation into the form that is exported.

    Args:
        conversation: whose title and date it gets.
        messages: of one branch, in order.
    """
    moment = _moment(conversation.updated_at)
    footnotes = _Footnotes()
    turns: list[Turn] = []
    for message in messages:
        if message.role is Role.USER:
            turns.append(Turn(on_one_line(message.text)))
            continue
        turn = turns.pop() if turns and not turns[-1].model else Turn("")
        turns.append(_answered(turn, message, footnotes))
    return Transcript(
        on_one_line(conversation.title), f"{moment.day} {moment:%B %Y}", moment, tuple(turns), tuple(footnotes.made)
    )


def words_of(block: Block) -> str:
    """The words of a block without its marks."""
    return " ".join("".join(run.text for run in cell if not run.number) for row in block.rows for cell in row)


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _answered(turn: Turn, message: Message, footnotes: _Footnotes) -> Turn:
    answer = message.answer
    if answer is None:
        return replace(turn, model="?", blocks=_cleaned(layout_answer(message.text)))
    blocks = layout_answer(answer.text or message.text, answer.sentences, len(answer.passages))
    marked = tuple(_with_footnotes(block, answer, footnotes) for block in blocks)
    return replace(turn, model=_model_name(answer.model), blocks=_cleaned(marked), notes=tuple(_notes(answer)))


def _with_footnotes(block: Block, answer: Answer, footnotes: _Footnotes) -> Block:
    rows = tuple(tuple(tuple(_numbered(cell, answer, footnotes)) for cell in row) for row in block.rows)
    return replace(block, rows=rows)


def _numbered(cell: Sequence[Run], answer: Answer, footnotes: _Footnotes) -> Iterator[Run]:
    """The runs of a cell with the numbers of footnotes in place of those of passages, each once in a row."""
    told: set[int] = set()
    for run in cell:
        if not run.number:
            told.clear()
            yield run
            continue
        passage = answer.passages[run.number - 1]
        cited = _cited(answer.sentences, run) or [None]
        for number in [footnotes.number(passage, citation) for citation in cited]:
            if number not in told:
                told.add(number)
                yield replace(run, text=str(number), number=number)


def _cited(sentences: Sequence[AnswerSentence], run: Run) -> list[Citation | None]:
    if not 0 <= run.sentence < len(sentences):
        return []
    return [citation for citation in sentences[run.sentence].citations if citation.number == run.number]


def _cleaned(blocks: Sequence[Block]) -> tuple[Block, ...]:
    return tuple(
        replace(
            block,
            rows=tuple(
                tuple(tuple(replace(run, text=clean(run.text)) for run in cell) for cell in row) for row in block.rows
            ),
        )
        for block in blocks
    )


def _notes(answer: Answer) -> Iterator[str]:
    if answer.standalone_question != answer.question:
        yield f"Searched for: {on_one_line(answer.standalone_question)}"
    if answer.error:
        yield on_one_line(answer.error)
    if answer.stopped:
        yield "Stopped before its end."
    if answer.replaced:
        yield "The model’s own words did not stand the check; passages are quoted instead."
    if answer.refused and answer.passages:
        nearest = "; ".join(f"{on_one_line(p.title)}, {_place(p)}" for p in answer.passages[:_NEAREST])
        yield f"The nearest passages: {nearest}."
    if answer.refused or answer.error:
        return
    for sentence in answer.sentences:
        if sentence.verdict is not Verdict.SUPPORTED:
            missing = sentence.verdict is Verdict.UNSUPPORTED
            said = " ".join(words_of(block) for block in layout_answer(sentence.text, (), len(answer.passages)))
            told = f"{'Not found in the documents' if missing else 'Only partly found'}: “{on_one_line(said)}”"
            yield f"{told} {on_one_line(sentence.reason)}".rstrip()


def _model_name(model: str) -> str:
    kind, _, name = model.partition("/")
    if kind == "ollama" and name:
        return on_one_line(f"{name} · Ollama")
    return "the built-in model" if model == "builtin" else on_one_line(model) or "?"


# ── footnotes ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Footnotes:
    """Gives each place that is cited one number, whoever cites it first."""

    made: list[Footnote] = field(default_factory=list)
    _known: dict[tuple[str, int, int, int], int] = field(default_factory=dict)

    def number(self, passage: Passage, citation: Citation | None) -> int:
        """The number of what a citation quotes; of the passage, where it was never resolved."""
        if citation is None:
            key = (passage.document, passage.page_index, passage.char_start, passage.char_end)
            place, quote = _place(passage), passage.text
        else:
            key = (citation.document, citation.page_index, citation.char_start, citation.char_end)
            place, quote = _place(citation), citation.quote
        if key not in self._known:
            self._known[key] = len(self.made) + 1
            self.made.append(Footnote(self._known[key], on_one_line(passage.title), place, _shortened(quote)))
        return self._known[key]


def _place(cited: Passage | Citation) -> str:
    """The printed page, with its number in the file where that is another one."""
    label = on_one_line(cited.page_label)
    if is_part_label(label):
        return label
    page = str(cited.page_index + 1)
    return f"p. {label}" if label == page else f"p. {label} (page {page} of the file)"


def _shortened(quote: str) -> str:
    text = on_one_line(quote)
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + "…"


def _moment(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written).astimezone()
    except ValueError:  # of a row that was damaged
        return datetime.now().astimezone()


def is_shown(block: Block) -> bool:
    """Whether a block has words or is a rule; a model may leave headings and items empty."""
    return block.kind is BlockKind.RULE or any(run.text.strip() for row in block.rows for cell in row for run in cell)
