"""The HTML file as a browser's parser sees it: no script, nothing fetched, footnotes there and back."""

from __future__ import annotations

from typing import Any

from exported_talk import TALK, messages
from lxml import html

from core.answering.export.html_writer import to_html
from core.answering.export.transcript import transcript_of


def page() -> Any:
    return html.document_fromstring(to_html(transcript_of(TALK, messages())).encode())


def test_marks_lead_to_footnotes_and_footnotes_back() -> None:
    tree = page()
    marks = tree.xpath("//sup/a")
    assert [(a.text, a.get("href")) for a in marks] == [(n, f"#note{n}") for n in "121345"]
    notes = tree.xpath("//section[@class='sources']//li")
    assert [li.get("id") for li in notes] == [f"note{n}" for n in range(1, 6)]
    assert notes[0].text_content().strip() == (
        "Piers & [Lamps], p. iv (page 6 of the file): Agnes Marrow lit it in 1874. ↩"
    )
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for target in tree.xpath("//a/@href"):
        assert target[1:] in ids


def test_nothing_runs_and_nothing_is_fetched() -> None:
    tree = page()
    assert tree.xpath("//script | //img | //link | //iframe | //object | //form | //base | //svg") == []
    assert [name for name in tree.xpath("//@*/..") for name in name.attrib if name.startswith("on")] == []
    assert tree.xpath("//@src | //@srcset | //@background") == []
    assert all(target.startswith("#") for target in tree.xpath("//@href"))
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    style = tree.xpath("//style")[0].text
    assert "url(" not in style
    assert "@import" not in style
    assert "@media print" in style


def test_what_was_said_stands_there_as_it_was_said() -> None:
    text = page().text_content()
    for said in ("<script>alert(1)</script>", "![x](http", "<when>", "&amp;", "She was the first & only <keeper>."):
        assert said in text
    assert page().xpath("//title")[0].text == "Lamps: <b>&</b> oil"


def test_blocks_have_their_elements_and_directions() -> None:
    tree = page()
    assert [row.text_content() for row in tree.xpath("//tr")] == ["YearLamps", "187412 4".replace(" ", "")]
    assert [item.text_content() for item in tree.xpath("//p[@class='item']")] == ["•one3", "•two", "1.deep"]
    assert tree.xpath("//pre")[0].text == "code <i>"
    assert tree.xpath("//strong")[0].text == "lit"
    assert len(tree.xpath("//p[@class='note']")) == 6
    assert {element.get("dir") for element in tree.xpath("//h2[not(ancestor::section)] | //q")} == {"auto"}
