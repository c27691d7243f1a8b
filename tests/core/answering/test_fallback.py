"""An answer of which most is supported by nothing gives way to quotes; what the model said is kept."""

from __future__ import annotations

from passages import page_text, passages

from core.answering.fallback import REPLACED, fails_as_a_whole, replaced_by_quotes
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.index.library import Library
from core.types import Answer, AnswerSentence, ContextUse, Passage, Timings, Verdict

QUESTION = "Who lit the lamp on pier 17?"


def said(text: str, verdict: Verdict) -> AnswerSentence:
    return AnswerSentence(text, (), verdict)


def answer(text: str, found: list[Passage]) -> Answer:
    sentences = (said(text, Verdict.UNSUPPORTED),)
    use, timings = ContextUse(0, 0, 0, 0), Timings(0.0, None, 0.0)
    return Answer(QUESTION, QUESTION, text, False, sentences, tuple(found), "scripted", use, timings)


def test_most_of_its_weight_decides() -> None:
    long, short = said("A long sentence that nothing supports.", Verdict.UNSUPPORTED), said("It is.", Verdict.SUPPORTED)
    assert fails_as_a_whole([long, short])
    assert not fails_as_a_whole(
        [said("A long sentence that is supported.", Verdict.SUPPORTED), said("No.", long.verdict)]
    )
    assert not fails_as_a_whole(
        [said("A long sentence that is so in part.", Verdict.PARTLY), said("No.", long.verdict)]
    )
    assert not fails_as_a_whole([])


def test_quotes_come_in_its_place(library: Library, embedder: OpenVinoEmbedder) -> None:
    found = passages()
    replaced = replaced_by_quotes(answer("Submarines did.", found), QUESTION, found, embedder, library.words, page_text)
    assert replaced.replaced == "Submarines did."
    assert replaced.text.startswith(REPLACED)
    assert "> The lamp on pier 17 was lit by Agnes Marrow in 1874. [1]" in replaced.text
    for sentence in replaced.sentences:
        assert sentence.verdict is Verdict.SUPPORTED
        assert sentence.text in replaced.text
        assert sentence.citations[0].places


def test_where_nothing_can_be_quoted_it_stays(library: Library, embedder: OpenVinoEmbedder) -> None:
    found = passages(("Why?",))
    before = answer("Submarines did.", found)
    assert replaced_by_quotes(before, QUESTION, found, embedder, library.words, lambda *_: "Why?") == before
