"""What writing systems ask of a reader."""

from __future__ import annotations

import pytest

from core.scripts import has_forms, has_rtl, is_cjk, joins_without_space, language_of, plain_form


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("灯", "塔", True),
        ("。", "か", True),
        ("ก", "ข", True),
        ("灯", "a", False),
        ("a", "b", False),
        ("등", "대", False),
        ("", "灯", False),
    ],
)
def test_lines_of_spaceless_scripts_are_joined(before: str, after: str, joined: bool) -> None:
    assert joins_without_space(before, after) is joined


@pytest.mark.parametrize(
    ("character", "plain"),
    [
        ("ﬁ", "fi"),
        ("ﬀ", "ff"),
        ("ﻻ", "لا"),
        ("ﺏ", "ب"),
        ("⽇", "日"),
        ("Ａ", "A"),
        ("５", "5"),
        ("é", "é"),
        ("½", "½"),
        ("。", "。"),
    ],
)
def test_forms_become_the_letters_they_stand_for(character: str, plain: str) -> None:
    assert plain_form(character) == plain
    assert has_forms(character) is (plain != character)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The lamp was lit.", "en"),
        ("灯塔守护人。", "zh"),
        ("灯台の明かり", "ja"),
        ("منارة", "ar"),
        ("מגדלור", "he"),
        ("दीपक", "hi"),
        ("ประภาคาร", "th"),
        ("φάρος", "el"),
        ("маяк", "ru"),
        ("A long English text with one 灯 in it", "en"),
        ("", "en"),
    ],
)
def test_letters_tell_the_language_of_sentences(text: str, language: str) -> None:
    assert language_of(text) == language


def test_directions() -> None:
    assert has_rtl("abc מגדלור")
    assert not has_rtl("灯塔 lamp")
    assert is_cjk("灯")
    assert not is_cjk("등")
