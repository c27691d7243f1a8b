"""Make the PDFs of this folder; the same input gives the same bytes.

Only the encrypted ones differ each time, because encryption takes a new salt, so they are made where they are missing.

.venv/bin/python tests/data/make.py
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.constants import UserAccessPermissions

HERE = Path(__file__).resolve().parent
PASSWORD = "lamp"

LIGHTHOUSE = (
    "The lighthouse at Cape Sorrow was finished in 1867. Its tower of grey granite is 43 metres high, and its lamp "
    "turned on a bath of mercury that weighed 380 kilograms.",
    "Keeper Elias Fenwick climbed the 214 steps four times a day. He wrote the height of every tide into a blue book, "
    "and of the thirty-one books that he filled, only one was lost.",
)
HERRING = (
    "In the spring of 1902 the herring stayed away. The harbour of Skell landed 112 barrels, where a common year "
    "brought nine thousand, and the curing yards let 240 women go.",
    "The fishermen blamed the new steam trawlers. The naturalist Dorothea Lunn found another cause: the water was two "
    "degrees colder than in any year since 1881.",
)
BEES = (
    "A colony of bees in winter is a ball that breathes. At its centre it keeps about 34 degrees, at its skin 10, and "
    "a bee that has grown cold outside works its way inwards to be warmed.",
    "From October to March a strong colony eats eighteen kilograms of honey. More hives die of hunger in March than of "
    "frost in January.",
)
SALT = (
    "Salt was carried over the Tarn Pass on mules, two blocks to an animal and each block of 28 kilograms. The toll at "
    "the bridge of Vey was one block in forty.",
    "When the railway tunnel was opened in 1884, a block cost a third of what it had cost before, and within two "
    "winters the inns along the pass had closed.",
)

FIRST_NAMES = ("Ada", "Bruno", "Clara", "Dorian", "Edith", "Felix", "Greta", "Hugo", "Ilse", "Jonas")
LAST_NAMES = ("Ashdown", "Birch", "Calder", "Dunmore", "Eastlake", "Farrow")
TRADES = ("a cooper", "a ropemaker", "a midwife", "a pilot", "a clockmaker", "a schoolteacher", "a net mender")
ERRANDS = ("a sealed letter", "a basket of eels", "a brass compass", "a sack of flour", "a ladder", "two lanterns")
WEATHER = ("in fog", "in hard frost", "under a clear sky", "in driving rain", "in a north wind")


class Sheet(FPDF):
    """A document in core fonts, dated the same every time."""

    def __init__(self, title: str) -> None:
        """Set what all the files have in common."""
        super().__init__(format=(148, 210))
        self.set_title(title)
        self.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
        self.set_margin(18)

    def heading(self, text: str, level: int = 0) -> None:
        """Write a heading, larger than the text, with its bookmark."""
        self.start_section(text, level=level)
        self.set_font("Helvetica", "B", (18, 14, 12)[level])
        self.multi_cell(0, 9, text, new_x="LMARGIN", new_y="NEXT")

    def prose(self, *paragraphs: str) -> None:
        """Write paragraphs of body text."""
        self.set_font("Helvetica", size=10)
        for paragraph in paragraphs:
            self.multi_cell(0, 5.5, paragraph, align="L", new_x="LMARGIN", new_y="NEXT")
            self.ln(2)

    def save(self, name: str) -> None:
        """Write the file into this folder."""
        self.output(str(HERE / name))


def make_text() -> None:
    """Write two pages of plain text, and a page without any beside a page with some."""
    sheet = Sheet("Two pages")
    for texts in (LIGHTHOUSE, HERRING):
        sheet.add_page()
        sheet.prose(*texts)
    sheet.save("text_two_pages.pdf")

    sheet = Sheet("One page is empty")
    sheet.add_page()
    sheet.add_page()
    sheet.prose(*BEES)
    sheet.save("empty_page.pdf")


def make_labels() -> None:
    """Write six pages, labelled i, ii, 1, 2, A-1 and A-2."""
    sheet = Sheet("Page labels")
    for label, texts in zip(
        ("i", "ii", "1", "2", "A-1", "A-2"), (BEES, SALT, LIGHTHOUSE, HERRING, SALT, BEES), strict=True
    ):
        sheet.add_page()
        if label == "i":
            sheet.set_page_label(label_style="r", label_start=1)
        elif label == "1":
            sheet.set_page_label(label_style="D", label_start=1)
        elif label == "A-1":
            sheet.set_page_label(label_style="D", label_prefix="A-", label_start=1)
        sheet.prose(f"This page is labelled {label}.", *texts)
    sheet.save("labels.pdf")


def make_columns() -> None:
    """Write a page of two columns below a heading that spans both."""
    sheet = Sheet("Two columns")
    sheet.add_page()
    sheet.heading("Of the coast and of the hills")
    sheet.set_font("Helvetica", size=9)
    top, width = sheet.get_y() + 3, 52
    for left, texts in ((18, (*LIGHTHOUSE, *HERRING)), (18 + width + 8, (*BEES, *SALT))):
        sheet.set_xy(left, top)
        for text in texts:
            sheet.multi_cell(width, 4.8, text, align="L", new_x="LEFT", new_y="NEXT")
            sheet.set_xy(left, sheet.get_y() + 2)
    sheet.save("two_columns.pdf")


def make_table() -> None:
    """Write a ruled table between two paragraphs."""
    sheet = Sheet("A table")
    sheet.add_page()
    sheet.heading("Landings at Skell")
    sheet.prose("The harbour master weighed the catch of every year at the quay.")
    sheet.set_font("Helvetica", size=10)
    with sheet.table(text_align=("LEFT", "RIGHT", "RIGHT"), line_height=7) as table:
        for row in (
            ("Year", "Barrels", "Boats"),
            ("1899", "9,214", "71"),
            ("1900", "8,870", "70"),
            ("1901", "9,035", "68"),
            ("1902", "112", "66"),
            ("1903", "4,406", "41"),
        ):
            table.row(row)
    sheet.ln(3)
    sheet.prose("Table 1. Barrels of herring landed, 1899 to 1903.", HERRING[1])
    sheet.save("table.pdf")


def make_outline() -> None:
    """Write headings of three levels with bookmarks to match."""
    sheet = Sheet("Headings and bookmarks")
    sheet.add_page()
    sheet.heading("1 The sea")
    sheet.heading("1.1 Lights", 1)
    sheet.prose(LIGHTHOUSE[0])
    sheet.heading("1.1.1 The keeper", 2)
    sheet.prose(LIGHTHOUSE[1])
    sheet.heading("1.2 Fish", 1)
    sheet.prose(*HERRING)
    sheet.add_page()
    sheet.heading("2 The land")
    sheet.heading("2.1 Bees", 1)
    sheet.prose(*BEES)
    sheet.heading("2.2 Salt", 1)
    sheet.prose(*SALT)
    sheet.save("outline.pdf")


def long_fact(number: int) -> str:
    """Return the fact that only page `number` of long.pdf holds; pages count from 1."""
    if number == 17:
        return "The lamp on pier 17 was lit by Agnes Marrow in 1874."
    who = f"{FIRST_NAMES[number % 10]} {LAST_NAMES[number // 10 % 6]}"
    return f"The lamp on pier {number} was lit by {who} in {1857 + number}."


def make_long() -> None:
    """Write sixty pages of prose, each with a fact of its own."""
    sheet = Sheet("The sixty piers")
    for number in range(1, 61):
        trade, errand, weather = TRADES[number % 7], ERRANDS[number % 6], WEATHER[number % 5]
        sheet.add_page()
        sheet.heading(f"Pier {number}")
        sheet.prose(
            f"Pier {number} lies {120 + 37 * number} paces east of the customs house and is {18 + number * 7 % 53} "
            f"metres long. It was built for {trade}, who paid {3 + number * 11 % 47} crowns for a mooring.",
            long_fact(number),
            f"It was the custom that whoever lit the lamp first received {errand} from the harbour master. On this "
            f"pier that happened {weather}, and the harbour book gives the hour as {number * 5 % 12 + 1} o'clock.",
            f"The planks were renewed {number % 4 + 1} times in a hundred years, the last time with {number * 13 + 60} "
            f"oak boards from the forest of {LAST_NAMES[(number + 3) % 6]}.",
        )
    sheet.save("long.pdf")


def make_encrypted() -> None:
    """Encrypt the two pages: one copy opens with the password "lamp" only, one opens for all but forbids copying."""
    for name, user, owner in (("encrypted_user.pdf", PASSWORD, "owner"), ("encrypted_owner_only.pdf", "", "owner")):
        if (HERE / name).exists():
            continue
        writer = PdfWriter(clone_from=PdfReader(HERE / "text_two_pages.pdf"))
        writer.encrypt(user, owner, algorithm="AES-256", permissions_flag=UserAccessPermissions.PRINT)
        writer.write(HERE / name)


def make_broken() -> None:
    """Write what only looks like a PDF by its name."""
    whole = (HERE / "long.pdf").read_bytes()
    (HERE / "broken_truncated.pdf").write_bytes(whole[: len(whole) // 2])
    (HERE / "not_a_pdf.pdf").write_text(
        "<!doctype html>\n<title>404</title>\n<p>The file that you were looking for is not here.</p>\n",
        encoding="utf-8",
    )
    (HERE / "zero_bytes.pdf").write_bytes(b"")


def main() -> None:
    """Make every file."""
    make_text()
    make_labels()
    make_columns()
    make_table()
    make_outline()
    make_long()
    make_encrypted()
    make_broken()


if __name__ == "__main__":
    main()
