"""Make resources/sample/paperlamp-sample.pdf: the small book that a new person can try Paperlamp on.

Port Ellery, its lamps and its people are invented, so that every answer can only come from these pages. The book has
what real documents have: page labels in two schemes, bookmarks, headings of two levels, a list, a table, two columns,
and a scanned page without text. The same input gives the same bytes.

    .venv/bin/python benchmarks/make_sample.py
"""

from __future__ import annotations

import io
import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import sample_text as content
from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFilter, ImageFont

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
FONTS = RESOURCES / "fonts"
TARGET = RESOURCES / "sample" / "paperlamp-sample.pdf"

WIDTH, HEIGHT = 170.0, 240.0  # millimetres
LEFT, RIGHT, TOP, BOTTOM = 24.0, 24.0, 30.0, 24.0
MEASURE = WIDTH - LEFT - RIGHT

INK = (33, 30, 26)
INK_SECOND = (107, 101, 92)
AMBER = (163, 77, 7)
RULE = (206, 197, 183)
NIGHT = (28, 27, 34)
IRON = (12, 11, 14)
GLOW = (255, 190, 92)

BODY = (10.0, INK)
LEADING = 5.5


class Book(FPDF):
    """The sample book: its type, its running heads and its few building blocks."""

    def __init__(self, workshop: Path) -> None:
        """Set the page format, the document information and the fonts, which are converted in the folder `workshop`."""
        super().__init__(format=(WIDTH, HEIGHT))
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(False)
        self.c_margin = 0
        for family, style, file in (
            ("Inter", "", "Inter-Regular.otf"),
            ("Inter", "B", "Inter-SemiBold.otf"),
            ("Inter", "I", "Inter-Italic.otf"),
            ("InterMedium", "", "Inter-Medium.otf"),
        ):
            self.add_font(family, style, as_truetype(FONTS / file, workshop))
        self.set_title(f"{content.TITLE}: {content.SUBTITLE[0].lower()}{content.SUBTITLE[1:]}")
        self.set_author("The Lamp Society of Port Ellery")
        self.set_subject("Street lamps, their history and their care")
        self.set_keywords("lamps, gas light, Port Ellery, Paperlamp sample")
        self.set_creator("Paperlamp, benchmarks/make_sample.py")
        self.set_lang("en")
        self.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
        self.set_display_mode("fullpage")

    def open_page(self, head: str, number: str) -> None:
        """Add a page with its running head above and its number below."""
        self.add_page()
        self.type(7.5, INK_SECOND)
        self.text(LEFT, 17, content.TITLE)
        self.text(WIDTH - RIGHT - self.get_string_width(head), 17, head)
        self.set_draw_color(*RULE)
        self.set_line_width(0.15)
        self.line(LEFT, 19.5, WIDTH - RIGHT, 19.5)
        self.type(8, INK_SECOND, family="InterMedium")
        self.text((WIDTH - self.get_string_width(number)) / 2, HEIGHT - 14, number)
        self.set_xy(LEFT, TOP)

    def open_chapter(self, number: str, title: str) -> None:
        """Begin a chapter on a page of its own."""
        self.open_page(title, number)
        self.start_section(f"{number} {title}", level=0)
        self.type(20, AMBER, "B")
        self.cell(11, 10, number, new_x="RIGHT", new_y="TOP")
        self.type(20, INK, "B")
        self.multi_cell(MEASURE - 11, 10, title, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)

    def section(self, title: str) -> None:
        """Write a heading of the second level."""
        self.ln(2.2)
        self.start_section(title, level=1)
        self.type(12, INK, "B")
        self.multi_cell(0, 6.4, title, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(1.2)

    def paragraphs(self, *texts: str, width: float = 0.0) -> None:
        """Write body text."""
        for text in texts:
            self.type(*BODY)
            self.multi_cell(width, LEADING, text, align="L", new_x="LEFT", new_y="NEXT")
            self.set_xy(self.get_x(), self.get_y() + 2.2)

    def type(self, size: float, colour: tuple[int, int, int], style: str = "", family: str = "Inter") -> None:
        """Choose what the next words look like."""
        self.set_font(family, style, size)
        self.set_text_color(*colour)

    def trapezoid(self, centre: float, top: float, bottom: float, above: float, below: float) -> None:
        """Fill a trapezoid that is `above` wide at its top and `below` wide at its bottom."""
        corners = ((-above / 2, top), (above / 2, top), (below / 2, bottom), (-below / 2, bottom))
        self.polygon([(centre + x, y) for x, y in corners], style="F")


def as_truetype(path: Path, workshop: Path) -> Path:
    """Write the Latin part of an OpenType font with TrueType outlines, the only ones that fpdf2 embeds properly."""
    font = TTFont(path, recalcTimestamp=False)
    subsetter = subset.Subsetter(subset.Options(layout_features=[], hinting=False, notdef_outline=True))
    subsetter.populate(unicodes=[*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2027)])
    subsetter.subset(font)
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, outlines
    del font["CFF "]
    font["maxp"].tableVersion = 0x00010000
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"):
        setattr(font["maxp"], field, 1 if field == "maxZones" else 0)
    for field in ("maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth"):
        setattr(font["maxp"], field, 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
    target = workshop / f"{path.stem}.ttf"
    font.save(target)
    return target


def draw_cover(book: Book) -> None:
    """Page i: the night, a lamp and the title."""
    book.add_page()
    book.set_page_label(label_style="r", label_start=1)
    book.start_section(content.TITLE, level=0)
    book.set_fill_color(*NIGHT)
    book.rect(0, 0, WIDTH, HEIGHT, style="F")
    centre, lantern = WIDTH / 2, 70.0
    for ring in range(26, 0, -1):
        with book.local_context(fill_opacity=0.012 + 0.0011 * (26 - ring)):
            book.set_fill_color(*GLOW)
            radius = 2.9 * ring
            book.ellipse(centre - radius, lantern - radius, 2 * radius, 2 * radius, style="F")
    book.set_fill_color(*GLOW)
    book.trapezoid(centre, lantern - 9, lantern + 10, 16, 10)
    book.set_fill_color(255, 244, 220)
    book.ellipse(centre - 2.2, lantern - 4.5, 4.4, 10, style="F")
    book.set_fill_color(*IRON)
    book.trapezoid(centre, lantern - 15, lantern - 9, 6, 18.8)
    book.ellipse(centre - 1.6, lantern - 18.2, 3.2, 3.6, style="F")
    book.rect(centre - 6, lantern + 10, 12, 1.8, style="F")
    book.rect(centre - 8.5, lantern + 17, 17, 1.1, style="F")
    book.trapezoid(centre, lantern + 11, lantern + 66, 2.4, 4.2)
    book.trapezoid(centre, lantern + 66, lantern + 73, 5.2, 12)
    book.set_draw_color(*IRON)
    book.set_line_width(0.7)
    book.line(centre - 8, lantern - 9, centre - 5, lantern + 10)
    book.line(centre + 8, lantern - 9, centre + 5, lantern + 10)
    book.set_line_width(0.4)
    book.line(centre, lantern - 9, centre, lantern + 10)
    book.set_draw_color(*GLOW)
    book.set_line_width(0.3)
    book.line(LEFT, lantern + 73.2, WIDTH - RIGHT, lantern + 73.2)
    book.set_xy(LEFT, 158)
    book.type(25, (255, 246, 230), "B")
    book.multi_cell(MEASURE, 11.5, content.TITLE, align="C", new_x="LMARGIN", new_y="NEXT")
    book.ln(3)
    book.type(12, (236, 214, 180))
    book.multi_cell(MEASURE, 6.5, content.SUBTITLE, align="C", new_x="LMARGIN", new_y="NEXT")
    book.set_xy(LEFT, 205)
    book.type(8.5, (176, 166, 158))
    book.multi_cell(MEASURE, 5, content.IMPRINT, align="C")
    book.set_xy(LEFT, 224)
    book.type(7, (140, 132, 130), "I")
    book.multi_cell(MEASURE, 4, content.DISCLAIMER, align="C")


def write_front_matter(book: Book) -> None:
    """Page ii: contents and preface."""
    book.open_page("Contents", "ii")
    book.start_section("Contents", level=0)
    book.type(20, INK, "B")
    book.multi_cell(0, 10, "Contents", align="L", new_x="LMARGIN", new_y="NEXT")
    book.ln(3)
    for number, title, page in content.CHAPTERS:
        book.type(10, AMBER, "B")
        book.cell(8, 7.4, number, new_x="RIGHT", new_y="TOP")
        book.type(10, INK)
        book.cell(MEASURE - 18, 7.4, title, new_x="RIGHT", new_y="TOP")
        book.type(10, INK_SECOND)
        book.cell(10, 7.4, page, align="R", new_x="LMARGIN", new_y="NEXT")
        book.set_draw_color(*RULE)
        book.line(LEFT, book.get_y(), WIDTH - RIGHT, book.get_y())
    book.ln(8)
    book.section("About this edition")
    book.paragraphs(*content.PREFACE)


def write_chapters(book: Book) -> None:
    """Pages 1 to 6."""
    book.open_chapter("1", "The town and its light")
    book.set_page_label(label_style="D", label_start=1)
    for title, texts in (
        ("Oil and gas", content.OIL_AND_GAS),
        ("The Long Pier", content.LONG_PIER),
        ("Electric light", content.ELECTRICITY),
    ):
        book.section(title)
        book.paragraphs(*texts)

    book.open_chapter("2", "The lamplighter’s round")
    book.section("The evening round")
    book.paragraphs(*content.ROUND)
    write_list(book, content.STEPS)
    book.section("The pole")
    book.paragraphs(*content.POLE)
    book.section("Mantles and glass")
    book.paragraphs(*content.MANTLES)

    book.open_chapter("3", "The lamps by district")
    book.section("The count")
    book.paragraphs(*content.DISTRICTS_INTRO)
    write_table(book)
    book.section("What the light costs")
    book.paragraphs(*content.COSTS)

    book.open_chapter("4", "Seven lamps worth a walk")
    write_columns(book)

    paste_scan(book)

    book.open_chapter("6", "Words of the trade")
    for word, meaning in content.GLOSSARY:
        top = book.get_y()
        book.type(*BODY, "B")
        book.multi_cell(30, LEADING, word, align="L", new_x="RIGHT", new_y="TOP")
        book.set_xy(LEFT + 30, top)
        book.paragraphs(meaning, width=MEASURE - 30)
        book.set_x(LEFT)
    book.section("Visiting")
    book.paragraphs(*content.VISIT)


def write_list(book: Book, items: tuple[str, ...]) -> None:
    """Write a numbered list."""
    for number, item in enumerate(items, start=1):
        book.type(BODY[0], AMBER, "B")
        book.cell(7, LEADING, f"{number}.", new_x="RIGHT", new_y="TOP")
        book.type(*BODY)
        book.multi_cell(MEASURE - 7, LEADING, item, align="L", new_x="LMARGIN", new_y="NEXT")
        book.ln(1.2)
    book.ln(1)


def write_table(book: Book) -> None:
    """Write the ruled table and its caption."""
    widths = (42.0, 18.0, 18.0, 20.0, 24.0)
    book.ln(2)
    for row, cells in enumerate(content.TABLE):
        is_head, is_sum = row == 0, row == len(content.TABLE) - 1
        book.set_draw_color(*(INK if row in (0, 1) or is_sum else RULE))
        book.set_line_width(0.3 if row in (0, 1) or is_sum else 0.15)
        book.line(LEFT, book.get_y(), WIDTH - RIGHT, book.get_y())
        book.type(8.4 if is_head else 9.2, INK_SECOND if is_head else INK, "B" if is_head or is_sum else "")
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            book.cell(width, 6.9, cell, align="L" if column == 0 else "R", new_x="RIGHT", new_y="TOP")
        book.set_xy(LEFT, book.get_y() + 6.9)
    book.set_draw_color(*INK)
    book.line(LEFT, book.get_y(), WIDTH - RIGHT, book.get_y())
    book.ln(2)
    book.type(8.2, INK_SECOND, "I")
    book.multi_cell(0, 4.6, content.CAPTION, align="L", new_x="LMARGIN", new_y="NEXT")
    book.ln(4)


def write_columns(book: Book) -> None:
    """Write the notable lamps in two columns."""
    gutter = 8.0
    width = (MEASURE - gutter) / 2
    top = book.get_y() + 2
    for column, entries in enumerate(content.NOTABLE):
        left = LEFT + column * (width + gutter)
        book.set_xy(left, top)
        for name, text in entries:
            book.start_section(name, level=1)
            book.type(10.5, INK, "B")
            book.multi_cell(width, 6.4, name, align="L", new_x="LEFT", new_y="NEXT")
            book.paragraphs(text, width=width)
            book.set_xy(left, book.get_y() + 2.4)
    book.set_draw_color(*RULE)
    book.set_line_width(0.15)
    book.line(WIDTH / 2, top + 1, WIDTH / 2, HEIGHT - BOTTOM - 7)


def paste_scan(book: Book) -> None:
    """Page 5: an old report as a scanner would see it, an image without any text."""
    book.add_page()
    book.start_section("5 A night report of 1899", level=0)
    dots = 150 / 25.4
    size = (round(WIDTH * dots), round(HEIGHT * dots))
    paper = Image.new("L", size, 236)
    pen = ImageDraw.Draw(paper)
    y = 190.0
    for line in content.REPORT:
        is_head = line == content.REPORT[0]
        face, points = ("Inter-SemiBold.otf", 30) if is_head else ("Inter-Regular.otf", 28)
        pen.text((130, y), line, font=ImageFont.truetype(FONTS / face, points), fill=48)
        y += 50
    pen.line((130, 245 + 50, 870, 245 + 50), fill=90, width=2)
    pen.text((500, 1330), "5", font=ImageFont.truetype(FONTS / "Inter-Regular.otf", 22), fill=80, anchor="mm")
    paper = paper.rotate(0.8, resample=Image.Resampling.BICUBIC, fillcolor=228).filter(ImageFilter.GaussianBlur(0.6))
    dice = random.Random(1899)
    half = (size[0] // 2, size[1] // 2)
    grain = Image.frombytes("L", half, dice.randbytes(half[0] * half[1])).resize(size)
    paper = Image.blend(paper, grain, 0.045)
    specks = ImageDraw.Draw(paper)
    for _ in range(140):
        x, y, radius = dice.uniform(0, size[0]), dice.uniform(0, size[1]), dice.uniform(0.4, 1.6)
        specks.ellipse((x - radius, y - radius, x + radius, y + radius), fill=dice.randrange(90, 170))
    scan = io.BytesIO()
    paper.save(scan, "JPEG", quality=48)
    book.image(scan, 0, 0, WIDTH, HEIGHT)


def make(target: Path) -> None:
    """Write the book to `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as workshop:
        book = Book(Path(workshop))
        draw_cover(book)
        write_front_matter(book)
        write_chapters(book)
        book.output(str(target))


if __name__ == "__main__":
    make(TARGET)
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")
