"""Makes small DOCX and EPUB files, well-formed and otherwise."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_ROOT_RELS = """<?xml version="1.0"?><Relationships
 xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="word/document.xml"/></Relationships>"""
_WORD_RELS = """<?xml version="1.0"?><Relationships
 xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
 Target="styles.xml"/>
<Relationship Id="f" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
 Target="footnotes.xml"/>
<Relationship Id="c" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
 Target="comments.xml"/></Relationships>"""
_STYLES = f"""<?xml version="1.0"?><w:styles {_WORD}>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style></w:styles>"""
_FOOTNOTES = f"""<?xml version="1.0"?><w:footnotes {_WORD}><w:footnote w:id="1"><w:p><w:r>
<w:t>The keeper signed it.</w:t></w:r></w:p></w:footnote></w:footnotes>"""
_COMMENTS = f"""<?xml version="1.0"?><w:comments {_WORD}><w:comment w:id="0" w:initials="AL" w:author="Anna Lund">
<w:p><w:r><w:t>Ask the board.</w:t></w:r></w:p></w:comment></w:comments>"""
# A paragraph with a comment in it.
COMMENTED = (
    '<w:p><w:r><w:t xml:space="preserve">Oil is </w:t></w:r><w:r><w:commentReference w:id="0"/></w:r>'
    "<w:r><w:t>dear.</w:t></w:r></w:p>"
)


def paragraph(text: str, style: str = "", note: int | None = None) -> str:
    """A paragraph of Word's."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    mark = f'<w:r><w:footnoteReference w:id="{note}"/></w:r>' if note else ""
    return f'<w:p>{look}<w:r><w:t xml:space="preserve">{text}</w:t></w:r>{mark}</w:p>'


def table(*rows: tuple[str, ...]) -> str:
    """A table of Word's."""
    cells = ("".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def make_docx(path: Path, *body: str, title: str = "", extra: Mapping[str, str | bytes] | None = None) -> Path:
    """Write a Word document with German style ids, as a German Word does."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT_RELS,
        "word/_rels/document.xml.rels": _WORD_RELS,
        "word/styles.xml": _STYLES,
        "word/footnotes.xml": _FOOTNOTES,
        "word/comments.xml": _COMMENTS,
        "word/document.xml": f'<?xml version="1.0"?><w:document {_WORD}><w:body>{"".join(body)}</w:body></w:document>',
    }
    if title:
        members["docProps/core.xml"] = (
            '<?xml version="1.0"?><cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cp="'
            'http://schemas.openxmlformats.org/package/2006/metadata/core-properties">'
            f"<dc:title>{title}</dc:title></cp:coreProperties>"
        )
    return write_zip(path, members | dict(extra or {}))


def make_epub(
    path: Path,
    chapters: Mapping[str, str],
    *,
    title: str = "On lamps",
    names: Mapping[str, str] | None = None,
    extra: Mapping[str, str | bytes] | None = None,
) -> Path:
    """Write a book.

    Args:
        path: where to.
        chapters: XHTML by file name, in the spine's order.
        title: of the book.
        names: what the table of contents calls the chapters, by file name.
        extra: more members.
    """
    items = "".join(
        f'<item id="c{i}" href="text/{name}" media-type="application/xhtml+xml"/>' for i, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    links = "".join(f'<li><a href="text/{name}#top">{text}</a></li>' for name, text in (names or {}).items())
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "OPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{title}</dc:title></metadata><manifest>{items}"
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>',
        "OPS/nav.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol>{links}</ol></nav></body></html>',
    }
    members |= {f"OPS/text/{name}": text for name, text in chapters.items()}
    return write_zip(path, members | dict(extra or {}))


def write_zip(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """Write a ZIP file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def chapter(body: str) -> str:
    """An XHTML page around its body."""
    return f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head/><body>{body}</body></html>'
