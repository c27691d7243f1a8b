from __future__ import annotations

import pytest
from desk_stand_ins import document

from core.report import summarise
from core.types import Document, DocumentState, Health
from desktop.document_action import DocumentAction as Action
from desktop.health.report_rows import report_line, report_rows

READY = Health(text=8)


def many(count: int, state: DocumentState, **fields: object) -> list[Document]:
    return [document(f"{state}{number}{len(fields)}", state, **fields) for number in range(count)]


@pytest.mark.parametrize(
    ("documents", "words"),
    [
        (many(1, DocumentState.READY), "The document is ready."),
        (many(40, DocumentState.READY), "All 40 documents are ready."),
        (many(1, DocumentState.NEEDS_PASSWORD), "1 document. 1 needs a password."),
        (
            many(423, DocumentState.READY, health=READY)
            + many(2, DocumentState.READY, health=Health(text=6, failed=2), reason="x")
            + many(12, DocumentState.NEEDS_PASSWORD)
            + many(3, DocumentState.FAILED)
            + many(1, DocumentState.READY, missing=True, health=READY, reason="y")
            + many(1, DocumentState.PAUSED)
            + many(2, DocumentState.QUEUED),
            "426 of 444 documents are ready. 12 need a password, 3 could not be read, 2 were read in part, "
            "1 is missing, 1 is paused, 2 are being added.",
        ),
    ],
)
def test_the_library_in_a_sentence(documents: list[Document], words: str) -> None:
    assert report_line(summarise(documents)) == words


def test_what_needs_attention_in_the_order_of_what_helps() -> None:
    rows = report_rows(
        [
            document("sound", health=READY),
            document("partly", health=Health(text=6, failed=2)),
            document("gone", health=READY, missing=True),
            document("broken", DocumentState.FAILED, reason="The file is damaged."),
            document("locked", DocumentState.NEEDS_PASSWORD, reason="It is protected."),
            document("waiting", DocumentState.QUEUED),
        ]
    )
    assert [row.key for row in rows] == ["locked", "broken", "gone", "partly"]
    assert [row.actions[0] for row in rows] == [Action.UNLOCK, Action.RETRY, Action.LOCATE, Action.DETAILS]
    assert [row.detail for row in rows] == [
        "It is protected.",
        "The file is damaged.",
        "The file is no longer where it was.",
        "2 of 8 pages could not be read.",
    ]
    assert all(Action.DETAILS in (*row.actions, *row.more) for row in rows)
    assert all(len(set(row.actions) & set(row.more)) == 0 for row in rows)
