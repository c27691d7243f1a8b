"""What people read in a terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from core.answering.events import FirstWordsSlow
from core.retrieval.evidence import SIGNALS
from core.retrieval.explaining import ORDER
from core.terminal import _PARTS, ProgressBar, duration, print_answer, print_passages, slow_sentence
from core.types import (
    Answer,
    AnswerSentence,
    Citation,
    ContextUse,
    EmbeddingProgress,
    EmbeddingState,
    OverallProgress,
    Passage,
    Timings,
    Verdict,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


PASSAGE = Passage(1, 0.9, "d", "/p.pdf", "Piers", 16, "17", 0, 10, "Pier 17", "The lamp was lit by Agnes Marrow.")
ANSWER = Answer(
    question="Who?",
    standalone_question="Who?",
    text="Agnes Marrow lit it [1]. It was blue.",
    refused=False,
    sentences=(
        AnswerSentence(
            "Agnes Marrow lit it.", (Citation(1, "d", 16, "17", 0, 10, "lit by Agnes Marrow"),), Verdict.SUPPORTED
        ),
        AnswerSentence("It was blue.", (), Verdict.UNSUPPORTED),
    ),
    passages=(PASSAGE, replace(PASSAGE, rank=2, title="Herring")),
    model="builtin",
    context=ContextUse(1, 2, 1, 2),
    timings=Timings(1.0, 2.0, 3.0),
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (31.4, "31 s"), (59.4, "59 s"), (60, "1 min"), (239, "4 min"), (4800, "1 h 20 min")],
)
def test_durations_are_short(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_bar_says_what_was_measured_and_nothing_else() -> None:
    terminal = Terminal()
    bar = ProgressBar(terminal, visible=True)
    bar.show(OverallProgress(0, 2, 64, 188))
    assert "64 of 188 pages" in terminal.getvalue()
    assert "left" not in terminal.getvalue()
    bar.show(OverallProgress(0, 2, 64, 188, 4.0, 31.0))
    assert "64 of 188 pages · 4 pages/s · 31 s left" in terminal.getvalue()
    bar.close()
    assert terminal.getvalue().endswith("\x1b[2K")


def test_the_bar_shows_passages_while_a_library_is_embedded_anew() -> None:
    terminal = Terminal()
    bar = ProgressBar(terminal, visible=True)
    bar.show_embedding(EmbeddingProgress("ollama/x", EmbeddingState.EMBEDDING, 120, 500, 42.0, 9.0))
    assert "120 of 500 passages · 42 passages/s · 9 s left" in terminal.getvalue()


def test_the_bar_is_silent_before_any_page_is_known_and_where_there_is_no_terminal() -> None:
    terminal, file = Terminal(), io.StringIO()
    ProgressBar(terminal, visible=True).show(OverallProgress(0, 1, 0, 0))
    ProgressBar(terminal, visible=False).show(OverallProgress(0, 1, 1, 2))
    ProgressBar(file, visible=True).show(OverallProgress(0, 1, 1, 2))
    assert terminal.getvalue() == file.getvalue() == ""


def test_passages_are_numbered_with_their_page(capsys: pytest.CaptureFixture[str]) -> None:
    print_passages([PASSAGE])
    assert capsys.readouterr().out == "[1] Piers · p. 17 · Pier 17\n    The lamp was lit by Agnes Marrow.\n"


def test_parts_are_named_without_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    print_passages([replace(PASSAGE, page_label="§ 17")])
    assert capsys.readouterr().out.startswith("[1] Piers · § 17 · Pier 17\n")


def test_no_passages_are_said_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_passages([])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "Nothing was found.\n"


def test_an_answer_shows_citations_and_marks_what_was_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(ANSWER)
    out = capsys.readouterr().out
    assert "Agnes Marrow lit it. [1] It was blue. (not found in your documents)" in out
    assert "[1] Piers · p. 17 (17 of the file)" in out
    assert "“lit by Agnes Marrow”" in out
    assert "Herring" not in out  # not cited


def test_a_refused_answer_shows_the_nearest_passages(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(replace(ANSWER, text="Your documents do not say.", refused=True, sentences=()))
    out = capsys.readouterr().out
    assert out.startswith("Your documents do not say.\n")
    assert "Herring" in out


def test_an_error_comes_instead_of_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(replace(ANSWER, error="Ollama is not running.", text="", sentences=()))
    assert capsys.readouterr().out.startswith("Ollama is not running.\n")


def test_every_part_of_a_score_has_a_plain_name() -> None:
    assert {*SIGNALS, ORDER} <= _PARTS.keys()
    assert len(set(_PARTS.values())) == len(_PARTS)


def test_a_model_that_is_slow_to_begin_is_named_with_the_way_on() -> None:
    loading = slow_sentence(FirstWordsSlow("qwen3:8b · Ollama", is_loading=True))
    assert loading == "qwen3:8b · Ollama is still being loaded. Ctrl-C stops it; `--model builtin` answers at once."
    assert "is still reading the passages" in slow_sentence(FirstWordsSlow("qwen3:8b · Ollama", is_loading=False))


def test_a_download_is_drawn_in_megabytes() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    bar = ProgressBar(terminal, visible=True)
    bar.show_bytes(0, 0, None, None)
    assert terminal.getvalue() == ""
    bar.show_bytes(1_200_000_000, 4_800_000_000, 24_000_000.0, 150.0)
    assert "1200 of 4800 MB · 24 MB/s · 2 min left" in terminal.getvalue()
