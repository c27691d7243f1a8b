"""Pages cut into small chunks, numbered from 1, as a library would give them back."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF
from placed_pdf import Placed, placed_pdf
from stand_ins import HashEmbedder

from core.chunking.chunker import ChunkingSettings, HeadingPath, chunk_page
from core.index.candidates import PageChunk, PageChunks
from core.reading.document_reader import DocumentReader
from core.types import Page, Passage

PARAGRAPHS = (
    "The lighthouse at Cape Sorrow was finished in 1867. Its tower of grey granite is 43 metres high, and its lamp "
    "turned on a bath of mercury that weighed 380 kilograms. It was seen from a distance of nineteen miles.",
    "Keeper Elias Fenwick climbed the 214 steps four times a day. He wrote the height of every tide into a blue book, "
    "and of the thirty-one books that he filled, only one was lost. It is the one of the great storm. Nobody knows "
    "what the sea did on that night.",
    "In the spring of 1902 the herring stayed away. The harbour of Skell landed 112 barrels, where a common year "
    "brought nine thousand, and the curing yards let 240 women go. Most of them never came back.",
)


def prose_pdf(path: Path, *paragraphs: str, heading: str = "") -> Path:
    """Write a PDF of paragraphs, on as many pages as they need."""
    pdf = FPDF(format=(148, 210))
    pdf.set_margin(18)
    pdf.add_page()
    if heading:
        pdf.set_font("Helvetica", "B", 18)
        pdf.multi_cell(0, 9, heading, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=10)
    for paragraph in paragraphs:
        pdf.multi_cell(0, 5.5, paragraph, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(2)
    pdf.output(str(path))
    return path


def table_page(path: Path, rows: int = 24) -> Page:
    """Write and read a page with a caption and a table below it."""
    placed = [Placed(60, 100, "Table 1. Barrels of herring landed at Skell in each year")]
    header = [("Year", "Barrels", "Boats")]
    for number, row in enumerate(header + [(str(1880 + n), str(9000 + n), str(70 - n)) for n in range(rows)]):
        placed += [Placed(left, 130 + 14 * number, cell) for left, cell in zip((60, 260, 420), row, strict=True)]
    path.write_bytes(placed_pdf([placed]))
    return pages_in(path)[0]


def pages_in(path: Path) -> list[Page]:
    """Read all pages of a file."""
    with DocumentReader(path) as reader:
        return [reader.read_page(index) for index in range(reader.page_count)]


def chunked(page: Page, window: int) -> PageChunks:
    """Cut a page into chunks of at most `window` words."""
    count = HashEmbedder().count_tokens
    chunks = chunk_page(page, HeadingPath(), "", "", count, ChunkingSettings(window, 0))
    boxed_from = page.words[0].char_start if page.words else None
    return PageChunks(
        page.text,
        tuple(
            PageChunk(n, c.text, c.heading_path, c.runs, boxed_from is not None and c.char_start >= boxed_from)
            for n, (c, _) in enumerate(chunks, 1)
        ),
    )


def passage(page: PageChunks, chunk: int, document: str = "doc", page_index: int = 0, rank: int = 1) -> Passage:
    """Return a chunk as a search would."""
    found = next(c for c in page.chunks if c.chunk == chunk)
    start = min((run.char_start for run in found.runs), default=0)
    end = max((run.char_start + run.length for run in found.runs), default=0)
    label = str(page_index + 1)
    return Passage(
        rank,
        1 / rank,
        document,
        "/p.pdf",
        "P",
        page_index,
        label,
        start,
        end,
        "",
        found.text,
        True,
        found.runs,
        (),
        chunk,
    )


def squeezed(text: str) -> str:
    """Take white space out, and hyphens at line ends as PDFium has them."""
    return "".join(text.replace("\u00ad", "-").split())
