"""Verdicts in words: pure functions from checked sentences to short, plain lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from core.answering.answer_blocks import CHIP, Block, BlockKind, Run, Style
from core.answering.answer_markup import layout_answer
from core.types import AnswerSentence, Verdict

translate = QCoreApplication.translate


def doubt(sentence: AnswerSentence) -> str:
    """What is in doubt about a sentence, and why; empty where nothing is."""
    if sentence.verdict is Verdict.SUPPORTED:
        return ""
    if sentence.verdict is Verdict.UNSUPPORTED:
        found = translate("verdicts", "Not found in your documents.")
    else:
        found = translate("verdicts", "Only partly found in the passages.")
    return f"{found} {sentence.reason}".strip()


def plain_words(sentence: AnswerSentence) -> str:
    """A sentence as it reads on screen, without its chips."""
    runs = (
        run for block in layout_answer(sentence.text, (), 999) for row in block.rows for cell in row for run in cell
    )
    return " ".join("".join(run.text for run in runs if run.text != CHIP).split())


def doubts_in_words(sentences: Iterable[AnswerSentence]) -> str:
    """All that is in doubt, for whoever hears it: each sentence, then the reason."""
    return " ".join(f"“{plain_words(one)}” {doubt(one)}" for one in sentences if doubt(one))


def doubt_blocks(sentences: Sequence[AnswerSentence]) -> tuple[Block, ...]:
    """The sentences in doubt as a list, each with its reason; `?` for what was not found, `~` for a part."""
    blocks: list[Block] = []
    for sentence in sentences:
        if reason := doubt(sentence):
            marker = "?" if sentence.verdict is Verdict.UNSUPPORTED else "~"
            runs = (Run(f"“{plain_words(sentence)}” "), Run(reason, Style.ITALIC))
            blocks.append(Block(BlockKind.ITEM, ((runs,),), 1, marker))
    return tuple(blocks)
