"""PDFs whose words stand exactly where a test wants them, in letters of any script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Placed(NamedTuple):
    """Text that begins at a point, in points from the upper left corner of a page of 600 × 800 that is not turned.

    Attributes:
        turn: quarters clockwise by which the text is turned.
    """

    left: float
    baseline: float
    text: str
    size: float = 10
    bold: bool = False
    turn: int = 0


WIDTH, HEIGHT = 600, 800
_MATRICES = ("1 0 0 1", "0 -1 1 0", "-1 0 0 -1", "0 1 -1 0")


def placed_pdf(
    pages: Sequence[Sequence[Placed]],
    rotate: int = 0,
    extra: str = "",
    advance: int = 500,
    encoding: str = "Identity-H",
    box_of_tree: bool = False,
) -> bytes:
    """Return a PDF of the pages.

    Args:
        pages: what stands on each.
        rotate: each page's /Rotate.
        extra: entries for the first page's dictionary.
        advance: of every character, in thousandths of its size.
        encoding: Identity-V writes downwards.
        box_of_tree: the pages inherit their size.
    """
    letters = sorted({letter for page in pages for placed in page for letter in placed.text})
    codes = {letter: code for code, letter in enumerate(letters, 1)}
    mapping = "".join(
        f"1 beginbfchar <{code:04X}> <{letter.encode('utf-16-be').hex()}> endbfchar\n" for letter, code in codes.items()
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{mapping}endcmap end end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        _stream(cmap),
        _font("Plain", 6, encoding),
        _font("Plain-Bold", 7, encoding),
        _descendant("Plain", advance),
        _descendant("Plain-Bold", advance),
        _descriptor("Plain"),
        _descriptor("Plain-Bold"),
    ]
    kids = []
    box = f"/MediaBox [0 0 {WIDTH} {HEIGHT}]"
    for number, page in enumerate(pages):
        shown = "\n".join(_shown(placed, codes) for placed in page)
        kids.append(f"{len(objects) + 1} 0 R")
        objects += [
            f"<< /Type /Page /Parent 2 0 R {'' if box_of_tree else box} /Rotate {rotate} "
            f"/Contents {len(objects) + 2} 0 R /Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> "
            f"{extra if number == 0 else ''} >>",
            _stream(f"BT\n{shown}\nET"),
        ]
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} {box if box_of_tree else ''} >>"
    return written(objects)


def written(objects: Sequence[str]) -> bytes:
    """Return a PDF file of the objects, numbered from 1; the first is the catalogue."""
    body = b"%PDF-1.7\n"
    offsets = []
    for number, source in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{source}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    return body + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


def column(left: float, top: float, lines: Sequence[str], leading: float = 13, size: float = 10) -> list[Placed]:
    """Return lines below one another."""
    return [Placed(left, top + number * leading, line, size) for number, line in enumerate(lines)]


def _shown(placed: Placed, codes: dict[str, int]) -> str:
    text = "".join(f"{codes[letter]:04X}" for letter in placed.text)
    font = "F2" if placed.bold else "F1"
    return f"/{font} {placed.size} Tf {_MATRICES[placed.turn]} {placed.left} {HEIGHT - placed.baseline} Tm <{text}> Tj"


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _font(name: str, descendant: int, encoding: str) -> str:
    return (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /{encoding} "
        f"/DescendantFonts [{descendant} 0 R] /ToUnicode 3 0 R >>"
    )


def _descendant(name: str, advance: int) -> str:
    descriptor = 8 if name == "Plain" else 9
    return (
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /DW {advance} /FontDescriptor {descriptor} 0 R "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )


def _descriptor(name: str) -> str:
    return (
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 "
        "/StemV 80 /FontBBox [0 -200 1000 900] >>"
    )
