"""What the command line shows to people of whole-document work."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from core.answering.comparison import Comparison
from core.answering.every_document import DocumentRow, RowVerdict
from core.answering.outline import Outline, OutlineNode
from core.answering.summary import Summary
from core.answering.topics import PairKind
from core.terminal import place, wrapped
from core.types import AnswerSentence, Passage

_VERDICTS = {
    RowVerdict.SUPPORTED: "",
    RowVerdict.PARTLY: " (only partly found)",
    RowVerdict.UNSUPPORTED: " (not found in the document)",
}
_KINDS = {
    PairKind.CHANGED: "Differs",
    PairKind.ALIKE: "Side by side",
    PairKind.ONLY_LEFT: "Only in the first",
    PairKind.ONLY_RIGHT: "Only in the second",
}


def print_summary(summary: Summary) -> None:
    """The overview, then section by section; what each number cites is below."""
    print(f"{summary.title}\n")
    for sentence in summary.overview:
        print(wrapped(f"• {sentence.text}", ""))
    for section in summary.sections:
        pages = place(section.first_page)
        if section.last_page != section.first_page:
            pages = f"{pages}–{section.last_page}"
        print(f"\n{' · '.join(part for part in (section.title, pages) if part)}")
        for sentence in section.sentences:
            print(wrapped(sentence.text, "    "))
    if not summary.sections:
        print("There is no text in it that could be summarised.", file=sys.stderr)
    _print_places([*summary.overview, *(s for section in summary.sections for s in section.sentences)])


def print_outline(outline: Outline) -> None:
    """One heading to a line, indented by its level, with its page."""
    if not outline.nodes:
        print("There are no headings in it.", file=sys.stderr)
    _print_nodes(outline.nodes, "")


def print_row(row: DocumentRow) -> None:
    """What one document answers, with its places."""
    print(row.document.title)
    match row.verdict:
        case RowVerdict.NOT_READ:
            print(wrapped(f"Not read. {row.reason}".strip(), "    "))
        case RowVerdict.FAILED:
            print(wrapped(row.reason, "    "))
        case RowVerdict.NOTHING_FOUND:
            near = f" Nearest: {place(row.nearest.page_label)}." if row.nearest else ""
            print(f"    Nothing found.{near}")
        case _:
            places = ", ".join(dict.fromkeys(place(citation.page_label) for citation in row.citations))
            print(wrapped(f"{row.text}{_VERDICTS[row.verdict]} [{places}]", "    "))
    print()


def print_comparison(comparison: Comparison) -> None:
    """Topic by topic: what differs, what is near, and what stands in one alone."""
    print(f"1  {comparison.left_title}\n2  {comparison.right_title}")
    for topic in comparison.topics:
        print(f"\n{topic.title}")
        for sentence in topic.in_words:
            print(wrapped(sentence.text, "  "))
        for pair in topic.pairs:
            details = [", ".join(some) for some in (pair.left_details, pair.right_details)]
            differing = f" ({details[0] or '–'} | {details[1] or '–'})" if any(details) else ""
            print(f"  {_KINDS[pair.kind]}{differing}")
            for number, side in ((1, pair.left), (2, pair.right)):
                if side is not None:
                    print(wrapped(f"{number}  {side.text}", "    "))
    if not comparison.topics:
        print("\nNothing was found that differs.")
    if comparison.same:
        count = "1 sentence stands" if comparison.same == 1 else f"{comparison.same} sentences stand"
        print(f"\n{count} in both, word by word.")
    _print_places(_cited(comparison), comparison.passages)


def _cited(comparison: Comparison) -> list[AnswerSentence]:
    pairs = [pair for topic in comparison.topics for pair in topic.pairs]
    sides = [side for pair in pairs for side in (pair.left, pair.right) if side is not None]
    return [*sides, *(sentence for topic in comparison.topics for sentence in topic.in_words)]


def _print_places(sentences: Sequence[AnswerSentence], passages: Sequence[Passage] = ()) -> None:
    """Which page each number is; with the title where there are several documents."""
    labels = {citation.number: citation.page_label for sentence in sentences for citation in sentence.citations}
    if labels:
        print()
    for number, label in sorted(labels.items()):
        title = f"{passages[number - 1].title} · " if passages else ""
        print(f"[{number}] {title}{place(label)}")


def _print_nodes(nodes: Sequence[OutlineNode], indent: str) -> None:
    for node in nodes:
        page = f"  {place(node.page_label)}" if node.page_label else ""
        print(f"{indent}{node.title}{page}")
        _print_nodes(node.children, f"{indent}  ")
