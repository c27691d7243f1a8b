"""A view, and small PDFs made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject
from PySide6.QtWidgets import QWidget

from desktop.theme.theme import Theme
from desktop.viewer.pdf_view import PdfView

QUOTE = "portion of the costs"


@pytest.fixture
def view(theme: Theme, holder: QWidget) -> PdfView:
    view = PdfView(theme, holder)
    view.setGeometry(0, 0, 520, 700)
    holder.resize(520, 700)
    return view


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., Path]:
    """Write a PDF whose pages have these sizes; each says which it is, and the words of `QUOTE` in blue."""

    def make(
        sizes: list[tuple[float, float]],
        name: str = "paper.pdf",
        *,
        turns: dict[int, int] | None = None,
        crops: dict[int, tuple[float, float, float, float]] | None = None,
        labels: str = "",
        password: str = "",
        links: dict[int, int] | None = None,
    ) -> Path:
        pdf = FPDF(unit="pt")
        pdf.set_auto_page_break(False)
        pdf.set_font("helvetica", size=12)
        for number, size in enumerate(sizes, start=1):
            pdf.add_page(format=size)
            pdf.set_xy(60, 90)
            pdf.multi_cell(400, 16, f"Page {number}. " + "Providers may charge more. " * 8)
            pdf.set_xy(60, 260)
            pdf.c_margin = 0
            for words, blue in (("You pay a greater ", 0), (QUOTE, 255), (", in most cases.", 0)):
                pdf.set_text_color(0, 0, blue)
                pdf.cell(text=words)
            pdf.set_text_color(0, 0, 0)
            if links and number - 1 in links:
                pdf.link(60, 400, 200, 40, pdf.add_link(page=links[number - 1] + 1))
        path = tmp_path / name
        pdf.output(str(path))
        if turns or crops or labels or password:
            writer = PdfWriter()
            for index, page in enumerate(PdfReader(path).pages):
                if turns and index in turns:
                    page.rotate(turns[index])
                if crops and index in crops:
                    page.cropbox = RectangleObject(crops[index])
                writer.add_page(page)
            if labels:
                writer.set_page_label(0, len(sizes) - 1, style="/D", prefix=labels)
            if password:
                writer.encrypt(password)
            writer.write(path)
        return path

    return make
