"""HTML and XML of strangers → trees: no entity is expanded, nothing is fetched, depth and size have bounds."""

from __future__ import annotations

import html
import re
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from core.errors import BrokenFile

# References by name that only HTML knows; XML keeps its own five.
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
# Elements that say only how words look.
_LOOKS = re.compile(r"</?(?:font|basefont|b|i|u|em|strong|big|small|tt|center)\b[^<>]*>", re.I)
# `<title/>` and `<script/>` are whole in XHTML, and swallow the rest of the page in HTML.
_EMPTY = re.compile(
    r"<(title|script|style|textarea|iframe|a|p|div|span|i|b|em|strong|td|li)(\s[^<>]*)?/>", re.IGNORECASE
)


def parse_html(text: str) -> Any:
    """The tree of an HTML page, however untidy.

    Raises:
        BrokenFile: nothing can be made of it, or its elements are nested without end.
    """
    tree = _parse_html(text)
    if tree is None:
        # Old pages open `<font>` for each paragraph and never close it, and every one then lies in the one before.
        tree = _parse_html(_LOOKS.sub("", text))
    if tree is None:
        raise BrokenFile("The file cannot be read: its HTML is nested too deeply.")
    return tree


def _parse_html(text: str) -> Any:
    """The tree; None where libxml2 cut it short because of its depth."""
    # "Huge" raises libxml2's bound on depth from 256 to 2048. The size is bounded by whoever read the file.
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        tree = lxml_html.document_fromstring(_encoded(text), parser=parser)
    except etree.ParserError:  # it has no element and no text, which is not for us to complain about
        return lxml_html.document_fromstring("<html><body></body></html>")
    except (etree.LxmlError, ValueError) as error:
        raise BrokenFile("The file is damaged: its HTML cannot be read.") from error
    return None if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log) else tree


def parse_xhtml(text: str) -> Any:
    """The tree of an XHTML page; where it is not well-formed, as HTML."""
    try:
        return parse_xml(_encoded(_NAMED.sub(_as_character, text)), "utf-8")
    except BrokenFile:
        return parse_html(_EMPTY.sub(r"<\1\2></\1>", text))


def parse_xml(data: bytes, encoding: str | None = None) -> Any:
    """The tree of an XML file; entities that it declares stay unexpanded.

    Args:
        data: the file.
        encoding: where it is known; else as the file declares.

    Raises:
        BrokenFile: it is not well-formed, or beyond libxml2's bounds.
    """
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise BrokenFile("The file is damaged: a part of it cannot be read.") from error


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _as_character(match: re.Match[str]) -> str:
    return match[0] if match[1] in _XML_NAMES else html.unescape(match[0])
