"""Lists of references are told from texts that say something themselves."""

from __future__ import annotations

import pytest

from core.retrieval.references import own_words

REFERENCES = """[1] A. Marrow, et al. (2004). Lamps of the northern harbours. Proceedings of the Tide Club, pp. 2-9.
[2] C. Stone (2011). Herring and ice. Harbour University Press. ISBN 978-0-00-000000-2
[3] D. Quay. Tides. Vol. 3. Retrieved 4 May 2012. https://example.org/tides"""


@pytest.mark.parametrize(
    "text",
    [
        "The lamp on the pier burns oil, and nobody has counted how often it went out since 2004.",
        "Revenue | 2022 | 2021\nLamps | 1,204 | 998\nHerring (2022) | 77 | 81",
        "Die Lampe brennt seit 1904 (vgl. das Kapitel über Öl).",
        "",
    ],
)
def test_what_says_something_itself_is_of_its_own_words(text: str) -> None:
    assert own_words(text) == 1.0


def test_a_list_of_references_is_not() -> None:
    assert own_words(REFERENCES) < 0.1
    assert own_words(REFERENCES.replace("\n", " ")) < 0.2  # where the lines were joined


def test_a_text_that_cites_once_stays_nearly_whole() -> None:
    text = "As Marrow et al. have shown, the lamp went out in most of the winters that were counted. " * 5
    assert own_words(text.replace("et al. ", "", 4)) > 0.8
