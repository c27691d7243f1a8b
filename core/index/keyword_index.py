"""Words in tantivy: BM25 over text, title and headings, filtered by document."""

from __future__ import annotations

import json
import logging
import os
import shutil
import struct
import tempfile
import threading
import weakref
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy

from core.errors import LibraryError, LibraryInUse
from core.index.faults import is_full, no_room
from core.index.vector_index import Ids
from core.paths import private_folder

logger = logging.getLogger(__name__)

_FORMAT = 1
_TOKENIZER = "paperlamp"
_WRITER_BYTES = 50_000_000
_FIELD_WEIGHTS = {"text": 1.0, "context": 0.6}
_MAX_QUERY_WORDS = 64
_READ_BYTES = 1 << 20
_FOOTER_END = struct.Struct("<II")
_FOOTER_MAGIC = 1337


@dataclass(frozen=True, slots=True)
class KeywordEntry:
    """What the keyword index knows of a chunk."""

    chunk: int
    document: int
    text: str
    context: str


class KeywordIndex:
    """A cache of the `chunks` table that can be searched by words.

    Args:
        folder: tantivy's folder.
        writable: False for a process that only searches beside the owner of the library.
    """

    def __init__(self, folder: Path, *, writable: bool = True) -> None:
        self._folder = folder / f"keywords-{_FORMAT}"
        self._writable = writable
        self._lock = threading.Lock()
        self._writer: tantivy.IndexWriter | None = None
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(80))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        self._schema = _schema()
        try:
            self._index = self._open()
        except (ValueError, OSError):
            # Damaged, or of another form: it is a cache, so it is emptied and the library fills it again. Who only
            # searches leaves the owner's files alone and does without.
            if writable:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._index = self._open()
            else:
                self._index = self._open_copy()

    def __len__(self) -> int:
        return int(self._searcher().num_docs)

    def ids(self) -> Ids:
        """The chunk ids it holds."""
        searcher = self._searcher()
        if not searcher.num_docs:
            return np.empty(0, np.int64)
        found = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False)
        return np.array(searcher.fast_field_values("chunk", [address for _, address in found.hits]), np.int64)

    def update(self, add: Sequence[KeywordEntry], remove: Iterable[int] = ()) -> None:
        """Remove chunks by id, add others, and make both visible to searches.

        Raises:
            LibraryError: the index could not be written; nothing of it has changed, and the next call tries anew.
        """
        with self._lock:
            try:
                writer = self._open_writer()
                for chunk in remove:
                    writer.delete_documents_by_term("chunk", chunk)
                for entry in add:
                    writer.add_document(
                        tantivy.Document(
                            chunk=entry.chunk, document=entry.document, text=entry.text, context=entry.context
                        )
                    )
                writer.commit()
                self._index.reload()
            except ValueError as error:  # what tantivy says of disks and damage alike
                self._writer = None  # it may be dead; what it had not committed goes with it
                raise self._explained(error) from error

    def empty(self) -> None:
        """Begin anew with nothing in it."""
        with self._lock:
            self._writer = None
            shutil.rmtree(self._folder, ignore_errors=True)
            self._index = self._open()

    def search(self, query: str, k: int, documents: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """The `k` best chunks as (id, BM25), best first; `documents` limits the search to those."""
        words = list(dict.fromkeys(self._analyzer.analyze(query)))[:_MAX_QUERY_WORDS]
        if not words or documents == []:
            return []
        any_word = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, word), weight),
            )
            for word in words
            for field, weight in _FIELD_WEIGHTS.items()
        ]
        wanted = tantivy.Query.boolean_query(any_word)
        if documents is not None:
            inside = tantivy.Query.term_set_query(self._schema, "document", list(documents))
            wanted = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, tantivy.Query.const_score_query(inside, 0.0))]
            )
        searcher = self._searcher()
        found = searcher.search(wanted, limit=k, count=False)
        ids = searcher.fast_field_values("chunk", [address for _, address in found.hits])
        return [(int(i or 0), float(score)) for i, (score, _) in zip(ids, found.hits, strict=True)]

    def words(self, text: str) -> list[str]:
        """The text's words as the index has them: lower case, without accents, stemmed."""
        return list(self._analyzer.analyze(text))

    def close(self) -> None:
        """Let go of the writer's lock."""
        with self._lock:
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None

    def _open(self) -> tantivy.Index:
        """The index in the folder; a search in each field finds files that are missing or cut, as opening does not.

        Raises:
            ValueError: damaged.
            OSError: it cannot be read.
        """
        if self._writable:
            private_folder(self._folder)
        if not files_are_whole(self._folder):
            raise ValueError("a file of the index is not what was written")
        return self._checked(tantivy.Index(self._schema, path=str(self._folder)))

    def _checked(self, index: tantivy.Index) -> tantivy.Index:
        index.register_tokenizer(_TOKENIZER, self._analyzer)
        searcher = index.searcher()
        for field in _FIELD_WEIGHTS:
            searcher.search(tantivy.Query.term_query(self._schema, field, "a"), limit=1)
        return index

    def _open_copy(self) -> tantivy.Index:
        """The index from a copy that goes with this object, for tantivy wants to lock what it reads; else an empty one.

        So is searched what lies on a read-only medium.
        """
        scratch = Path(tempfile.mkdtemp(prefix="paperlamp-keywords-"))
        weakref.finalize(self, shutil.rmtree, scratch, ignore_errors=True)
        try:
            if not files_are_whole(self._folder):
                raise ValueError("a file of the index is not what was written")
            shutil.copytree(self._folder, scratch, dirs_exist_ok=True)
            return self._checked(tantivy.Index(self._schema, path=str(scratch)))
        except (ValueError, OSError):
            logger.warning("the keyword index cannot be read; searches do without it", exc_info=True)
            index = tantivy.Index(self._schema)
            index.register_tokenizer(_TOKENIZER, self._analyzer)
            return index

    def _explained(self, error: ValueError) -> LibraryError:
        """The error as a sentence; tantivy keeps the system's reason to itself."""
        folder = self._folder.parent.parent
        if is_full(folder):
            return no_room(folder)
        return LibraryError(
            f"The index of words in {folder} could not be written ({error}). Nothing is lost: the library has it all, "
            "and the next start makes it up."
        )

    def _searcher(self) -> tantivy.Searcher:
        return self._index.searcher()

    def _open_writer(self) -> tantivy.IndexWriter:
        if not self._writable:
            raise LibraryInUse("This library is open in another Paperlamp; here it can only be searched.")
        if self._writer is None:
            self._writer = self._index.writer(_WRITER_BYTES, 1)
        return self._writer


