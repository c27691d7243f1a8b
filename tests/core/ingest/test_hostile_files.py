"""Files that are made to bring a reader down, through real workers: each costs its page and nothing else."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hash_embedding import HashChoice
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.ingest.worker import WorkerSettings
from core.ingest.worker_pool import WorkerPool
from core.types import DocumentState

SECONDS = 120.0
STEP_SECONDS = 5.0
MEMORY_BYTES = 600 << 20
GIGABYTE = 1 << 30


def pdf(contents: Sequence[bytes], extra: Sequence[bytes] = (), resources: bytes = b"") -> bytes:
    """Return a PDF with these content streams, each "<< … >> stream … endstream"; `extra` are objects from 4 on."""
    first_page = 4 + len(extra)
    kids = b" ".join(b"%d 0 R" % (first_page + 2 * i) for i in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(contents)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *extra,
    ]
    for i, content in enumerate(contents):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> %b >> >>" % (first_page + 2 * i + 1, resources),
            content,
        ]
    body = b"%PDF-1.5\n"
    offsets = []
    for number, source in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, source)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (len(objects) + 1, table, trailer)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)


def words(text: str) -> bytes:
    """Return a page's content."""
    return stream(b"BT /F1 12 Tf 40 700 Td (%b) Tj ET" % text.encode())


def squeezed(piece: bytes, size: int) -> bytes:
    """Return a stream that inflates to `size` bytes of repeated pieces, compressed twice, so that it stays small."""
    squeeze = zlib.compressobj(9)
    block = piece * (1 << 16)
    once = b"".join(squeeze.compress(block) for _ in range(size // len(block))) + squeeze.flush()
    return stream(zlib.compress(once, 9), b"/Filter [/FlateDecode /FlateDecode]")


def endless() -> bytes:
    """Return a PDF whose second page draws a form that draws ten forms that draw ten forms, twenty times over."""
    forms = []
    depth = 20
    for level in range(depth):
        following = 4 + level + 1
        if level + 1 < depth:
            content, more = b"/X Do " * 10, b"/XObject << /X %d 0 R >>" % following
        else:
            content, more = b"BT /F1 12 Tf 40 700 Td (again) Tj ET", b"/Font << /F1 3 0 R >>"
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << %b >>" % more
        forms.append(stream(content, entries))
    contents = [words("The first page."), stream(b"/X Do"), words("The third page.")]
    return pdf(contents, forms, b"/XObject << /X 4 0 R >>")


def content_bomb() -> bytes:
    """Return a PDF whose second page has drawing instructions of a gigabyte."""
    bomb = squeezed(b"BT /F1 9 Tf (lamp) Tj ET\n", GIGABYTE + (GIGABYTE >> 2))
    return pdf([words("The first page."), bomb, words("The third page.")])


def picture_bomb() -> bytes:
    """Return a PDF whose second page is a picture of a gigabyte and a half."""
    side = 22_000
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8" % (
        side, side,
    )  # fmt: skip
    squeeze = zlib.compressobj(9)
    block = bytes(1 << 24)
    once = b"".join(squeeze.compress(block) for _ in range(3 * side * side // len(block))) + squeeze.flush()
    picture = stream(zlib.compress(once, 9), entries + b" /Filter [/FlateDecode /FlateDecode]")
    contents = [words("The first page."), stream(b"q 595 0 0 842 0 0 cm /X Do Q"), words("The third page.")]
    return pdf(contents, [picture], b"/XObject << /X 4 0 R >>")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Library]:
    choice = HashChoice()
    with closing(Library(tmp_path / "library", choice.model_id, choice.dimension)) as library:
        yield library


def ingest(library: Library, *paths: Path) -> None:
    """Read files by real workers with small limits."""
    settings: Any = WorkerSettings(HashChoice(), library.cache_folder, memory_bytes=MEMORY_BYTES)  # type: ignore[arg-type]
    with closing(Ingestor(library, WorkerPool(settings, 2), STEP_SECONDS)) as ingestor:
        ingestor.add(paths)
        waiting = threading.Thread(target=ingestor.wait, daemon=True)
        waiting.start()
        waiting.join(SECONDS)
        assert not waiting.is_alive(), "the ingestion never came to rest"


@pytest.mark.parametrize("made", [endless, content_bomb, picture_bomb])
def test_a_hostile_page_costs_itself_and_the_batch_goes_on(
    own: Library, tmp_path: Path, data: Path, made: Callable[[], bytes]
) -> None:
    hostile = tmp_path / "hostile.pdf"
    hostile.write_bytes(made())
    assert hostile.stat().st_size < 1 << 20
    ingest(own, hostile, data / "labels.pdf")
    documents = {Path(document.path).name: document for document in own.documents()}
    good, bad = documents["labels.pdf"], documents["hostile.pdf"]
    assert (good.state, good.health.text) == (DocumentState.READY, 6)
    assert bad.state is DocumentState.READY
    assert bad.page_count == bad.health.pages_done == 3
    assert own.page_text(bad.id, 0).strip() == "The first page."
    assert own.page_text(bad.id, 2).strip() == "The third page."
    problems = own.problems(bad.id)
    assert [problem.page_index for problem in problems] == [1]
    assert problems[0].reason


def test_an_endless_page_is_named_with_the_time_it_was_given(own: Library, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.pdf"
    hostile.write_bytes(endless())
    ingest(own, hostile)
    (document,) = own.documents()
    (problem,) = own.problems(document.id)
    assert problem.reason in (
        "This page was not read within 5 seconds, so it was left out.",
        "This page needs more than 600 MB of memory, so it was left out.",
    )
    assert document.reason == "1 page could not be read."


def test_a_hundred_bad_files_beside_a_good_one(own: Library, tmp_path: Path, data: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    whole = (data / "long.pdf").read_bytes()
    for number in range(100):
        (folder / f"cut-{number:03}.pdf").write_bytes(whole[: 60 + 97 * number] + bytes([number]))
    (folder / "good.pdf").write_bytes((data / "labels.pdf").read_bytes())
    ingest(own, folder)
    documents = {Path(document.path).name: document for document in own.documents()}
    assert documents["good.pdf"].state is DocumentState.READY
    assert len(documents) == 101
    for document in documents.values():
        assert document.state.is_final
        assert document.state is DocumentState.READY or document.reason
