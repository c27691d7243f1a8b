"""English is told from other languages, without taking names for one."""

from __future__ import annotations

import pytest

from core.retrieval.language import is_english


@pytest.mark.parametrize(
    "question",
    [
        "Where was Ötzi the Iceman discovered?",
        "What episode of Black Mirror was Hannah John-Kamen in?",
        "lobor rate october 31 2009",
        "What does the word 茶 mean in the tea trade of the port?",
        "2019",
        "???",
    ],
)
def test_english_and_what_shows_no_language(question: str) -> None:
    assert is_english(question)


@pytest.mark.parametrize(
    "question",
    [
        "Wie viele Lampen stehen auf dem Pier?",
        "Qui a allumé la lampe du port ?",
        "¿Cuándo se encendió la lámpara?",
        "Quando è stata accesa la lampada?",
        "Când a fost aprinsă lampa?",
        "Lamba ne zaman yakıldı?",
        "Đèn được thắp khi nào?",
        "Кто зажёг лампу?",
        "谁点亮了灯？",
        "TUMAS的主席是谁?",
        "ใครจุดโคมไฟ",
        "من أشعل المصباح؟",
        "दीपक किसने जलाया?",
        "Straßenlaternenöl",
    ],
)
def test_other_languages(question: str) -> None:
    assert not is_english(question)
