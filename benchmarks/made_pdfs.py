"""PDFs of our own making with distinct words on every page, for the programs that add, change and remove files."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF

from core.reading.identity import hash_file

_SYLLABLES = ("ba", "den", "for", "gal", "hem", "ik", "lor", "mas", "ner", "ost", "pel", "qua", "rin", "sol", "tur")
_WORDS_ON_A_PAGE = 70
_CHANGED_PAGES = 3


@dataclass(frozen=True, slots=True)
class MadeFile:
    """One version of a document.

    Attributes:
        name: of the file that it is a version of.
        path: where it was made.
        hash: SHA-256 of its bytes, which is the document's id.
    """

    name: str
    path: Path
    hash: str
    pages: int


def make_versions(folder: Path, documents: int, versions: int, pages: int, seed: int) -> dict[str, list[MadeFile]]:
    """Make documents in some versions, which differ in a few pages; a quarter of them have a single page.

    Args:
        folder: to write to.
        documents: how many.
        versions: of each.
        pages: of the longest.
        seed: of the words; the same one gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, list[MadeFile]] = {}
    for number in range(documents):
        rng = random.Random(f"{seed}/{number}")
        length = 1 if number % 4 == 3 else rng.randint(pages // 2, pages)
        texts = [_words(rng) for _ in range(length)]
        name = f"document-{number:02}.pdf"
        made[name] = []
        for version in range(versions):
            if version:
                for page in rng.sample(range(length), min(_CHANGED_PAGES, length)):
                    texts[page] = _words(rng)
            path = folder / f"version-{version}-of-{name}"
            write_pdf(path, f"Document {number}, version {version}", texts)
            made[name].append(MadeFile(name, path, hash_file(path), length))
    return made


def write_pdf(path: Path, title: str, texts: list[str]) -> None:
    """Write a PDF with a text on each page, dated the same every time."""
    sheet = FPDF(format=(148, 210))
    sheet.set_title(title)
    sheet.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    sheet.set_margin(15)
    sheet.set_font("Helvetica", size=10)
    for text in texts:
        sheet.add_page()
        sheet.multi_cell(0, 5, text)
    sheet.output(str(path))


def _words(rng: random.Random) -> str:
    """A page of invented words in sentences."""
    words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(_WORDS_ON_A_PAGE)]
    sentences = [" ".join(words[i : i + 10]).capitalize() + "." for i in range(0, len(words), 10)]
    return " ".join(sentences)
