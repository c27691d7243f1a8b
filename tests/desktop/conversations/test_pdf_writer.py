"""The PDF, read by PDFium and pypdf: our own face, words that can be copied, sources, numbered pages."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdfium2
import pytest
from exported_talk import TALK, messages
from pypdf import PdfReader

from core.answering.export.transcript import Transcript, transcript_of
from desktop.conversations.pdf_writer import to_pdf
from desktop.theme.theme import Theme


def transcript(copies: int = 1) -> Transcript:
    said = [replace(message, id=message.id + 100 * copy) for copy in range(copies) for message in messages()]
    return transcript_of(TALK, said)


def pages_of(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


@pytest.fixture
def data(theme: Theme) -> bytes:
    return to_pdf(transcript())


def test_sources_have_number_title_page_and_quotation(data: bytes) -> None:
    text = " ".join(" ".join(pages_of(data)).split())
    _, sources = text.split("Sources")
    assert "1 Piers & [Lamps], p. iv (page 6 of the file): “Agnes Marrow lit it in 1874.”" in sources
    assert "2 Piers & [Lamps], p. iv (page 6 of the file): “She was the first & only <keeper>.”" in sources
    assert "3 A book, § 3: “" in sources
    assert "5 Unread, p. 1: “A passage and more" in sources
    assert "She lit it in 1874 1, 2. Twice 1." in text.replace(" . ", ". ").replace("1 .", "1.").replace("2 .", "2.")


def test_words_can_be_copied_as_they_were_said(data: bytes) -> None:
    text = "".join(pages_of(data))
    for said in ("Lamps: <b>&</b> oil", "<script>alert(1)</script>", "[^9] $x$ @all", "=1+1", "&amp;", "llama3.2:3b"):
        assert said in text
    assert "מי הדליק?" in text or "?קילדה ימ" in text
    assert "\u202e" not in text


def test_pages_are_numbered_and_none_loses_a_line(theme: Theme) -> None:
    texts = pages_of(to_pdf(transcript(5)))
    assert len(texts) > 4
    for number, text in enumerate(texts, 1):
        assert text.rstrip().endswith(f"{number} / {len(texts)}")
    assert "".join(texts).count("Whales sang") == 10  # each said once, and once doubted below
    assert "".join(texts).count("I could not find this in your documents.") == 5


def test_no_question_stands_alone_at_the_end_of_a_page(theme: Theme) -> None:
    texts = pages_of(to_pdf(transcript(9)))
    for text in texts[:-1]:
        last = text.rstrip().splitlines()[-2]
        assert not last.startswith(("Who lit it", "Short", "Long?", "Sources"))


def test_it_has_our_face_and_nothing_that_acts(data: bytes) -> None:
    reader = PdfReader(io.BytesIO(data))
    fonts = {font.get_object()["/BaseFont"] for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert {"/Inter-Regular", "/Inter-SemiBold"} <= fonts
    assert reader.metadata is not None
    assert reader.metadata.title == "Lamps: <b>&</b> oil"
    assert not any(page.annotations for page in reader.pages)
    for name in ("/OpenAction", "/AA", "/AcroForm"):
        assert name not in reader.trailer["/Root"]


def test_it_can_be_made_on_another_thread(theme: Theme) -> None:
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(to_pdf, transcript()).result()
    assert pages_of(made) == pages_of(to_pdf(transcript()))


def test_a_conversation_without_answers_is_a_page(theme: Theme) -> None:
    (text,) = pages_of(to_pdf(transcript_of(TALK, [])))
    assert text.split("\n")[0] == "Lamps: <b>&</b> oil"
    assert "Sources" not in text
