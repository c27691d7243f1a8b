"""Markdown as another parser reads it: footnotes resolve, and what was said stays words."""

from __future__ import annotations

import re

import pytest
from exported_talk import HOSTILE, TALK, answer, messages
from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.answering.export.markdown_writer import to_markdown
from core.answering.export.transcript import transcript_of
from core.types import Message, Role


def parsed(text: str) -> list[Token]:
    """Read with HTML, links and tables on, as GitHub does; footnotes are words to this parser."""
    found = []
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        found += [token, *(token.children or ())]
    return found


def words(text: str) -> str:
    return "".join(token.content for token in parsed(text) if token.type in ("text", "code_inline", "fence"))


def written() -> str:
    return to_markdown(transcript_of(TALK, messages()))


def test_every_mark_has_its_footnote_with_title_page_and_quotation() -> None:
    text = written()
    body, _, notes = text.partition("\n[^1]: ")
    marks = re.findall(r"(?<!\\)\[\^(\d+)\](?!:)", body)
    assert marks == ["1", "2", "1", "3", "4", "5"]
    assert re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE) == ["1", "2", "3", "4", "5"]
    assert notes.startswith("Piers \\& \\[Lamps\\], p. iv (page 6 of the file): “Agnes Marrow lit it in 1874.”")


def test_nothing_that_was_said_becomes_markup() -> None:
    tokens = parsed(written())
    assert {token.type for token in tokens} & {"html_block", "html_inline", "link_open", "image"} == set()
    shown = words(written())
    for said in (
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "<when>",
        "[^9]",
        "&amp;",
        "`tick`",
        "@all",
    ):
        assert said in shown
    assert not re.search(r"(?<!\\)@all|(?<!\\)\$x|https://|www\.e", written())  # GitHub's own mentions, formulas, links


@pytest.mark.parametrize(
    "said",
    ["- item", "+ item", "1. one", "12) twelve", "= under", "--- rule", "# head", "> quote", "* star", "    code",
     ": def", "~~~", "| a | b |", "\\", "a\\*b", "```", "&lt;", "[a]: http://e.org", "_x_ __y__", "a\u2028- b"],
)  # fmt: skip
def test_a_question_keeps_its_letters(said: str) -> None:
    text = to_markdown(transcript_of(TALK, [Message(1, 7, Role.USER, said, "")]))
    kinds = [token.type for token in parsed(text) if token.nesting == 1 or token.type in ("fence", "hr", "code_block")]
    assert kinds == ["heading_open", "paragraph_open", "heading_open"]
    assert words(text).endswith(" ".join(said.split()))


def test_blocks_are_the_blocks_of_the_answer() -> None:
    tokens = parsed(written())
    kinds = [token.type for token in tokens]
    assert kinds.count("table_open") == 1
    assert kinds.count("fence") == 1
    assert kinds.count("bullet_list_open") == 1
    assert kinds.count("ordered_list_open") == 1
    assert "code <i>\n" in [token.content for token in tokens if token.type == "fence"]
    assert [t.tag for t in tokens if t.type == "heading_open"] == ["h1", "h2", "h4", "h2", "h2"]


def test_a_fence_is_longer_than_any_within_and_hard_breaks_stay() -> None:
    said = answer("````\n```\nx\n````\n\none\\\ntwo *x*\n\n> quoted\n\n***\n\n~~gone~~")
    text = to_markdown(transcript_of(TALK, [Message(1, 7, Role.ASSISTANT, said.text, "", said)]))
    kinds = [token.type for token in parsed(text)]
    assert "````\n```\nx\n````" in text
    for kind in ("hardbreak", "em_open", "blockquote_open", "hr", "s_open"):
        assert kind in kinds
    assert HOSTILE not in text
