from __future__ import annotations

import pytest
from desk_stand_ins import document

from core.types import DocumentKind, DocumentState, Health, PageProblem, PageSource
from desktop.document_action import DocumentAction as Action
from desktop.health.health_rows import WHOLE, document_row, health_rows, pages_title, runs

DAMAGED = "The file is damaged here."


def failed(*pages: int, reason: str = DAMAGED) -> list[PageProblem]:
    return [PageProblem(page, str(page + 1), PageSource.FAILED, reason) for page in pages]


def test_pages_that_follow_each_other_are_drawn_together() -> None:
    found = runs(
        [
            PageProblem(2, "iii", PageSource.EMPTY, "The page is blank."),
            *failed(*range(40, 60)),
            *failed(60, reason="Another reason."),
            PageProblem(61, "62", PageSource.EMPTY, "Another reason."),
            *failed(63),
        ]
    )
    assert [pages_title(run) for run in found] == ["Page iii", "Pages 41–60", "Page 61", "Page 62", "Page 64"]
    assert found[1].pages == tuple(range(40, 60))
    assert len({run.key for run in found}) == 5
    assert runs([]) == []


def test_each_trouble_with_what_helps() -> None:
    shown = document("a", health=Health(text=4, empty=1, failed=3))
    problems = [
        PageProblem(0, "1", PageSource.EMPTY, "The page is blank."),
        *failed(2, 3, 4),
        PageProblem(6, "7", PageSource.OCR, "The words were recognised with little confidence."),
    ]
    rows = health_rows(shown, runs(problems))
    assert [row.title for row in rows] == ["Page 1", "Pages 3–5 (3)", "Page 7"]
    assert [row.tone for row in rows] == ["ink_second", "caution", "ink_second"]
    assert rows[0].actions == (Action.RECOGNISE, Action.OPEN_PAGE)
    assert rows[1].actions == (Action.RETRY, Action.RECOGNISE, Action.SKIP, Action.OPEN_PAGE)
    assert rows[1].detail == DAMAGED


def test_several_runs_can_be_mended_together() -> None:
    rows = health_rows(document("a", health=Health(text=5, failed=3)), runs(failed(1, 2, 5)))
    assert [row.key for row in rows] == [WHOLE, "1-2", "5-5"]
    assert rows[0].title == "3 pages could not be read"
    assert rows[0].actions == (Action.RETRY, Action.RECOGNISE, Action.SKIP)


def test_ocr_is_not_offered_where_there_is_nothing_to_look_at() -> None:
    shown = document("a", health=Health(text=7, failed=1), kind=DocumentKind.TEXT)
    assert health_rows(shown, runs(failed(1)))[0].actions == (Action.RETRY, Action.SKIP, Action.OPEN_PAGE)


def test_nothing_that_needs_the_file_is_offered_where_that_is_gone() -> None:
    shown = document("a", health=Health(text=6, empty=1, failed=1), missing=True)
    blank = PageProblem(0, "1", PageSource.EMPTY, "The page is blank.")
    rows = health_rows(shown, runs([blank, *failed(3)]))
    assert rows[0].title == "The file is no longer where it was"
    assert rows[0].actions == (Action.LOCATE, Action.REMOVE)
    assert [row.actions for row in rows[1:]] == [(), (Action.SKIP,)]


@pytest.mark.parametrize(
    ("state", "fields", "title", "actions"),
    [
        (DocumentState.NEEDS_PASSWORD, {"reason": "It is protected."}, "It needs a password", (Action.UNLOCK,)),
        (DocumentState.FAILED, {"reason": "It is\n damaged."}, "It could not be read", (Action.RETRY, Action.REMOVE)),
        (DocumentState.PAUSED, {"reason": "Paused."}, "It is paused", (Action.RESUME,)),
        (DocumentState.PAUSED, {"reason": "Stopped after 3 of 8 pages."}, "It was stopped", (Action.RESUME,)),
        (DocumentState.READY, {"health": Health(empty=8)}, "No text was found", (Action.RECOGNISE,)),
    ],
)
def test_the_document_as_a_whole(
    state: DocumentState, fields: dict[str, object], title: str, actions: tuple[Action, ...]
) -> None:
    row = document_row(document("a", state, **fields))
    assert row is not None
    assert (row.title, row.actions) == (title, actions)
    assert "\n" not in row.detail


def test_a_sound_document_has_nothing_to_say() -> None:
    assert document_row(document("a", health=Health(text=8))) is None
    assert document_row(document("a", DocumentState.READING)) is None
    assert health_rows(document("a", health=Health(text=8)), []) == []
