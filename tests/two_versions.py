"""Two versions of one lease, and a library that holds them: what changed, what stayed, and what stands in one alone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from fpdf import FPDF

from core import composition

KEPT = "The tenant shall keep the lamp room clean and in good repair at all times."
RENT_OLD = "The yearly rent of the lamp room is 1,200 crowns, to be paid in advance."
RENT_NEW = "The yearly rent of the lamp room is 1,450 crowns, to be paid in advance."
PETS_OLD = "The tenant may keep a dog or a cat in the lamp room."
PETS_NEW = "The tenant may not keep a dog or a cat in the lamp room."
KEEPER_OLD = "Notices to the landlord are sent to Agnes Marrow at the customs house."
KEEPER_NEW = "Notices to the landlord are sent to Elias Fenwick at the customs house."
ONLY_OLD = "Every spring the chimney is swept by a sweeper whom the parish council of Skell has chosen."
ONLY_NEW = "Swimming from the granite steps is forbidden while herring trawlers unload their barrels nearby."

OLD = (("Rent", RENT_OLD, KEPT), ("Animals", PETS_OLD), ("Notices", KEEPER_OLD), ("Chimney", ONLY_OLD))
NEW = (("Rent", RENT_NEW, KEPT), ("Animals", PETS_NEW), ("Notices", KEEPER_NEW), ("Swimming", ONLY_NEW))


def lease(path: Path, title: str, sections: tuple[tuple[str, ...], ...]) -> Path:
    """Write a document of headed paragraphs."""
    pdf = FPDF(format=(148, 210))
    pdf.set_title(title)
    pdf.set_margin(18)
    pdf.add_page()
    for heading, *paragraphs in sections:
        pdf.set_font("Helvetica", "B", 16)
        pdf.multi_cell(0, 9, heading, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=10)
        for paragraph in paragraphs:
            pdf.multi_cell(0, 5.5, paragraph, align="L", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(2)
    pdf.output(str(path))
    return path


def fill(folder: Path, scratch: Path) -> Path:
    """Fill a library with both versions; returns its folder."""
    scratch.mkdir(parents=True, exist_ok=True)
    files = [lease(scratch / "old.pdf", "Lease of old", OLD), lease(scratch / "new.pdf", "Lease of new", NEW)]
    with closing(composition.open_library(folder)) as library, closing(composition.start_ingestor(library)) as ingestor:
        ingestor.add(files, "Leases")
        ingestor.wait()
    return folder
