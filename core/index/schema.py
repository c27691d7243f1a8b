"""The library's tables, as the list of migrations that lead to them. Never edit one that was released: append."""

from __future__ import annotations

# Made anew after each change of the embedder. The index is for counting: the rows themselves are a page for every five.
SHADOW_VECTORS = """CREATE TABLE shadow_vectors (
    chunk INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT"""
SHADOW_TOKENS = """CREATE TABLE shadow_tokens (
    chunk INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
    code BLOB NOT NULL
) STRICT"""
SHADOW_VECTORS_BY_CHUNK = "CREATE INDEX shadow_vectors_by_chunk ON shadow_vectors (chunk)"

# Before branches, a conversation was what its numbers say: each message answers to the one before it.
CHAIN_MESSAGES = """UPDATE messages SET parent = (SELECT max(m.id) FROM messages m
    WHERE m.conversation = messages.conversation AND m.id < messages.id)"""
LAST_MESSAGE_AS_LEAF = """UPDATE conversations SET leaf =
    (SELECT max(id) FROM messages WHERE conversation = conversations.id)"""


def _word_index(name: str, table: str, column: str) -> list[str]:
    """An index of words over one column, and the triggers that keep it in step.

    The words alone are kept, the text stays where it is (https://sqlite.org/fts5.html#external_content_tables).
    """
    remove = f"INSERT INTO {name} ({name}, rowid, {column}) VALUES ('delete', old.id, old.{column});"
    add = f"INSERT INTO {name} (rowid, {column}) VALUES (new.id, new.{column});"
    return [
        f"""CREATE VIRTUAL TABLE {name} USING fts5 ({column}, content = '{table}', content_rowid = 'id',
            tokenize = "unicode61 remove_diacritics 2")""",
        f"INSERT INTO {name} ({name}) VALUES ('rebuild')",
        f"CREATE TRIGGER {name}_added AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {name}_removed AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {name}_changed AFTER UPDATE OF {column} ON {table} BEGIN {remove} {add} END",
    ]


WORD_INDEXES = ("message_words", "title_words")

