"""EPUB books: container → package → the spine's chapters in order (W3C EPUB 3.3), titles from the table of contents."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

from core.errors import BrokenFile, DocumentError, UnsupportedFile
from core.reading.text.archive import Archive
from core.reading.text.blocks import Block, TextContent
from core.reading.text.decoding import decode
from core.reading.text.html_blocks import html_blocks, local_name
from core.reading.text.markup import parse_xhtml, parse_xml

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_CHAPTER_TYPES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_CHAPTER_SUFFIXES = (".xhtml", ".html", ".htm", ".xml")
_MOST_CHAPTERS = 5000


def read_epub(path: Path) -> TextContent:
    """The text of a book, one section for each chapter of its spine.

    Raises:
        BrokenFile: damaged, or no EPUB.
        UnsupportedFile: protected by its seller, or beyond all bounds.
    """
    with Archive(path) as archive:
        package_name = _package_name(archive)
        package = parse_xml(archive.read(package_name))
        folder = posixpath.dirname(package_name)
        manifest = {item.get("id"): item for item in package.iter() if local_name(item) == "item" and item.get("href")}
        chapters = list(_spine(package, manifest, folder))[:_MOST_CHAPTERS]
        _refuse_protected(archive, chapters)
        titles = _contents(archive, package, manifest, folder)
        sections = [_chapter(archive, name, titles.get(name, "")) for name in chapters if archive.has(name)]
    if chapters and not sections:
        raise BrokenFile("The book is damaged: its chapters are missing.")
    return TextContent(_title(package), tuple(section for section in sections if section))


def _package_name(archive: Archive) -> str:
    if not archive.has(_CONTAINER):
        raise BrokenFile("This is not an EPUB book, although its name says so.")
    for element in parse_xml(archive.read(_CONTAINER)).iter():
        if local_name(element) == "rootfile" and element.get("full-path"):
            return str(element.get("full-path"))
    raise BrokenFile("The book is damaged: it does not say where its text is.")


def _title(package: Any) -> str:
    for element in package.iter():
        if local_name(element) == "title" and element.text:
            return str(element.text)
    return ""


def _spine(package: Any, manifest: dict[str, Any], folder: str) -> Iterator[str]:
    """The members that hold the chapters, in reading order, each once."""
    seen = set()
    for reference in package.iter():
        item = manifest.get(reference.get("idref")) if local_name(reference) == "itemref" else None
        if item is None:
            continue
        name = _member(folder, item.get("href"))
        is_text = item.get("media-type") in _CHAPTER_TYPES or name.lower().endswith(_CHAPTER_SUFFIXES)
        if is_text and name not in seen and "nav" not in (item.get("properties") or "").split():
            seen.add(name)
            yield name


def _refuse_protected(archive: Archive, chapters: list[str]) -> None:
    """Let a book with obfuscated fonts pass; where chapters are encrypted, only the seller's app reads them.

    Raises:
        UnsupportedFile: a chapter is encrypted.
    """
    if not archive.has(_ENCRYPTION):
        return
    hidden = {
        unquote(element.get("URI") or "")
        for element in parse_xml(archive.read(_ENCRYPTION)).iter()
        if local_name(element) == "cipherreference"
    }
    if hidden.intersection(chapters):
        raise UnsupportedFile("This book is protected by its seller (DRM) and opens only in the seller's app.")


def _contents(archive: Archive, package: Any, manifest: dict[str, Any], folder: str) -> dict[str, str]:
    """What the table of contents calls each chapter: EPUB 3's navigation page, or EPUB 2's NCX."""
    titles: dict[str, str] = {}
    for item in manifest.values():
        is_nav = "nav" in (item.get("properties") or "").split()
        if not is_nav and item.get("media-type") != "application/x-dtbncx+xml":
            continue
        name = _member(folder, item.get("href"))
        try:
            tree = parse_xhtml(decode(archive.read(name), is_markup=True))
        except DocumentError:
            continue  # a book without a table of contents is still a book
        for href, title in _nav_entries(tree) if is_nav else _ncx_entries(tree):
            titles.setdefault(_member(posixpath.dirname(name), href), title)
    return titles


def _nav_entries(tree: Any) -> Iterator[tuple[str, str]]:
    for link in tree.iter():
        if local_name(link) == "a" and link.get("href"):
            yield link.get("href"), " ".join("".join(link.itertext()).split())


def _ncx_entries(tree: Any) -> Iterator[tuple[str, str]]:
    title = ""
    for element in tree.iter():
        if local_name(element) == "text":
            title = " ".join((element.text or "").split())
        elif local_name(element) == "content" and element.get("src"):
            yield element.get("src"), title


def _chapter(archive: Archive, name: str, title: str) -> tuple[Block, ...]:
    """A chapter's blocks; one without a heading gets the one that the table of contents knows."""
    blocks = html_blocks(parse_xhtml(decode(archive.read(name), is_markup=True)))
    if title and blocks and not any(block.level for block in blocks):
        if blocks[0].text.casefold() == title.casefold():
            return (Block(blocks[0].text, 2), *blocks[1:])
        return (Block(title, 2), *blocks)
    return blocks


def _member(folder: str, href: str) -> str:
    """The member that a reference of a file in `folder` means."""
    return posixpath.normpath(posixpath.join(folder, unquote(urldefrag(href)[0])))