def files_are_whole(folder: Path) -> bool:
    """Compare each file of tantivy's segments with the checksum at its end; True for a folder without an index.

    A file ends with a JSON object that has the CRC-32 of what precedes it, the object's length, and a magic number
    (tantivy, src/directory/footer.rs). Opening an index looks at none of these.

    Raises:
        OSError: a file cannot be read.
        ValueError: `meta.json` is damaged.
    """
    meta = folder / "meta.json"
    if not meta.exists():
        return True
    try:
        segments = {str(s["segment_id"]).replace("-", "") for s in json.loads(meta.read_text("utf-8"))["segments"]}
    except (KeyError, TypeError) as error:
        raise ValueError("meta.json is of an unknown form") from error
    return all(_is_whole(file) for file in folder.iterdir() if file.name.partition(".")[0] in segments)


def _is_whole(file: Path) -> bool:
    try:
        stream = file.open("rb")
    except FileNotFoundError:  # the owner, in another process, has merged it away; opening the index finds out
        return True
    with stream:
        size = stream.seek(0, os.SEEK_END)
        if size < _FOOTER_END.size:
            return False
        stream.seek(size - _FOOTER_END.size)
        length, magic = _FOOTER_END.unpack(stream.read(_FOOTER_END.size))
        left = size - _FOOTER_END.size - length
        if magic != _FOOTER_MAGIC or left < 0:
            return False
        stream.seek(left)
        try:
            expected = json.loads(stream.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        stream.seek(0)
        crc = 0
        while left and (block := stream.read(min(left, _READ_BYTES))):
            crc = zlib.crc32(block, crc)
            left -= len(block)
    return bool(left == 0 and crc == expected)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("chunk", stored=False, indexed=True, fast=True)
    builder.add_integer_field("document", stored=False, indexed=True, fast=True)
    builder.add_text_field("text", stored=False, tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_text_field("context", stored=False, tokenizer_name=_TOKENIZER, index_option="freq")
    return builder.build()
