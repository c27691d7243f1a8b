"""PDFs written by hand, for what no producer of good files makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def raw_pdf(lines_of_pages: Sequence[Sequence[str]], to_unicode: Mapping[str, str] | None = None) -> bytes:
    """Return a PDF with the lines on its pages; `to_unicode` tells what a letter stands for when it is copied."""
    to_unicode = to_unicode or {}
    mapping = "\n".join(
        f"<{ord(code):02X}> <{meaning.encode('utf-16-be').hex().upper()}>" for code, meaning in to_unicode.items()
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def\n"
        f"1 begincodespacerange <00> <FF> endcodespacerange\n{len(to_unicode)} beginbfchar\n{mapping}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    kids = " ".join(f"{5 + 2 * i} 0 R" for i in range(len(lines_of_pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(lines_of_pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica" + (" /ToUnicode 4 0 R" if to_unicode else "") + " >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    for i, lines in enumerate(lines_of_pages):
        shown = "\n".join(f"({line}) Tj T*" for line in lines)
        content = f"BT /F1 12 Tf 14 TL 40 700 Td\n{shown}\nET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    body = b"%PDF-1.4\n"
    offsets = []
    for number, source in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{source}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    return body + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")
