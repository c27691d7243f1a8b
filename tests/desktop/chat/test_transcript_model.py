"""The transcript's model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.types import Answer, Message, Passage, Role
from desktop.chat.transcript_model import TranscriptModel, TranscriptRole


@pytest.fixture
def model(qapp: object, qtmodeltester: ModelTester) -> TranscriptModel:
    model = TranscriptModel()
    qtmodeltester.check(model)
    return model


def test_an_answer_grows_and_is_finished(
    model: TranscriptModel,
    answer: Answer,
    passages: tuple[Passage, ...],
    qtmodeltester: ModelTester,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    model.append(question(1))
    model.begin_answer(2)
    model.set_status("Reading")
    model.set_passages(passages)
    index = model.index(1)
    assert index.data(TranscriptRole.STATUS) == "Reading"
    assert index.data(TranscriptRole.STREAMING)
    model.append_text("You ")
    model.append_text("will")
    assert index.data(TranscriptRole.STATUS) == ""
    assert index.data(TranscriptRole.TEXT) == "You will"
    model.set_sentences(answer.sentences[:1])
    assert index.data(TranscriptRole.SENTENCES) == answer.sentences[:1]
    model.finish(reply(7, replace(answer, error="It stopped.")))
    assert model.rowCount() == 2
    assert index.data(TranscriptRole.MESSAGE_ID) == 7
    assert index.data(TranscriptRole.ERROR) == "It stopped."
    assert index.data(TranscriptRole.ROLE) == Role.ASSISTANT
    assert not model.is_answering
    qtmodeltester.check(model)


def test_a_late_token_is_no_error(
    model: TranscriptModel, answer: Answer, question: Callable[..., Message], reply: Callable[[int, Answer], Message]
) -> None:
    model.set_messages([question(1), reply(2, answer)])
    model.append_text("late")
    model.set_status("late")
    assert model.index(1).data(TranscriptRole.TEXT) == answer.text


def test_only_what_changed_is_named(model: TranscriptModel, qtbot: QtBot) -> None:
    model.begin_answer(1)
    with qtbot.waitSignal(model.dataChanged) as blocker:
        model.append_text("word")
    assert blocker.args is not None
    assert blocker.args[2] == [TranscriptRole.TEXT]


def test_finish_without_a_growing_row_appends(
    model: TranscriptModel, answer: Answer, reply: Callable[[int, Answer], Message]
) -> None:
    model.finish(reply(3, answer))
    assert model.rowCount() == 1
    model.clear()
    assert model.rowCount() == 0
