from __future__ import annotations

import pytest

from core.errors import BrokenFile
from core.reading.text.blocks import Block
from core.reading.text.html_blocks import html_blocks
from core.reading.text.markup import parse_html, parse_xhtml, parse_xml


def blocks(body: str) -> list[tuple[str, int]]:
    return [(block.text, block.level) for block in html_blocks(parse_html(f"<html><body>{body}</body></html>"))]


def texts(body: str) -> list[str]:
    return [text for text, _ in blocks(body)]


def test_headings_have_their_level_and_paragraphs_none() -> None:
    assert blocks("<h1>Big <b>title</b></h1><p>One.</p><h3>Small</h3>") == [("Big title", 1), ("One.", 0), ("Small", 3)]


def test_a_heading_may_be_one_by_its_role() -> None:
    assert blocks('<div role="heading" aria-level="4">Small</div>') == [("Small", 4)]


def test_a_heading_that_is_a_paragraph_is_one() -> None:
    assert blocks(f"<h2>{'word ' * 60}</h2>") == [(("word " * 60).strip(), 0)]


def test_white_space_is_tidied_and_meant_breaks_stay() -> None:
    assert texts("<p>  One\n two<br>three <br> <br>four &amp; five&nbsp;m</p>") == ["One two\nthree\nfour & five m"]


def test_loose_text_between_elements_is_kept() -> None:
    assert texts("before<p>in</p>after<!-- note --> more<div>last</div>") == ["before", "in", "after more", "last"]


def test_lists_keep_their_marks() -> None:
    body = "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul><ol start='3'><li>x<li value='7'>y<li>z</ol>"
    assert texts(body) == ["• a", "◦ b", "• c", "d", "3. x", "7. y", "8. z"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>steal()</script>",
        "<style>p { color: red }</style>",
        "<nav><a href='/'>Home</a></nav>",
        "<p hidden>secret</p>",
        "<p style='display : none'>secret</p>",
        "<span aria-hidden='true'>×</span>",
        "<form><button>Send</button><select><option>A</option></select></form>",
        "<template><p>later</p></template>",
        "<iframe src='http://example.org'>frame</iframe>",
        "<svg><text>drawn</text></svg>",
        "<div role='navigation'>Home</div>",
    ],
)
def test_what_is_no_reading_matter_is_left_out_and_what_follows_is_not(hidden: str) -> None:
    assert " ".join(texts(f"<p>One</p>{hidden}two")) == "One two"


def test_preformatted_lines_stay_lines() -> None:
    assert texts("<pre>\ndef f():\n\treturn 1\n\n\nf()</pre>") == ["def f():\n    return 1\nf()"]


def test_pictures_say_what_they_show() -> None:
    assert texts('<p>See <img alt="A lamp at sea">.</p><img alt="photo1.png"><img src="http://example.org/x.gif">') == [
        "See [A lamp at sea] ."
    ]


def test_marks_of_footnotes_do_not_stick_to_words() -> None:
    body = '<p>It burns<sup><a href="#n1">1</a></sup>, <a href="#n2"><sup>12</sup></a> and x<sup>2</sup>.</p>'
    assert texts(body) == ["It burns\u2060¹, \u2060¹² and x2."]


def test_ways_back_from_footnotes_are_no_text() -> None:
    assert texts('<ol><li id="n1">A note. <a href="#r1">↑</a></li></ol>') == ["1. A note."]


def test_soft_hyphens_are_not_part_of_words() -> None:
    assert texts("<p>light&shy;house</p>") == ["lighthouse"]


def test_deep_nesting_loses_nothing() -> None:
    assert texts("<div>" * 1500 + "deep" + "</div>" * 1500 + "<p>after</p>") == ["deep", "after"]


def test_old_pages_that_close_nothing_are_read() -> None:
    assert len(texts("<font size=2>x<p>" * 3000)) == 3000


def test_nesting_without_end_is_refused_and_not_cut_short() -> None:
    with pytest.raises(BrokenFile, match="nested too deeply"):
        parse_html("<div>" * 100_000 + "deep")


@pytest.mark.parametrize("page", ["", "   ", "<!DOCTYPE html>", "<!-- nothing -->", "<!-- open", "<body>"])
def test_an_empty_page_has_no_blocks(page: str) -> None:
    assert html_blocks(parse_html(page)) == ()


def test_xhtml_may_use_the_names_of_html_and_close_elements_at_once() -> None:
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><p>a&nbsp;&mdash;<a id="x"/> b</p>'
    assert html_blocks(parse_xhtml(page + "</body></html>")) == (Block("a — b"),)
    assert html_blocks(parse_xhtml(page + "<p>open</body></html>")) == (Block("a — b"), Block("open"))


def test_entities_of_a_document_stay_unexpanded() -> None:
    page = '<!DOCTYPE p [<!ENTITY l "ha"><!ENTITY f SYSTEM "file:///etc/passwd">]><p>a&l;b&f;c</p>'
    assert html_blocks(parse_xml(page.encode())) == (Block("abc"),)


def test_entities_of_entities_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    with pytest.raises(BrokenFile):
        parse_xml(f'<!DOCTYPE p [<!ENTITY l0 "ha">{laughs}]><p>&l11;</p>'.encode())