MIGRATIONS: list[list[str]] = [
    [
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        """CREATE TABLE documents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hash TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            state TEXT NOT NULL,
            reason TEXT,
            page_count INTEGER NOT NULL DEFAULT 0,
            outline TEXT NOT NULL DEFAULT '[]',
            added_at TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE locations (
            document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            path TEXT NOT NULL UNIQUE,
            seen_at TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX locations_by_document ON locations (document)",
        "CREATE TABLE collections (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE) STRICT",
        """CREATE TABLE membership (
            collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
            document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            PRIMARY KEY (collection, document)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX membership_by_document ON membership (document)",
        """CREATE TABLE pages (
            document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            page_index INTEGER NOT NULL,
            label TEXT NOT NULL,
            text TEXT NOT NULL,
            source TEXT NOT NULL,
            reason TEXT,
            PRIMARY KEY (document, page_index)
        ) STRICT, WITHOUT ROWID""",
        # AUTOINCREMENT: a chunk id is never given twice, so that an index that holds an id holds the right vector.
        """CREATE TABLE chunks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            page_index INTEGER NOT NULL,
            char_start INTEGER NOT NULL,
            char_end INTEGER NOT NULL,
            text TEXT NOT NULL,
            heading_path TEXT NOT NULL,
            context TEXT NOT NULL,
            token_count INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX chunks_by_page ON chunks (document, page_index)",
        """CREATE TABLE vectors (
            chunk INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
            vector BLOB NOT NULL
        ) STRICT""",
        """CREATE TABLE conversations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL,
            scope TEXT NOT NULL,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            role TEXT NOT NULL,
            text TEXT NOT NULL,
            answer TEXT,
            created_at TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX messages_by_conversation ON messages (conversation)",
    ],
    [
        # Recognised pages: [[char_start, char_end, left, top, right, bottom], …] in points, and the mean confidence.
        "ALTER TABLE pages ADD COLUMN words TEXT",
        "ALTER TABLE pages ADD COLUMN confidence REAL",
    ],
    [
        # The queue. What a document's state is follows from its job; `retry_at` is in seconds since the epoch.
        """CREATE TABLE jobs (
            document INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
            state TEXT NOT NULL,
            reason TEXT,
            priority INTEGER NOT NULL DEFAULT 0,
            position REAL NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            retry_at REAL NOT NULL DEFAULT 0,
            recognise TEXT NOT NULL DEFAULT '[]',
            updated_at TEXT NOT NULL
        ) STRICT""",
        """INSERT INTO jobs (document, state, reason, position, updated_at)
            SELECT id, state, reason, id, added_at FROM documents""",
        "CREATE INDEX jobs_in_order ON jobs (state, priority DESC, position)",
        # Batches of pages that a worker holds: leased before it begins, given up with the commit of the pages. A lease
        # that outlives its owner tells that these pages were being read when everything ended.
        """CREATE TABLE leases (
            id INTEGER PRIMARY KEY,
            document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            pages TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            owner TEXT NOT NULL,
            expires_at REAL NOT NULL
        ) STRICT""",
        "CREATE INDEX leases_by_document ON leases (document)",
        "ALTER TABLE documents DROP COLUMN state",
        "ALTER TABLE documents DROP COLUMN reason",
        "ALTER TABLE documents ADD COLUMN kind TEXT NOT NULL DEFAULT 'pdf'",
        "ALTER TABLE documents ADD COLUMN scan_share REAL NOT NULL DEFAULT 0",
        "ALTER TABLE documents ADD COLUMN attachments TEXT NOT NULL DEFAULT '[]'",
        # The document whose file had other bytes before; it goes when this one is ready.
        "ALTER TABLE documents ADD COLUMN replaces TEXT",
        "ALTER TABLE locations ADD COLUMN missing_at TEXT",
        # Chunk text to page: [[text_start, char_start, length], …]; NULL in chunks of older libraries.
        "ALTER TABLE chunks ADD COLUMN runs TEXT",
        """CREATE TABLE watched_folders (
            path TEXT PRIMARY KEY,
            collection TEXT,
            ignore TEXT NOT NULL DEFAULT '[]',
            polling INTEGER NOT NULL DEFAULT 0,
            added_at TEXT NOT NULL
        ) STRICT""",
    ],
    [
        # What searches can be limited by. Rows with numbers, so that they can be read around damage.
        """CREATE TABLE tags (
            id INTEGER PRIMARY KEY,
            document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            tag TEXT NOT NULL COLLATE NOCASE,
            UNIQUE (document, tag)
        ) STRICT""",
        "CREATE INDEX tags_by_name ON tags (tag)",
        # ISO 8601, as the file tells; NULL where it does not.
        "ALTER TABLE documents ADD COLUMN created_at TEXT",
        # So that a range of printed page numbers is found without a look at the pages' texts.
        "CREATE INDEX pages_by_label ON pages (document, label)",
    ],
    [
        # Another embedder's vectors, made while those of `vectors` answer; when each chunk has one, they change places.
        # `embedder` is as in meta.embedder_choice; `cut` counts passages whose ends did not fit into its window.
        """CREATE TABLE shadow (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            model_id TEXT NOT NULL,
            embedder TEXT NOT NULL,
            cut INTEGER NOT NULL DEFAULT 0,
            reason TEXT,
            begun_at TEXT NOT NULL
        ) STRICT""",
        SHADOW_VECTORS,
        SHADOW_VECTORS_BY_CHUNK,
    ],
    [
        # A conversation is a tree: what a message answers to, always one of a lower number, and the message that ends
        # the branch shown. `parent` is no foreign key: a chain of cascades ends after 1,000 (SQLITE_MAX_TRIGGER_DEPTH).
        "ALTER TABLE messages ADD COLUMN parent INTEGER",
        "ALTER TABLE conversations ADD COLUMN leaf INTEGER",
        CHAIN_MESSAGES,
        LAST_MESSAGE_AS_LEAF,
        *_word_index("message_words", "messages", "text"),
        *_word_index("title_words", "conversations", "title"),
    ],
    [
        # What late interaction compares: a passage's token vectors, coded. Apart from `vectors`, which are read as a
        # whole. A passage without a row is embedded again when it is compared.
        """CREATE TABLE tokens (
            chunk INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
            code BLOB NOT NULL
        ) STRICT""",
        SHADOW_TOKENS,
    ],
]
