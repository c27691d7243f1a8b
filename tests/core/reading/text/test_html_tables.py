from __future__ import annotations

from core.reading.text.html_blocks import html_blocks
from core.reading.text.markup import parse_html


def rows(table: str) -> list[str]:
    return [block.text for block in html_blocks(parse_html(f"<html><body><table>{table}</table></body></html>"))]


def test_every_cell_comes_with_its_header() -> None:
    table = "<caption>Oil</caption><tr><th>Region<th>2023<th>2024<tr><td>North<td>12<td>15<tr><td>South<td>7<td>"
    assert rows(table) == ["Oil", "Region: North · 2023: 12 · 2024: 15", "Region: South · 2023: 7"]


def test_headers_of_two_rows_are_joined() -> None:
    table = (
        "<thead><tr><td rowspan=2>Region<td colspan=2>2024</tr><tr><td>Oil<td>Gas</tr></thead>"
        "<tbody><tr><td>North<td>1<td>2</tr></tbody>"
    )
    assert rows(table) == ["Region: North · 2024 Oil: 1 · 2024 Gas: 2"]


def test_a_first_row_of_names_is_one_of_headers_in_three_columns() -> None:
    assert rows("<tr><td>Lamp<td>Keeper<td>Oil<tr><td>Long Pier<td>Anna<td>12") == [
        "Lamp: Long Pier · Keeper: Anna · Oil: 12"
    ]


def test_two_columns_without_marks_are_names_and_values() -> None:
    assert rows("<tr><td>Name<td>Anna<tr><td>Born<td>1980") == ["Name · Anna", "Born · 1980"]


def test_two_columns_under_a_bold_row_have_headers() -> None:
    assert rows("<tr><td><b>Lamp</b><td><b>Keeper</b><tr><td>Long Pier<td>Anna") == ["Lamp: Long Pier · Keeper: Anna"]


def test_a_first_row_of_figures_is_a_row() -> None:
    assert rows("<tr><td>1<td>2<td>3<tr><td>4<td>5<td>6") == ["1 · 2 · 3", "4 · 5 · 6"]


def test_a_cell_over_several_rows_counts_for_each() -> None:
    assert rows("<tr><th>Year<th>Lamp<tr><td rowspan=2>1887<td>A<tr><td>B") == [
        "Year: 1887 · Lamp: A",
        "Year: 1887 · Lamp: B",
    ]


def test_a_heading_within_the_table_stands_alone() -> None:
    assert rows("<tr><th>A<th>B<th>C<tr><td colspan=3>Harbour<tr><td>1<td>2<td>3") == ["Harbour", "A: 1 · B: 2 · C: 3"]


def test_a_table_that_arranges_a_page_is_read_through() -> None:
    assert rows(f"<tr><td><h2>News</h2><td><p>One.</p><p>{'Two. ' * 200}</p>") == [
        "News",
        "One.",
        ("Two. " * 200).strip(),
    ]
    assert rows("<tr><td><table><tr><th>A<th>B<tr><td>1<td>2</table><td>side") == ["A: 1 · B: 2", "side"]


def test_spans_without_bounds_are_bounded() -> None:
    assert len(rows("<tr><td colspan=99999999>a<td>b<tr><td rowspan=9999999 colspan=1000>c<td>d")) == 2
