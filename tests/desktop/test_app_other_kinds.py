"""Documents that are no PDFs, in the whole window."""

from __future__ import annotations

from pathlib import Path

from real_desk import OpenDesk, all_are, drop, until

from core.types import DocumentState

RULES = "# Rules of the keeper\n\nThe wick of the great lamp is trimmed every four hours.\n"


async def test_a_text_is_opened_in_the_reading_view(open_desk: OpenDesk, tmp_path: Path) -> None:
    rules = tmp_path / "rules.md"
    rules.write_text(RULES)
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, rules)
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        rules.unlink()
        (document,) = desk.library.documents
        desk.library_panel.document_opened.emit(document.id)
        await until(desk.viewer.text_view.isVisible)
        assert desk.viewer.header.page_text == "§ 1 of 1"
        assert "trimmed every four hours" in desk.viewer.text_view.toPlainText()


async def test_a_picture_is_opened_with_its_pages(open_desk: OpenDesk, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (600, 400), "white").save(tmp_path / "sign.png")
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, tmp_path / "sign.png")
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        (document,) = desk.library.documents
        desk.library_panel.document_opened.emit(document.id)
        await until(desk.viewer.view.isVisible)
        assert desk.viewer.header.page_text == "1 of 1"
