"""A file that was changed is a new version of its document: it takes the place of the old one once it is ready.

Writers are inside `Database.write()`.
"""

from __future__ import annotations

import sqlite3

from core.types import JobState


def claim_path(db: sqlite3.Connection, document: str, path: str) -> str | None:
    """Let `document` follow the one whose bytes lay at `path` before, if that lies nowhere else now.

    It takes over the collections and tags, and the earlier version goes once this one is ready. To be asked before
    `link`.

    Returns:
        The hash of the earlier version that is superseded at once, because it never became ready itself.
    """
    earlier = db.execute(
        """SELECT d.id, d.hash, d.replaces, j.state FROM locations l JOIN documents d ON d.id = l.document
        JOIN jobs j ON j.document = d.id WHERE l.path = ?1 AND d.hash <> ?2
        AND NOT EXISTS (SELECT 1 FROM locations o WHERE o.document = d.id AND o.path <> ?1)""",
        (path, document),
    ).fetchone()
    if earlier is None:
        return None
    db.execute(
        """INSERT INTO membership (collection, document) SELECT m.collection, d.id FROM membership m, documents d
        WHERE m.document = ? AND d.hash = ? ON CONFLICT DO NOTHING""",
        (earlier["id"], document),
    )
    db.execute(
        """INSERT INTO tags (document, tag) SELECT d.id, t.tag FROM tags t, documents d
        WHERE t.document = ? AND d.hash = ? ON CONFLICT DO NOTHING""",
        (earlier["id"], document),
    )
    was_ready = earlier["state"] == JobState.READY
    replaced = earlier["hash"] if was_ready else earlier["replaces"]
    if replaced is not None:
        db.execute("UPDATE documents SET replaces = ? WHERE hash = ? AND hash <> ?", (replaced, document, replaced))
    return None if was_ready else str(earlier["hash"])


def read_replaced(db: sqlite3.Connection, document: str) -> str | None:
    """The earlier version that `document` stands in for, while that is in the library and lies nowhere."""
    row = db.execute(
        """SELECT old.hash FROM documents new JOIN documents old ON old.hash = new.replaces WHERE new.hash = ?
        AND NOT EXISTS (SELECT 1 FROM locations l WHERE l.document = old.id)""",
        (document,),
    ).fetchone()
    return str(row[0]) if row else None


def read_superseded(db: sqlite3.Connection) -> list[tuple[str, str | None]]:
    """Documents that lie nowhere and are not wanted: their newer version is ready, or they never became ready.

    Each with its newer version, where that is known.
    """
    rows = db.execute(
        """SELECT old.hash, new.hash FROM documents old JOIN jobs j ON j.document = old.id
        LEFT JOIN documents new ON new.replaces = old.hash
        LEFT JOIN jobs n ON n.document = new.id
        WHERE NOT EXISTS (SELECT 1 FROM locations l WHERE l.document = old.id)
        AND (j.state <> ?1 OR n.state = ?1)""",
        (JobState.READY,),
    )
    return [(row[0], row[1]) for row in rows]
