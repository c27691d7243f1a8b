"""Word documents (DOCX) through mammoth, which knows headings, lists, tables, notes, comments and changes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

import mammoth

from core.errors import BrokenFile, DocumentError, UnsupportedFile
from core.reading.file_bytes import read_head
from core.reading.text.archive import Archive
from core.reading.text.blocks import TextContent
from core.reading.text.html_blocks import html_blocks, local_name
from core.reading.text.markup import parse_html, parse_xml

# Office's older container, which encrypted documents are wrapped in (MS-OFFCRYPTO 2.3), and all of Word 97 to 2003.
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CORE_PROPERTIES = "docProps/core.xml"
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Heading 7'] => h6:fresh
p[style-name='Heading 8'] => h6:fresh
p[style-name='Heading 9'] => h6:fresh
comment-reference => sup.comment
"""
# Mammoth raises what it stumbles over; a reader of hostile files expects all of it.
_MAMMOTH_FAULTS = (
    zipfile.BadZipFile,
    ExpatError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    NotImplementedError,
    OSError,
    EOFError,
)


def read_docx(path: Path) -> TextContent:
    """The text of a Word document.

    Raises:
        BrokenFile: damaged, or no Word document.
        UnsupportedFile: protected by a password, of Word 97 to 2003, or beyond all bounds.
    """
    if read_head(path).startswith(_OLE):
        raise UnsupportedFile(_explain_ole(path))
    with Archive(path) as archive:
        if not any(name.startswith("word/") for name in archive.names):
            raise BrokenFile("This is not a Word document, although its name says so.")
        package = _without_media(archive)
        title = _title(archive)
    try:
        made = mammoth.convert_to_html(
            package,
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=mammoth.images.img_element(_no_source),
        )
    except _MAMMOTH_FAULTS as error:
        raise BrokenFile("The Word document is damaged. Open it in Word, save it again, and add the copy.") from error
    tree = parse_html(f"<html><body>{made.value}</body></html>")
    for mark in tree.iterfind(".//sup[@class='comment']"):
        mark.set("hidden", "")  # comments are read at the end; their marks would stand in the middle of sentences
    return TextContent(title, (html_blocks(tree),))


def _without_media(archive: Archive) -> io.BytesIO:
    """The document with its XML alone, every part of it checked: pictures are not unpacked, let alone looked at.

    Raises:
        BrokenFile: a part declares entities, which the format forbids (ECMA-376 part 2, 9.1.3).
    """
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as copy:
        for name in dict.fromkeys(archive.names):
            if name.endswith((".xml", ".rels")):
                data = archive.read(name)
                if b"<!DOCTYPE" in data.replace(b"\0", b""):
                    raise BrokenFile("This Word document holds what no Word document may. It was not read.")
                copy.writestr(name, data)
    package.seek(0)
    return package


def _title(archive: Archive) -> str:
    if not archive.has(_CORE_PROPERTIES):
        return ""
    try:
        properties = parse_xml(archive.read(_CORE_PROPERTIES))
    except DocumentError:
        return ""  # a title is no reason to give up a document
    return next((element.text or "" for element in properties if local_name(element) == "title"), "")


def _explain_ole(path: Path) -> str:
    try:
        is_encrypted = _ENCRYPTED in path.read_bytes()
    except OSError:
        is_encrypted = False
    if is_encrypted:
        return (
            "This Word document is protected by a password. Open it in Word, remove the password under "
            "File › Info, and add the saved file."
        )
    return "This is an older Word document under a newer name. Save it as DOCX or PDF in Word."


def _no_source(_image: Any) -> dict[str, str]:
    """Pictures give their alternative text only."""
    return {}
