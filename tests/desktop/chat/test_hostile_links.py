"""Links and pictures that a model or a document puts into an answer: words, their address beside them, and inert."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.answering.answer_blocks import Style
from core.answering.answer_markup import layout_answer
from core.types import Answer
from desktop.chat.answer_view import AnswerView
from desktop.chat.quote_popover import QuotePopover
from desktop.theme.theme import Theme

FORM = "See [the form](https://example.org/form) now. [1]"


def addresses(text: str) -> list[str]:
    runs = [run for block in layout_answer(text, (), 8) for row in block.rows for cell in row for run in cell]
    return list(dict.fromkeys(run.address for run in runs if run.address))


def words(text: str) -> str:
    return "".join(
        run.text for block in layout_answer(text, (), 8) for row in block.rows for cell in row for run in cell
    )


@pytest.mark.parametrize(
    ("text", "shown", "leads_to"),
    [
        ("[a](https://e.org/x)", "a (https://e.org/x)", ["https://e.org/x"]),
        ("<https://e.org/x>", "https://e.org/x", ["https://e.org/x"]),
        ("![chart](https://e.org/p.png)", "chart (https://e.org/p.png)", ["https://e.org/p.png"]),
        ("![](https://e.org/p.png)", "(https://e.org/p.png)", ["https://e.org/p.png"]),
        ("[![c](https://e.org/p.png)](https://e.org/y)", "c (https://e.org/p.png) (https://e.org/y)", None),
        ("[https://bank.org](https://evil.org)", "https://bank.org (https://evil.org)", ["https://evil.org"]),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))", []),
        ("[x](JAVASCRIPT:alert(1))", "[x](JAVASCRIPT:alert(1))", []),
        ("[x](file:///etc/passwd)", "[x](file:///etc/passwd)", []),
        ("[x](data:text/html,hello)", "[x](data:text/html,hello)", []),
        ("[x][ref]\n\n[ref]: https://e.org", "[x][ref][ref]: https://e.org", []),
        ("Text.[^1]\n\n[^1]: https://e.org", "Text.[^1][^1]: https://e.org", []),
        ('<a href="https://e.org">x</a>', '<a href="https://e.org">x</a>', []),
        ('<img src="https://e.org/p.png">', '<img src="https://e.org/p.png">', []),
        ("<iframe src=https://e.org></iframe>", "<iframe src=https://e.org></iframe>", []),
        ("`[a](https://e.org)`", "[a](https://e.org)", []),
        ("https://e.org stands bare", "https://e.org stands bare", []),
    ],
)
def test_links_and_pictures_become_words(text: str, shown: str, leads_to: list[str] | None) -> None:
    assert words(text) == shown
    if leads_to is not None:
        assert addresses(text) == leads_to


def test_a_lookalike_host_is_written_as_machines_read_it() -> None:
    assert words("<https://аррӏе.com>") == "https://аррӏе.com (https://xn--80ak6aa92e.com)"
    assert addresses("<https://аррӏе.com>") == ["https://xn--80ak6aa92e.com"]


def test_no_mark_of_direction_turns_an_address_around() -> None:
    shown = words("\u202e[\u2067gro.knab\u2066](https://evil.org/)\u202c")
    assert shown == "gro.knab (https://evil.org/)"


def test_among_words_from_right_to_left_an_address_stands_by_itself() -> None:
    assert words("ראו [טופס](https://e.org/1)") == "ראו טופס (\u2066https://e.org/1\u2069)"


def test_a_very_long_address_is_cut_in_the_text_alone() -> None:
    long = "https://example.org/" + "a" * 3000
    assert len(words(f"[x]({long})")) < 110
    assert addresses(f"[x]({long})") == [long]


def test_addresses_step_back_and_marks_beside_them_stay_chips() -> None:
    (block,) = layout_answer(FORM, (), 8)
    runs = block.rows[0][0]
    assert [run.text for run in runs if Style.ADDRESS in run.style] == ["https://example.org/form"]
    assert [run.number for run in runs if run.number] == [1]
    assert not any(run.address for run in runs if run.number)


# ── on screen ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def view(qtbot: QtBot, theme: Theme, answer: Answer) -> Iterator[AnswerView]:
    window = QWidget()
    qtbot.addWidget(window)
    popover = QuotePopover(theme, window)
    view = AnswerView(theme, popover, 5, window)
    QVBoxLayout(window).addWidget(view)
    window.resize(500, 300)
    view.show_answer(FORM, (), answer.passages)
    window.show()
    qtbot.waitExposed(window)
    yield view
    popover.hide()


class Catcher(QObject):
    """Notes what the system would have opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def catch(self, url: QUrl) -> None:
        self.opened.append(url)


def place_of(view: AnswerView, words: str) -> QPoint:
    cursor = view.document().find(words)
    cursor.setPosition(cursor.selectionStart() + len(words) // 2)
    return view.cursorRect(cursor).center()


@pytest.mark.parametrize("words", ["the form", "example.org"])
def test_a_click_asks_and_opens_nothing(view: AnswerView, qtbot: QtBot, words: str) -> None:
    catcher = Catcher()
    QDesktopServices.setUrlHandler("https", catcher, "catch")
    with qtbot.waitSignal(view.link_activated) as asked:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, words))
    QDesktopServices.unsetUrlHandler("https")
    assert asked.args == ["https://example.org/form"]
    assert catcher.opened == []


def test_words_beside_a_link_lead_nowhere(view: AnswerView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.link_activated):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, "now"))


def test_selecting_the_words_of_a_link_does_not_ask(view: AnswerView, qtbot: QtBot) -> None:
    start, end = place_of(view, "the form"), place_of(view, "example.org")
    with qtbot.assertNotEmitted(view.link_activated):
        qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(view.viewport(), end)
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert view.textCursor().hasSelection()


def test_the_keyboard_reaches_links_and_chips_in_the_order_of_the_text(view: AnswerView, qtbot: QtBot) -> None:
    view.window().activateWindow()
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.preview == "https://example.org/form"
    with qtbot.waitSignal(view.link_activated):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    with qtbot.waitSignal(view.citation_activated):
        qtbot.keyClick(view, Qt.Key.Key_Return)


def test_nothing_that_a_text_names_is_loaded(view: AnswerView, answer: Answer) -> None:
    view.show_answer("![x](https://e.org/p.png) <img src='file:///etc/passwd'>", (), answer.passages)
    assert view.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("https://e.org/p.png")) is None
    formats = [form.isImageFormat() or form.isAnchor() for form in _char_formats(view.document())]
    assert formats
    assert not any(formats)


def _char_formats(document: QTextDocument) -> list[QTextCharFormat]:
    found = []
    block = document.begin()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            found.append(fragments.fragment().charFormat())
            fragments += 1
        block = block.next()
    return found
