"""Plain text, Markdown and HTML files → blocks."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median

from markdown_it import MarkdownIt

from core.reading.file_bytes import MEGABYTE, read_bytes
from core.reading.text.blocks import Block, TextContent
from core.reading.text.decoding import decode
from core.reading.text.html_blocks import html_blocks, local_name
from core.reading.text.markup import parse_html

LARGEST_FILE = 32 * MEGABYTE
# Markdown's parser is Python: about a megabyte a second.
LARGEST_MARKDOWN = 8 * MEGABYTE
_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_UNDERLINE = re.compile(r"(={3,}|-{3,}|~{3,})")
_CHAPTER = re.compile(r"(chapter|part|book|section|kapitel|teil|chapitre|capítulo)\s+([ivxlc]+|\d+)\b.{0,80}", re.I)
_ITEM = re.compile(r"([•●▪◦‣*+–-]|\(?\d{1,3}[.)])\s")
# Lines of these lengths were broken by a program that knew the width of a page, not by a writer who meant it.
_BROKEN_LINE = (50, 110)
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n(?:---|\.\.\.)\s*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.*?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE)


def read_plain(path: Path) -> TextContent:
    """The paragraphs of a text file; lines that were broken to a width are joined."""
    text = decode(read_bytes(path, LARGEST_FILE)).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    blocks = [block for paragraph in _PARAGRAPHS.split(text) for block in _paragraph(paragraph)]
    return TextContent("", (tuple(blocks),))


def read_markdown(path: Path) -> TextContent:
    """A Markdown file (CommonMark with tables), its front matter taken for the title only."""
    text = decode(read_bytes(path, LARGEST_MARKDOWN))
    title = ""
    if front := _FRONT_MATTER.match(text):
        found = _FRONT_TITLE.search(front[1])
        title = found[1] if found else ""
        text = text[front.end() :]
    # HTML within is passed on, because the walk over the tree takes words only, and tags are none.
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return TextContent(title, (html_blocks(parse_html(f"<html><body>{parser.render(text)}</body></html>")),))


def read_html(path: Path) -> TextContent:
    """A web page that was saved."""
    tree = parse_html(decode(read_bytes(path, LARGEST_FILE), is_markup=True))
    title = next((element.text or "" for element in tree.iter() if local_name(element) == "title"), "")
    return TextContent(title, (html_blocks(tree),))


def _paragraph(paragraph: str) -> list[Block]:
    lines = [" ".join(line.split()) for line in paragraph.split("\n")]
    lines = [line.replace("\u00ad", "").replace("\0", "") for line in lines if line]
    if not lines:
        return []
    if len(lines) == 2 and _UNDERLINE.fullmatch(lines[1]) and len(lines[0]) <= 120:
        return [Block(lines[0], 1 if lines[1][0] == "=" else 2)]
    if all(_UNDERLINE.fullmatch(line) for line in lines):
        return []
    if len(lines) == 1 and _CHAPTER.fullmatch(lines[0]):
        return [Block(lines[0], 2)]
    if _is_broken_to_a_width(lines):
        return [Block(" ".join(lines))]
    return [Block("\n".join(lines))]


def _is_broken_to_a_width(lines: list[str]) -> bool:
    if len(lines) < 2 or any(_ITEM.match(line) for line in lines):
        return False
    full = [len(line) for line in lines[:-1]]
    low, high = _BROKEN_LINE
    return low <= median(full) <= high and max(full) <= high and min(full) >= 0.6 * max(full)
