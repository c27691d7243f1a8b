"""A worker's OCR engine: there while scans come, gone from memory when they do not."""

from __future__ import annotations

import weakref

import numpy as np

from core.ingest.worker import _TASKS_WITHOUT_SCANS, Recognition
from core.reading.ocr_models import AUTOMATIC
from core.types import PageSource


def test_the_engine_stays_while_scans_come() -> None:
    recognition = Recognition(threads=1)
    engine = recognition.engine(AUTOMATIC)
    for _ in range(3):
        for _ in range(_TASKS_WITHOUT_SCANS - 1):
            recognition.note(0)
        recognition.note(1)
    assert recognition.engine(AUTOMATIC) is engine


def test_the_networks_are_let_go_when_scans_come_no_more() -> None:
    recognition = Recognition(threads=1)
    engine = recognition.engine(AUTOMATIC)
    speckled = np.random.default_rng(1).integers(0, 255, (400, 300, 3), np.uint8)
    assert engine.read(speckled, 2.0, 0, "1").source is not PageSource.TEXT  # the networks are loaded
    held = weakref.ref(engine)
    del engine
    for _ in range(_TASKS_WITHOUT_SCANS):
        assert held() is not None
        recognition.note(0)
    assert held() is None
    assert recognition.engine(AUTOMATIC) is not None


def test_there_is_one_language_at_a_time() -> None:
    recognition = Recognition(threads=1)
    first = recognition.engine(AUTOMATIC)
    second = recognition.engine("korean")
    assert second is not first
    assert recognition.engine("korean") is second
