from __future__ import annotations

from pathlib import Path

import pytest

from core.reading.titles import is_telling_name, is_title, tidy_title, title_from_file_name


def test_a_file_name_becomes_words() -> None:
    assert title_from_file_name(Path("/a/Standard_benefits--details.pdf")) == "Standard benefits details"
    assert title_from_file_name(Path("/a/___.pdf")) == "___.pdf"


@pytest.mark.parametrize("name", ["Scan 12", "IMG 0034", "document (3)", "0badc0ffee11", "12"])
def test_what_devices_call_a_file_tells_nothing(name: str) -> None:
    assert not is_telling_name(name)


def test_what_people_call_a_file_does() -> None:
    assert is_telling_name("Lease 2024")


@pytest.mark.parametrize("text", ["Untitled", "report.docx", "C:\\texts\\a", "12", "Contents"])
def test_what_programs_write_is_no_title(text: str) -> None:
    assert not is_title(text)


def test_a_title_is_one_line_with_an_end() -> None:
    assert is_title("On lamps")
    assert tidy_title(" On\n lamps ") == "On lamps"
    assert len(tidy_title("lamps " * 100)) <= 160
